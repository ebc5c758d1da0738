// Not breaking. What kind of ledger this is: real, generated for demonstration, or written under a fixed clock.

export const ledgerMarks = `
create table es.marks (
  id         int         primary key default 1 check (id = 1),
  generated  boolean     not null default false,
  test_clock date,
  opened_at  timestamptz not null default now()
);
insert into es.marks default values;
`;
