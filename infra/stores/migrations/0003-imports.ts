// Not breaking. Imports: the receipt of each finished batch, and its rows that were not recorded, sealed.

export const importTables = `
create schema imports;
revoke all on schema imports from public;

-- One row a finished import. No file names: they hold personal names too often.
create table imports.batches (
  batch          uuid             primary key,
  form           text collate "C" not null,
  agency         text collate "C" not null,
  asserted_on    date             not null,
  sha256         text collate "C" not null,
  rows           bigint           not null,
  counts         jsonb            not null,
  first_position bigint,
  last_position  bigint,
  finished_at    timestamptz      not null default now()
);

-- One row a refused or quarantined row of a file, and the header of the file at line 0; ct is sealed under the key that
-- subject and gen name in the key vault.
create table imports.rows (
  batch   uuid             not null,
  line    int              not null,
  kind    text collate "C" not null check (kind in ('columns', 'refused', 'quarantined')),
  subject uuid             not null,
  gen     int              not null,
  iv      bytea            not null,
  ct      bytea            not null,
  primary key (batch, line)
);
`;
