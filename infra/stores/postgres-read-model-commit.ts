// Writes one step in one round trip and one transaction: position first, then new rows, then changed ones.
import pg from 'pg';
import type { AnyProjection } from '../../projections/projection.ts';
import type { Lease, Step } from '../../projections/read-model.ts';
import { copyRows } from './postgres-copy-rows.ts';
import { runCopies } from './postgres-copy-statement.ts';
import { columnDefinitions, columnList, FENCED, tableOf } from './postgres-read-model-tables.ts';
import { withSession } from './postgres-session.ts';

type Send = (chunk: Buffer) => void;

/**
 * Commits through a pool of its own sessions. The update of the position comes first: its row lock makes late writers
 * wait, and its condition fences them out. Changed rows go by COPY into a session's own table and from there in one UPDATE.
 */
export const stepCommitter = (pool: pg.Pool) => {
  const staged = new WeakMap<pg.PoolClient, Set<string>>();
  const rows = copyRows();

  const writeAll = (projection: AnyProjection, step: Step): ((send: Send) => void)[] => {
    const { columns, cells, encode } = projection;
    const none = columns.map(() => undefined);
    const writeInserts = (send: Send): void => {
      rows.start();
      for (const { key, doc } of step.inserts) rows.row(columns, key, cells(doc, key), encode(doc), send);
      rows.end(send);
    };
    const writeChanges = (send: Send): void => {
      rows.start();
      for (const { key, doc } of step.updates) rows.row(columns, key, cells(doc, key), encode(doc), send);
      for (const key of step.deletes) rows.row(columns, key, none, undefined, send);
      rows.end(send);
    };
    return [...(step.inserts.length > 0 ? [writeInserts] : []), ...(isChanging(step) ? [writeChanges] : [])];
  };

  return async (lease: Lease, step: Step, leaseMs: number): Promise<boolean> =>
    withSession(pool, async (client) => {
      const { projection } = lease.ref;
      if (isChanging(step)) await prepareStage(client, projection, staged);
      try {
        await runCopies(client, statements(lease, step, leaseMs), writeAll(projection, step));
        return true;
      } catch (error) {
        if (error instanceof pg.DatabaseError && error.code === FENCED) return false;
        throw error;
      }
    });
};

const isChanging = ({ updates, deletes }: Step): boolean => updates.length + deletes.length > 0;

const stageOf = (projection: AnyProjection): string => `pg_temp.stage_${tableOf(projection).slice('rm.'.length)}`;

/** The stage is emptied by each commit. Joins with it must go through the index: the planner knows no numbers for it. */
const prepareStage = async (
  client: pg.PoolClient,
  projection: AnyProjection,
  staged: WeakMap<pg.PoolClient, Set<string>>,
): Promise<void> => {
  const known = staged.get(client) ?? new Set();
  const stage = stageOf(projection);
  if (known.has(stage)) return;
  await client.query(
    `set enable_hashjoin = off; set enable_mergejoin = off;
     create temp table if not exists ${stage.slice('pg_temp.'.length)}
       (key text collate "C", ${columnDefinitions(projection)}doc text) on commit delete rows`,
  );
  staged.set(client, known.add(stage));
};

const statements = ({ ref: { projection, part }, owner, fence }: Lease, step: Step, leaseMs: number): string => {
  const table = tableOf(projection);
  const list = columnList(projection);
  const stage = stageOf(projection);
  const set = list.split(', ').slice(1);
  const place = [pg.escapeLiteral(projection.name), projection.version, part, pg.escapeLiteral(owner), fence];
  return [
    `select rm.advance(${[...place, step.from, step.to, leaseMs].join(', ')})`,
    ...(step.inserts.length > 0 ? [`copy ${table} (${list}) from stdin (format binary)`] : []),
    ...(isChanging(step) ? [`copy ${stage} (${list}) from stdin (format binary)`] : []),
    ...(step.updates.length > 0
      ? [
          `update ${table} t set ${set.map((column) => `${column} = s.${column}`).join(', ')}
             from ${stage} s where t.key = s.key and s.doc is not null`,
        ]
      : []),
    ...(step.deletes.length > 0
      ? [`delete from ${table} t using ${stage} s where t.key = s.key and s.doc is null`]
      : []),
  ].join(';\n');
};
