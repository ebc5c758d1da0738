// Tables of the read model on PostgreSQL: one for the positions, one a projection version.
import type pg from 'pg';
import { type AnyProjection, type Index, versionedName } from '../../projections/projection.ts';
import { columnOf, partsFixed } from './read-model-checks.ts';

const COLUMN_TYPES = { text: 'text collate "C"', bigint: 'bigint', date: 'date', uuid: 'uuid' } as const;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/** Number under which processes that prepare tables take turns; any constant that nothing else uses. */
const PREPARE_LOCK = 4_406_116;

/** SQLSTATE of a commit that was fenced out. */
export const FENCED = 'HXF01';

const SCHEMA = `
create schema if not exists rm;
create table if not exists rm.checkpoints (
  projection      text collate "C" not null,
  version         int              not null,
  part            int              not null,
  parts           int              not null,
  position        bigint           not null,
  owner           text,
  fence           bigint           not null default 0,
  lease_until     timestamptz,
  halted_position bigint,
  halted_event    text,
  halted_error    text,
  primary key (projection, version, part)
) with (fillfactor = 50);
create or replace function rm.advance(
  p_projection text, p_version int, p_part int, p_owner text, p_fence bigint, p_from bigint, p_to bigint, p_lease_ms int
) returns void language plpgsql as $$
begin
  update rm.checkpoints
     set position = p_to, lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond',
         halted_position = null, halted_event = null, halted_error = null
   where projection = p_projection and version = p_version and part = p_part
     and owner = p_owner and fence = p_fence and position = p_from;
  if not found then raise exception 'fenced out' using errcode = '${FENCED}'; end if;
end $$;
`;

/** Table of a projection version, quoted for use in SQL. @throws RangeError when a name is none. */
export const tableOf = (projection: AnyProjection): string => `rm.${checkedName(versionedName(projection))}`;

const checkedName = (name: string): string => {
  if (!NAME.test(name))
    throw new RangeError(`${name} is no name for a table or column: want a-z, 0-9 and _, at most 40`);
  return name;
};

/** Columns in order: the key, the projection's own, the document. */
export const columnList = ({ columns }: AnyProjection): string =>
  ['key', ...columns.map(({ name }) => `c_${checkedName(name)}`), 'doc'].join(', ');

export const columnDefinitions = ({ columns }: AnyProjection): string =>
  columns.map(({ name, type }) => `c_${checkedName(name)} ${COLUMN_TYPES[type]}, `).join('');

/** Makes what is missing, one process at a time. */
export const prepareTables = async (
  client: Pick<pg.ClientBase, 'query'>,
  projections: readonly AnyProjection[],
  parts: number,
): Promise<void> => {
  await client.query(`begin; select pg_advisory_xact_lock(${PREPARE_LOCK})`);
  try {
    await client.query(SCHEMA);
    for (const projection of projections) {
      const table = tableOf(projection);
      await client.query(
        `create table if not exists ${table} (key text collate "C" primary key, ${columnDefinitions(projection)}doc text not null)`,
      );
      await prepareParts(client, projection, parts);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
};

/**
 * One message is one transaction. Building an index takes as long as the rows are many, so the session's limit on the time
 * of statements is lifted for it.
 */
export const makeIndexes = async (client: Pick<pg.ClientBase, 'query'>, projection: AnyProjection): Promise<void> => {
  const { rows } = await client.query<{ indexname: string }>(
    `select indexname from pg_indexes where schemaname = 'rm' and tablename = $1`,
    [versionedName(projection)],
  );
  const missing = projection.indexes.filter((index) =>
    rows.every((row) => row.indexname !== indexName(projection, index)),
  );
  if (missing.length === 0) return;
  const definitions = missing.map((index) => indexDefinition(projection, index));
  await client.query(
    [`set local statement_timeout = 0; select pg_advisory_xact_lock(${PREPARE_LOCK})`, ...definitions].join(';\n'),
  );
  await client.query(`analyze ${tableOf(projection)}`);
};

const indexName = (projection: AnyProjection, { name }: Index): string =>
  `${versionedName(projection)}_${checkedName(name)}`;

const indexDefinition = (projection: AnyProjection, index: Index): string => {
  const places = index.columns.map((column) => `c_${checkedName(columnOf(projection, column).name)}`);
  const given = places.map((place) => `${place} is not null`).join(' and ');
  return `create index if not exists ${indexName(projection, index)} on ${tableOf(projection)} (${places.join(', ')}, key) where ${given}`;
};

const prepareParts = async (
  client: Pick<pg.ClientBase, 'query'>,
  { name, version }: AnyProjection,
  parts: number,
): Promise<void> => {
  const of = 'projection = $1 and version = $2';
  const { rows } = await client.query<{ parts: number; position: string; held: boolean }>(
    `select parts, position, coalesce(owner is not null and lease_until > clock_timestamp(), false) as held
       from rm.checkpoints where ${of} for update`,
    [name, version],
  );
  if (rows.length === parts) return;
  const [position = '0', ...others] = new Set(rows.map((row) => row.position));
  if (others.length > 0 || rows.some(({ held }) => held)) {
    throw new Error(partsFixed(versionedName({ name, version }), rows.length, parts));
  }
  await client.query(`delete from rm.checkpoints where ${of}`, [name, version]);
  await client.query(
    `insert into rm.checkpoints (projection, version, part, parts, position)
     select $1, $2, part, $3, $4 from generate_series(0, $3::int - 1) part`,
    [name, version, parts, position],
  );
};

/** Empties the table, without indexes again, and puts its parts back to position 0: that fences out whoever holds one. */
export const dropRows = async (client: Pick<pg.ClientBase, 'query'>, projection: AnyProjection): Promise<void> => {
  await client.query('begin');
  try {
    await client.query(
      `update rm.checkpoints set position = 0, fence = fence + 1, owner = null, lease_until = null,
         halted_position = null, halted_event = null, halted_error = null where projection = $1 and version = $2`,
      [projection.name, projection.version],
    );
    await client.query(`truncate ${tableOf(projection)}`);
    for (const index of projection.indexes)
      await client.query(`drop index if exists rm.${indexName(projection, index)}`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
};
