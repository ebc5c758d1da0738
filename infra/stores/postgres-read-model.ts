// The read model on PostgreSQL 15 or later, in schema `rm`: exactly-once steps, prepared reads.
import pg from 'pg';
import { type ReadModel, ReadModelUnavailable, RowsRefused } from '../../projections/read-model.ts';
import { byIndex } from './index-session.ts';
import { reason } from './postgres-errors.ts';
import { stepCommitter } from './postgres-read-model-commit.ts';
import { postgresParts } from './postgres-read-model-parts.ts';
import { postgresQueries } from './postgres-read-model-queries.ts';
import { dropRows, makeIndexes, prepareTables } from './postgres-read-model-tables.ts';
import { withSession } from './postgres-session.ts';

/** Connections for answers, and for steps of different parts that are written at once. */
const READ_CONNECTIONS_MAX = 8;
const WRITE_CONNECTIONS_MAX = 4;
const READ_TIMEOUT_MS = 30_000;
const WRITE_TIMEOUT_MS = 60_000;
const LOCK_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;

export interface PostgresReadModelOptions {
  readonly connection: pg.PoolConfig;
  readonly readConnectionsMax?: number;
  readonly writeConnectionsMax?: number;
}

/** Connects when first used. */
export const postgresReadModel = ({
  connection,
  readConnectionsMax = READ_CONNECTIONS_MAX,
  writeConnectionsMax = WRITE_CONNECTIONS_MAX,
}: PostgresReadModelOptions): ReadModel => {
  const reads = open({ ...byIndex(connection), max: readConnectionsMax, statement_timeout: READ_TIMEOUT_MS });
  const writes = open({
    ...byIndex(connection),
    max: writeConnectionsMax,
    statement_timeout: WRITE_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
  });
  const commit = stepCommitter(writes);
  // The driver's overloads do not survive a wrapper; callers see the pool's own signature.
  const query = reads.query.bind(reads) as (...args: readonly unknown[]) => Promise<unknown>;
  const db = { query: (...args: readonly unknown[]) => translated(query(...args)) } as Pick<pg.Pool, 'query'>;
  const withClient = (work: (client: pg.PoolClient) => Promise<void>) => translated(withSession(writes, work));

  return {
    prepare: (projections, parts) => withClient((client) => prepareTables(client, projections, parts)),
    index: (projection) => withClient((client) => makeIndexes(client, projection)),
    drop: (projection) => withClient((client) => dropRows(client, projection)),
    commit: (lease, step, leaseMs) => translated(commit(lease, step, leaseMs)),
    ...postgresParts(db),
    ...postgresQueries(db),
    async close() {
      await Promise.all([reads.end(), writes.end()]);
    },
  };
};

const open = (config: pg.PoolConfig): pg.Pool => {
  const pool = new pg.Pool({ connectionTimeoutMillis: CONNECT_TIMEOUT_MS, ...config });
  pool.on('error', () => undefined); // A lost idle connection is replaced by the pool; the next query reports trouble.
  return pool;
};

/** Data exceptions, broken constraints, limits of the program: the rows are to blame, not the moment. */
const REFUSED_STATES = /^(?:22|23|54)/;

const translated = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof pg.DatabaseError && REFUSED_STATES.test(error.code ?? '')) {
      throw new RowsRefused(`the read model refused rows: ${reason(error)}`, { cause: error });
    }
    if (error instanceof pg.DatabaseError || isConnectionFault(error)) {
      throw new ReadModelUnavailable(`the read model could not be used: ${reason(error)}`, { cause: error });
    }
    throw error;
  }
};

/** Faults of the socket and of the driver; what a projection's own code throws is none. */
const isConnectionFault = (error: unknown): boolean =>
  error instanceof Error && ('errno' in error || /connection|^timeout exceeded/i.test(error.message));
