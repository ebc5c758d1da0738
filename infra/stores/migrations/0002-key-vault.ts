// Not breaking. The key vault: wrapped keys of data subjects, in a schema of its own so that it is backed up by itself.

export const keyVaultTables = `
create schema keys;
revoke all on schema keys from public;

-- The key file that this vault belongs to.
create table keys.vault (
  id      int              primary key default 1 check (id = 1),
  kek_id  text collate "C" not null
);

-- One row a key. The lookup hash stands on the current generation of a subject alone. An erased row is a tombstone: it
-- has neither key nor lookup hash, so the same person met again is a new subject. A restricted key (storage only, PIPL
-- article 47) still seals what comes in and opens nothing.
create table keys.subject_key (
  subject    uuid             not null,
  gen        int              not null check (gen >= 1),
  lookup     text collate "C" unique,
  wrapped    bytea,
  kek_id     text collate "C" not null,
  state      text collate "C" not null check (state in ('active', 'restricted', 'erased')),
  created_at timestamptz      not null default now(),
  erased_at  timestamptz,
  primary key (subject, gen),
  check ((state = 'erased') = (wrapped is null)),
  check ((state = 'erased') = (erased_at is not null)),
  check (state <> 'erased' or lookup is null)
);

create function keys.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'keys.% keeps every row: % refused', tg_table_name, lower(tg_op)
    using hint = 'A key is destroyed by erasing it, and an erased key never comes back.';
end $$;
create trigger erased_for_ever before update on keys.subject_key
  for each row when (old.state = 'erased') execute function keys.refuse_change();
create trigger name_kept before update on keys.subject_key
  for each row when ((old.subject, old.gen) is distinct from (new.subject, new.gen)) execute function keys.refuse_change();
create trigger keys_kept before delete on keys.subject_key for each row execute function keys.refuse_change();
create trigger keys_not_emptied before truncate on keys.subject_key for each statement execute function keys.refuse_change();

revoke all on keys.vault, keys.subject_key from public;
`;
