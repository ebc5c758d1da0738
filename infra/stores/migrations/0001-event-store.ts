// Not breaking. The append-only event store: one order, gap-free positions, one row an event.

export const eventStoreTables = `
create schema es;

create table es.head (
  id          int         primary key default 1 check (id = 1),
  position    bigint      not null,
  streams     bigint      not null,
  recorded_at timestamptz not null
) with (fillfactor = 10);
insert into es.head values (1, 0, 0, 'epoch');

create table es.streams (
  name     text collate "C" not null primary key,
  number   bigint           not null, -- Dense from 1, given under the lock of the head; nothing is looked up by it.
  revision int              not null
) with (fillfactor = 70);

create table es.events (
  position    bigint           not null primary key,
  stream      bigint           not null,
  revision    int              not null,
  recorded_at timestamptz      not null,
  id          uuid             not null,
  type        text collate "C" not null,
  event       text             not null
);
create unique index events_stream_revision on es.events (stream, revision);

create function es.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'es.% is append-only: % refused', tg_table_name, lower(tg_op)
    using hint = 'State a new fact that corrects or retracts the earlier one.';
end $$;
create trigger events_immutable before update or delete on es.events for each row execute function es.refuse_change();
create trigger events_kept before truncate on es.events for each statement execute function es.refuse_change();
create trigger streams_kept before delete on es.streams for each row execute function es.refuse_change();
create trigger streams_not_emptied before truncate on es.streams for each statement execute function es.refuse_change();

revoke all on es.events, es.streams, es.head from public;

-- The writer gives up every right but adding: even a superuser's session cannot change an event while it writes.
do $$
begin
  if not exists (select from pg_roles where rolname = 'huixin_writer') then create role huixin_writer nologin; end if;
  execute format('grant huixin_writer to %I', current_user);
exception
  when insufficient_privilege then raise notice 'huixin_writer was not created: triggers alone keep es.events append-only';
  when duplicate_object or unique_violation then null; -- Another database of this server created it at the same moment.
end $$;
do $$
begin
  if exists (select from pg_roles where rolname = 'huixin_writer') then
    grant usage on schema es to huixin_writer;
    grant select, insert on es.events to huixin_writer;
    grant select, insert, update on es.streams to huixin_writer;
    grant select, update on es.head to huixin_writer;
  end if;
end $$;
create function es.become_writer() returns text language plpgsql as $$
begin
  if pg_has_role(current_user, 'huixin_writer', 'member') then perform set_config('role', 'huixin_writer', false); end if;
  return current_user;
exception when undefined_object then return current_user;
end $$;

-- Appends small groups in one round trip and one fsync. Requests name distinct streams; each is appended whole or
-- has no first position. Text of an event = head, instant, tail.
create function es.append(
  p_streams text[], p_expected int[], p_counts int[], p_ids uuid[], p_types text[], p_heads text[], p_tails text[],
  p_now timestamptz
) returns table (request bigint, first_position bigint, recorded_at text) language plpgsql as $$
declare
  head es.head;
  at timestamptz;
  at_text text;
begin
  select * into head from es.head where id = 1 for update;
  at := greatest(date_trunc('milliseconds', p_now), head.recorded_at);
  at_text := to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  return query
  with requests as (
    select r.ord, r.name, r.expected, r.count, s.number, coalesce(s.revision, -1) as actual,
           sum(r.count) over (order by r.ord) - r.count as offset_in_input
      from unnest(p_streams, p_expected, p_counts) with ordinality as r (name, expected, count, ord)
      left join es.streams s on s.name = r.name
  ), accepted as (
    select q.*, coalesce(q.number, head.streams + row_number() over (partition by q.number is null order by q.ord)) as stream,
           head.position + sum(q.count) over (order by q.ord) - q.count as before
      from requests q where q.expected = q.actual
  ), opened as (
    insert into es.streams (number, name, revision)
    select a.stream, a.name, a.count - 1 from accepted a where a.number is null
  ), grown as (
    update es.streams s set revision = a.expected + a.count from accepted a where a.number = s.number
  ), written as (
    insert into es.events (position, stream, revision, recorded_at, id, type, event)
    select a.before + e.n, a.stream, a.expected + e.n, at,
           p_ids[a.offset_in_input + e.n], p_types[a.offset_in_input + e.n],
           p_heads[a.offset_in_input + e.n] || at_text || p_tails[a.offset_in_input + e.n]
      from accepted a cross join lateral generate_series(1, a.count) as e (n)
  ), moved as (
    update es.head h set position = h.position + t.events, streams = h.streams + t.opened, recorded_at = at
      from (select sum(a.count) as events, count(*) filter (where a.number is null) as opened from accepted a) t
     where t.events > 0
  )
  select q.ord, a.before + 1, at_text from requests q left join accepted a on a.ord = q.ord order by q.ord;
end $$;
`;
