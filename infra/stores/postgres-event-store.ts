// The event store on PostgreSQL 15 or later: gap-free positions under a locked head row, group commit, append-only tables.
import pg from 'pg';
import type { Clock } from '../../src/clock.ts';
import type { LedgerEvent } from '../../src/ledger/event.ts';
import {
  EVENTS_PER_PAGE_MAX,
  EventStoreIntegrityError,
  STREAMS_PER_CALL_MAX,
  type EventStore,
  type RecordedEvent,
} from '../../src/ledger/event-store.ts';
import { unavailable } from './postgres-errors.ts';
import { byIndex } from './index-session.ts';
import { findEventBreaches } from './postgres-event-breaches.ts';
import { startEventWriter } from './postgres-event-writer.ts';
import { eventTail, subscribeTo } from './postgres-event-subscription.ts';

/** Connections for reading and for the listener of news. */
const READ_CONNECTIONS_MAX = 4;
const READ_TIMEOUT_MS = 30_000;

export interface PostgresEventStoreOptions {
  readonly connection: pg.PoolConfig;
  readonly clock: Clock;
  /** Groups of at most so many events go through one SQL call, larger ones through COPY. Tests force either way. */
  readonly smallGroupMax?: number | undefined;
  /** False opens a store whose head contradicts its events too: only for looking into it, never for appending. */
  readonly checkHead?: boolean | undefined;
}

/**
 * Opens a migrated store. Refuses to start on a head that contradicts the events.
 * @throws EventStoreUnavailable, EventStoreIntegrityError
 */
export const postgresEventStore = async ({
  connection,
  clock,
  smallGroupMax,
  checkHead = true,
}: PostgresEventStoreOptions): Promise<EventStore> => {
  const pool = new pg.Pool({ ...byIndex(connection), max: READ_CONNECTIONS_MAX, statement_timeout: READ_TIMEOUT_MS });
  pool.on('error', () => undefined); // A lost idle connection is replaced by the pool; the next query reports trouble.
  const tail = eventTail();
  if (checkHead) await refuseWrongHead(pool);
  const writer = startEventWriter({
    connection,
    clock,
    onFlushed: (group, written) => tail.add(group, written),
    smallGroupMax,
  });

  const readAll: EventStore['readAll'] = async ({ after, limit }) => {
    if (limit > EVENTS_PER_PAGE_MAX)
      throw new RangeError(`a page holds at most ${EVENTS_PER_PAGE_MAX} events, ${limit} were asked`);
    return readPage(pool, after, limit);
  };

  const store: EventStore = {
    append: writer.append,
    readAll,
    subscribe: (from) => subscribeTo({ ...from, readAll, head: () => readHead(pool), tail }),
    readStreams: (streams) => readStreams(pool, streams),
    head: () => readHead(pool),
    findBreaches: () => findEventBreaches(connection),
    async close() {
      await writer.close();
      await pool.end();
    },
  };
  return store;
};

type Queryable = Pick<pg.Pool, 'query'>;
type PageRow = [position: string, event: string];

const readPage = async (pool: Queryable, after: bigint, limit: number): Promise<readonly RecordedEvent[]> => {
  const { rows } = await pool
    .query<PageRow>({
      name: 'es-read-all',
      text: 'select position, event from es.events where position > $1 order by position limit $2',
      values: [String(after), limit],
      rowMode: 'array',
    })
    .catch(unavailable('read events'));
  let expected = after;
  return rows.map(([positionText, text]) => {
    expected += 1n;
    if (positionText !== String(expected)) {
      throw new EventStoreIntegrityError(`position ${expected} is missing: the next stored event has ${positionText}`);
    }
    return { position: expected, event: JSON.parse(text) as LedgerEvent, text };
  });
};

const readStreams = async (
  pool: Queryable,
  streams: readonly string[],
): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> => {
  if (streams.length > STREAMS_PER_CALL_MAX) {
    throw new RangeError(`one call reads at most ${STREAMS_PER_CALL_MAX} streams, ${streams.length} were asked`);
  }
  const found = new Map<string, RecordedEvent[]>();
  if (streams.length === 0) return found;
  const { rows } = await pool
    .query<PageRow>({
      name: 'es-read-streams',
      text: `select e.position, e.event from es.streams s join es.events e on e.stream = s.number
              where s.name = any($1) order by e.stream, e.revision`,
      values: [streams],
      rowMode: 'array',
    })
    .catch(unavailable('read streams'));
  for (const [position, text] of rows) {
    const event = JSON.parse(text) as LedgerEvent;
    const events = found.get(event.stream) ?? [];
    if (event.revision !== events.length) {
      throw new EventStoreIntegrityError(`revision ${events.length} of stream ${event.stream} is missing`);
    }
    events.push({ position: BigInt(position), event, text });
    found.set(event.stream, events);
  }
  return found;
};

const readHead = async (pool: Queryable): Promise<bigint> => {
  const { rows } = await pool
    .query<[string]>({ name: 'es-head', text: 'select position from es.head', rowMode: 'array' })
    .catch(unavailable('read the head'));
  return BigInt(rows[0]?.[0] ?? 0);
};

const refuseWrongHead = async (pool: Queryable): Promise<void> => {
  const { rows } = await pool
    .query<{ head: string; last: string }>(
      'select position as head, (select coalesce(max(position), 0) from es.events) as last from es.head',
    )
    .catch(unavailable('open the event store'));
  const [row] = rows;
  if (row === undefined || row.head !== row.last) {
    throw new EventStoreIntegrityError(
      `the head says position ${row?.head ?? 'nothing'} but the last event has ${row?.last ?? 'none'}: ` +
        'run "huixin verify" and restore the newest backup if it confirms this',
    );
  }
};
