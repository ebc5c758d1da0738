// Translates what PostgreSQL and its driver report into the errors of our ports, once.
import pg from 'pg';
import { EventStoreUnavailable } from '../../src/ledger/event-store.ts';

/** Rejects with EventStoreUnavailable and the cause; other code never sees a driver's error. */
export const unavailable =
  (task: string) =>
  (error: unknown): never => {
    throw new EventStoreUnavailable(`could not ${task}: ${reason(error)}`, { cause: error });
  };

/** A short reason without values: PostgreSQL's `detail` and parameters may hold data, so they are left out. */
export const reason = (error: unknown): string => {
  if (error instanceof pg.DatabaseError)
    return `PostgreSQL error ${error.code ?? ''} in ${error.routine ?? 'the server'}`;
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.message;
  return 'unknown';
};

/** SQLSTATEs worth another try: lost connections, lock and serialisation trouble, a server starting or stopping. */
const TRANSIENT_STATES = /^(?:08...|40001|40P01|55P03|57P01|57P02|57P03|53300)$/;
const TRANSIENT_SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);

export const isTransient = (error: unknown): boolean => {
  if (error instanceof pg.DatabaseError) return TRANSIENT_STATES.test(error.code ?? '');
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    TRANSIENT_SOCKET.has(code) ||
    /^(?:Connection terminated|Client has encountered a connection error)/.test(error.message)
  );
};
