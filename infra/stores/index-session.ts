// Sessions that look rows up in one way, always: plans must not depend on how fresh the statistics of a table are.
import pg from 'pg';

/**
 * Settings of sessions whose statements all go by an index. Without them a plan made while a table is small reads the whole
 * table for each page of keys, and stays in use while the table grows: a first import or a rebuild becomes quadratic.
 */
export const byIndex = (connection: pg.PoolConfig): pg.PoolConfig => withOption(connection, 'enable_seqscan=off');

/** Settings of sessions that compare whole tables: a nested loop, right for the few rows of old statistics, never ends. */
export const byHash = (connection: pg.PoolConfig): pg.PoolConfig => withOption(connection, 'enable_nestloop=off');

const withOption = (connection: pg.PoolConfig, setting: string): pg.PoolConfig => ({
  ...connection,
  options: [connection.options, `-c ${setting}`].filter((option) => option !== undefined).join(' '),
});

/** A pool of such sessions. A lost idle session is replaced by the pool; the next query reports trouble. */
export const indexPool = (connection: pg.PoolConfig, limits: pg.PoolConfig): pg.Pool => {
  const pool = new pg.Pool({ ...byIndex(connection), ...limits });
  pool.on('error', () => undefined);
  return pool;
};
