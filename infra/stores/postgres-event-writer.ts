// Group commit: whatever was asked for while one flush ran goes into the next, in one transaction and one fsync.
import pg from 'pg';
import type { Clock } from '../../src/clock.ts';
import {
  EventStoreUnavailable,
  type AppendOutcome,
  type AppendRequest,
  type EventStore,
  checkAppend,
} from '../../src/ledger/event-store.ts';
import { isTransient, reason } from './postgres-errors.ts';
import { appendCopied, appendSmall, type Group, type Written } from './postgres-event-append.ts';
import { encodeTexts, joinTexts } from './postgres-event-texts.ts';
import { steadyClock } from './steady-clock.ts';

/** Events and bytes of text of one flush at most. */
const FLUSH_EVENTS_MAX = 4_000;
const FLUSH_BYTES_MAX = 16_000_000;
/** Events that may wait; past it callers are told to come back. */
const QUEUED_EVENTS_MAX = 60_000;
/** Groups up to this size take one round trip through es.append; past it COPY is quicker. */
const SMALL_GROUP_MAX = 128;
/** Tries of one flush and the pause before the second, doubled for each further one. */
const FLUSH_TRIES_MAX = 8;
const RETRY_PAUSE_MS = 50;
const LOCK_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 60_000;

/** What one call asked for, or a part of it no larger than a flush. */
interface Pending extends Group {
  readonly events: number;
  readonly settle: (outcomes: readonly AppendOutcome[]) => void;
  readonly fail: (error: Error) => void;
}

interface WriterOptions {
  readonly connection: pg.PoolConfig;
  readonly clock: Clock;
  readonly onFlushed: (group: Group, written: Written) => void;
  readonly smallGroupMax?: number | undefined;
}

/** Starts the only connection that writes; it reconnects by itself. */
export const startEventWriter = ({ connection, clock, onFlushed, smallGroupMax = SMALL_GROUP_MAX }: WriterOptions) => {
  const queue: Pending[] = [];
  const readClock = steadyClock(clock);
  const session = writerSession(connection);
  let queuedEvents = 0;
  let flushing: Promise<void> | undefined;

  /** Answers of the last flush, held back until the server is busy with the next one. */
  let release = (): void => undefined;

  const tryFlush = async (calls: readonly Pending[]): Promise<void> => {
    const writer = await session.connected();
    const group = groupOf(calls);
    const events = calls.reduce((sum, call) => sum + call.events, 0);
    const written =
      events <= smallGroupMax
        ? await appendSmall(writer, group, readClock())
        : await appendCopied(writer, group, readClock(), () => release());
    onFlushed(group, written);
    const outcomes = await outcomesOf(writer, group, written);
    release();
    release = () => {
      release = () => undefined;
      let next = 0;
      for (const { requests, settle } of calls) {
        settle(outcomes.slice(next, next + requests.length));
        next += requests.length;
      }
    };
  };

  /** A lost answer is settled by trying again: what was written meets its own ids and counts as appended. */
  const flush = async (calls: readonly Pending[]): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await tryFlush(calls);
        return;
      } catch (error) {
        release();
        await session.recover(error);
        if (!isTransient(error) || tries === FLUSH_TRIES_MAX) {
          const failed = error instanceof pg.DatabaseError || isTransient(error) ? asUnavailable(error) : error;
          calls.forEach(({ fail }) => fail(failed as Error));
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS * 2 ** (tries - 1)));
      }
    }
  };

  const flushAll = async (): Promise<void> => {
    await Promise.resolve(); // Lets callers of the same turn join the group.
    while (queue.length > 0) {
      const calls = nextCalls(queue);
      queuedEvents -= calls.reduce((sum, { events }) => sum + events, 0);
      await flush(calls);
      // What callers do next would keep this process from feeding an idle server: with work at hand they wait for it.
      if (queue.length === 0 || calls.length > 1) release();
    }
    flushing = undefined;
  };

  const enqueue = (requests: readonly AppendRequest[]): Promise<readonly AppendOutcome[]> => {
    const events = requests.reduce((sum, request) => sum + request.events.length, 0);
    const texts = encodeTexts(requests, events);
    queuedEvents += events;
    return new Promise((settle, fail) => queue.push({ requests, texts, events, settle, fail }));
  };

  const append: EventStore['append'] = async (requests) => {
    checkAppend(requests);
    const size = requests.reduce((sum, { events }) => sum + events.length, 0);
    if (queuedEvents > 0 && queuedEvents + size > QUEUED_EVENTS_MAX) {
      throw new EventStoreUnavailable(
        `${queuedEvents} events wait to be written, the limit is ${QUEUED_EVENTS_MAX}: try again later`,
      );
    }
    const settled = slices(requests).map(enqueue);
    flushing ??= flushAll();
    return (await Promise.all(settled)).flat();
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

/** Cuts a call into parts that fit into one flush; a single request always fits. */
const slices = (requests: readonly AppendRequest[]): readonly (readonly AppendRequest[])[] => {
  const parts: AppendRequest[][] = [];
  let events = FLUSH_EVENTS_MAX;
  for (const request of requests) {
    if (events + request.events.length > FLUSH_EVENTS_MAX) {
      parts.push([]);
      events = 0;
    }
    parts.at(-1)?.push(request);
    events += request.events.length;
  }
  return parts;
};

/** Takes calls in order of arrival; one that touches a stream of an earlier one waits for the next flush. */
const nextCalls = (queue: Pending[]): readonly Pending[] => {
  const taken: Pending[] = [];
  const later: Pending[] = [];
  const streams = new Set<string>();
  let [events, bytes, seen] = [0, 0, 0];
  for (const call of queue) {
    const isFull = events + call.events > FLUSH_EVENTS_MAX || bytes + call.texts.bytes > FLUSH_BYTES_MAX;
    if (taken.length > 0 && isFull) break;
    seen += 1;
    if (call.requests.some(({ stream }) => streams.has(stream))) {
      later.push(call);
      continue;
    }
    if (queue.length > 1) call.requests.forEach(({ stream }) => streams.add(stream));
    taken.push(call);
    events += call.events;
    bytes += call.texts.bytes;
  }
  queue.splice(0, seen, ...later);
  return taken;
};

const groupOf = (calls: readonly Pending[]): Group => {
  const [only] = calls;
  if (calls.length === 1 && only !== undefined) return only;
  return { requests: calls.flatMap(({ requests }) => requests), texts: joinTexts(calls) };
};

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
