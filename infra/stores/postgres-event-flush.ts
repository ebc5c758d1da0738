// Writes one group of requests, however often it takes, and tells each request's outcome.
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Clock } from '../../src/clock.ts';
import { EventStoreUnavailable, type AppendOutcome, type AppendRequest } from '../../src/ledger/event-store.ts';
import { isTransient, reason } from './postgres-errors.ts';
import { appendCopied, appendSmall, type Group, type Written } from './postgres-event-append.ts';
import { byIndex } from './index-session.ts';
import { steadyClock } from './steady-clock.ts';

/** Groups up to this size take one round trip through es.append; past it COPY is quicker. */
const SMALL_GROUP_MAX = 128;
/** Tries of one flush and the pause before the second, doubled for each further one. */
const FLUSH_TRIES_MAX = 8;
const RETRY_PAUSE_MS = 50;
const LOCK_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 60_000;

export interface FlushOptions {
  readonly connection: pg.PoolConfig;
  readonly clock: Clock;
  readonly onFlushed: (group: Group, written: Written) => void;
  readonly smallGroupMax?: number | undefined;
}

/** Opens the only connection that writes when it is first needed; it reconnects by itself. */
export const eventFlush = ({ connection, clock, onFlushed, smallGroupMax = SMALL_GROUP_MAX }: FlushOptions) => {
  const readClock = steadyClock(clock);
  const session = writerSession(connection);

  const tryFlush = async (group: Group, whileCopying: () => void): Promise<readonly AppendOutcome[]> => {
    const writer = await session.connected();
    const events = group.requests.reduce((sum, request) => sum + request.events.length, 0);
    const written =
      events <= smallGroupMax
        ? await appendSmall(writer, group, readClock())
        : await appendCopied(writer, group, readClock(), whileCopying);
    onFlushed(group, written);
    return outcomesOf(writer, group, written);
  };

  return {
    /**
     * A lost answer is settled by trying again: what was written meets its own ids and counts as appended.
     * `whileCopying` may be called more than once. @throws EventStoreUnavailable, EventStoreIntegrityError
     */
    async flush(group: Group, whileCopying: () => void): Promise<readonly AppendOutcome[]> {
      for (let tries = 1; ; tries += 1) {
        try {
          return await tryFlush(group, whileCopying);
        } catch (error) {
          await session.recover(error);
          const mayPass = isTransient(error);
          if (!mayPass && !(error instanceof pg.DatabaseError)) throw error;
          if (!mayPass || tries === FLUSH_TRIES_MAX) throw asUnavailable(error);
          await pause(RETRY_PAUSE_MS * 2 ** (tries - 1));
        }
      }
    },
    close: () => session.close(),
  };
};

const asUnavailable = (error: unknown): Error =>
  new EventStoreUnavailable(
    `could not append: ${reason(error)}; repeat the same request to learn whether it was written`,
    { cause: error },
  );

const outcomesOf = async (
  writer: pg.Client,
  { requests }: Group,
  { firsts }: Written,
): Promise<readonly AppendOutcome[]> => {
  const left = requests.filter((_request, index) => firsts[index] === undefined);
  const leftOutcomes = left.length === 0 ? [] : await outcomesOfLeft(writer, left);
  let next = 0;
  return requests.map(({ events }, index): AppendOutcome => {
    const first = firsts[index];
    if (first !== undefined)
      return { outcome: 'appended', first: BigInt(first), last: BigInt(first + events.length - 1) };
    next += 1;
    return leftOutcomes[next - 1] ?? { outcome: 'conflict', actual: -1 };
  });
};

/** Requests that met another revision: repeats of what is stored already, or conflicts. */
const outcomesOfLeft = async (writer: pg.Client, left: readonly AppendRequest[]): Promise<readonly AppendOutcome[]> => {
  const { rows } = await writer.query<{ name: string; revision: number; position: string; id: string; last: number }>({
    name: 'es-left',
    text: `select s.name, e.revision, e.position, e.id, s.revision as last
             from unnest($1::text[], $2::int[], $3::int[]) w (name, expected, count)
             join es.streams s on s.name = w.name
             join es.events e on e.stream = s.number
              and (e.revision between w.expected + 1 and w.expected + w.count or e.revision = s.revision)`,
    values: [
      left.map(({ stream }) => stream),
      left.map(({ expected }) => expected),
      left.map(({ events }) => events.length),
    ],
  });
  const stored = new Map(rows.map((row) => [`${row.name} ${row.revision}`, row]));
  const lasts = new Map(rows.map((row) => [row.name, row.last]));
  return left.map(({ stream, events }) => {
    const same = events.map((event) => {
      const row = stored.get(`${stream} ${event.revision}`);
      return row?.id === event.id ? BigInt(row.position) : undefined;
    });
    const [first] = same;
    const last = same.at(-1);
    return first === undefined || last === undefined || same.includes(undefined)
      ? { outcome: 'conflict', actual: lasts.get(stream) ?? -1 }
      : { outcome: 'appended', first, last };
  });
};

const writerSession = (connection: pg.PoolConfig) => {
  let client: pg.Client | undefined;
  const discard = (): void => {
    const lost = client;
    client = undefined;
    lost?.end().catch(() => undefined);
  };
  return {
    async connected(): Promise<pg.Client> {
      if (client !== undefined) return client;
      const fresh = new pg.Client({
        ...byIndex(connection),
        statement_timeout: STATEMENT_TIMEOUT_MS,
        lock_timeout: LOCK_TIMEOUT_MS,
      });
      fresh.on('error', discard); // The query under way rejects with the same error; this only forgets the session.
      await fresh.connect();
      await fresh.query('select es.become_writer()');
      client = fresh;
      return fresh;
    },
    /** Leaves the session without an open transaction, or drops it. */
    async recover(error: unknown): Promise<void> {
      if (!(error instanceof pg.DatabaseError)) discard();
      await client?.query('rollback').catch(discard);
    },
    async close(): Promise<void> {
      const open = client;
      client = undefined;
      await open?.end();
    },
  };
};
