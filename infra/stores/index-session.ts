// Sessions that look rows up by index, always.
import type pg from 'pg';

/**
 * Settings of sessions whose statements all go by an index. Without them a plan made while a table is small reads the whole
 * table for each page of keys, and stays in use while the table grows: a first import or a rebuild becomes quadratic.
 */
export const byIndex = (connection: pg.PoolConfig): pg.PoolConfig => ({
  ...connection,
  options: [connection.options, '-c enable_seqscan=off'].filter((option) => option !== undefined).join(' '),
});
