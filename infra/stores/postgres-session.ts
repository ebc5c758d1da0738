// Borrows one session of a pool for several statements.
import type pg from 'pg';

/** A session that breaks while borrowed fails the statement under way; the pool then drops it by itself. */
export const withSession = async <T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  client.on('error', ignore);
  try {
    return await work(client);
  } finally {
    client.off('error', ignore);
    client.release();
  }
};

/** Without a listener a lost connection would end the process. */
const ignore = (): void => undefined;
