// Group commit: whatever was asked for while one flush ran goes into the next, in one transaction and one fsync.
import pg from 'pg';
import type { Clock } from '../../src/clock.ts';
import { encodeEvent } from '../../src/ledger/event.ts';
import {
  EventStoreUnavailable,
  type AppendOutcome,
  type EventStore,
  checkAppend,
} from '../../src/ledger/event-store.ts';
import { isTransient, reason } from './postgres-errors.ts';
import { appendCopied, appendSmall, type EncodedRequest, type Written } from './postgres-event-append.ts';
import { steadyClock } from './steady-clock.ts';

/** Events and characters of text of one flush at most. */
const FLUSH_EVENTS_MAX = 4_000;
const FLUSH_CHARACTERS_MAX = 8_000_000;
/** Events that may wait; past it callers are told to come back. */
const QUEUED_EVENTS_MAX = 60_000;
/** Groups up to this size take one round trip through es.append; past it COPY is quicker. */
const SMALL_GROUP_MAX = 128;
/** Tries of one flush and the pause before the second, doubled for each further one. */
const FLUSH_TRIES_MAX = 8;
const RETRY_PAUSE_MS = 50;
const LOCK_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 60_000;

interface Pending extends EncodedRequest {
  readonly characters: number;
  readonly settle: (outcome: AppendOutcome) => void;
  readonly fail: (error: Error) => void;
}

interface WriterOptions {
  readonly connection: pg.PoolConfig;
  readonly clock: Clock;
  readonly onFlushed: (written: Written<EncodedRequest>) => void;
  readonly smallGroupMax?: number | undefined;
}

/** Starts the only connection that writes; it reconnects by itself. */
export const startEventWriter = ({ connection, clock, onFlushed, smallGroupMax = SMALL_GROUP_MAX }: WriterOptions) => {
  const queue: Pending[] = [];
  const readClock = steadyClock(clock);
  const session = writerSession(connection);
  let queuedEvents = 0;
  let flushing: Promise<void> | undefined;

  const tryFlush = async (group: readonly Pending[]): Promise<void> => {
    const writer = await session.connected();
    const small = group.reduce((sum, { request }) => sum + request.events.length, 0) <= smallGroupMax;
    const written = await (small ? appendSmall : appendCopied)(writer, group, readClock());
    if (written.firsts.size > 0) onFlushed(written);
    const left = group.filter((one) => !written.firsts.has(one));
    const outcomes = left.length === 0 ? [] : await outcomesOfLeft(writer, left);
    left.forEach((one, index) => one.settle(outcomes[index] as AppendOutcome));
    for (const [{ request, settle }, first] of written.firsts) {
      settle({ outcome: 'appended', first, last: first + BigInt(request.events.length - 1) });
    }
  };

  /** A lost answer is settled by trying again: what was written meets its own ids and counts as appended. */
  const flush = async (group: readonly Pending[]): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await tryFlush(group);
        return;
      } catch (error) {
        await session.recover(error);
        if (!isTransient(error) || tries === FLUSH_TRIES_MAX) {
          const failed = error instanceof pg.DatabaseError || isTransient(error) ? asUnavailable(error) : error;
          group.forEach(({ fail }) => fail(failed as Error));
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS * 2 ** (tries - 1)));
      }
    }
  };

  const flushAll = async (): Promise<void> => {
    await Promise.resolve(); // Lets callers of the same turn join the group.
    while (queue.length > 0) {
      const group = nextGroup(queue);
      queuedEvents -= group.reduce((sum, { request }) => sum + request.events.length, 0);
      await flush(group);
    }
    flushing = undefined;
  };

  const append: EventStore['append'] = async (requests) => {
    checkAppend(requests);
    const size = requests.reduce((sum, { events }) => sum + events.length, 0);
    if (queuedEvents > 0 && queuedEvents + size > QUEUED_EVENTS_MAX) {
      throw new EventStoreUnavailable(
        `${queuedEvents} events wait to be written, the limit is ${QUEUED_EVENTS_MAX}: try again later`,
      );
    }
    const encoded = requests.map((request) => request.events.map(encodeEvent));
    queuedEvents += size;
    const settled = requests.map(
      (request, index) =>
        new Promise<AppendOutcome>((settle, fail) => {
          const texts = encoded[index] ?? [];
          const characters = texts.reduce((sum, { head, tail }) => sum + head.length + tail.length, 0);
          queue.push({ request, encoded: texts, characters, settle, fail });
        }),
    );
    flushing ??= flushAll();
    return Promise.all(settled);
  };

  return {
    append,
    /** Writes what waits, then closes the connection. */
    async close(): Promise<void> {
      await flushing;
      await session.close();
    },
  };
};

const asUnavailable = (error: unknown): Error =>
  new EventStoreUnavailable(
    `could not append: ${reason(error)}; repeat the same request to learn whether it was written`,
    {
      cause: error,
    },
  );

/** Takes requests in order of arrival; a second one on the same stream waits for the next group. */
const nextGroup = (queue: Pending[]): Pending[] => {
  const group: Pending[] = [];
  const later: Pending[] = [];
  const streams = new Set<string>();
  let events = 0;
  let characters = 0;
  let taken = 0;
  for (const one of queue) {
    if (
      group.length > 0 &&
      (events + one.request.events.length > FLUSH_EVENTS_MAX || characters > FLUSH_CHARACTERS_MAX)
    )
      break;
    taken += 1;
    if (streams.has(one.request.stream)) {
      later.push(one);
      continue;
    }
    streams.add(one.request.stream);
    group.push(one);
    events += one.request.events.length;
    characters += one.characters;
  }
  queue.splice(0, taken, ...later);
  return group;
};

/** Requests that met another revision: repeats of what is stored already, or conflicts. */
const outcomesOfLeft = async (writer: pg.Client, left: readonly Pending[]): Promise<readonly AppendOutcome[]> => {
  const { rows } = await writer.query<{ name: string; revision: number; position: string; id: string; last: number }>({
    name: 'es-left',
    text: `select s.name, e.revision, e.position, e.id, s.revision as last
             from unnest($1::text[], $2::int[], $3::int[]) w (name, expected, count)
             join es.streams s on s.name = w.name
             join es.events e on e.stream = s.number
              and (e.revision between w.expected + 1 and w.expected + w.count or e.revision = s.revision)`,
    values: [
      left.map(({ request }) => request.stream),
      left.map(({ request }) => request.expected),
      left.map(({ request }) => request.events.length),
    ],
  });
  const stored = new Map(rows.map((row) => [`${row.name} ${row.revision}`, row]));
  const lasts = new Map(rows.map((row) => [row.name, row.last]));
  return left.map(({ request: { stream, events } }) => {
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
        ...connection,
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
