// Appending: in bulk against COPY, many callers against one transaction each, and one lone caller.
import type pg from 'pg';
import { Pool } from 'pg';
import { encodeEvent, eventId, uuidOfText, type Source, type UnrecordedEvent } from '../../src/ledger/event.ts';
import type { AppendRequest, EventStore } from '../../src/ledger/event-store.ts';
import { postgresEventStore } from '../stores/postgres-event-store.ts';
import { systemClock } from '../system-clock.ts';
import { benchDatabase, copyIn, copyOut } from './bench-database.ts';
import { check, figure, rateOf, ratio, ROUNDS, type Measurement } from './measurement.ts';

const BULK_EVENTS = 60_000;
const BULK_BATCH = 2_000;
const BATCHES_IN_FLIGHT = 3;
const CALLERS = 64;
const CALLER_EVENTS = 12_000;
const BASELINE_EVENTS = 1_500;
const BASELINE_CONNECTIONS = 8;
const LONE_EVENTS = 1_500;

/** One new stream an event, about 1.1 kB of canonical text. */
const benchEvent = (round: string, line: number, batch = uuidOfText(round)): UnrecordedEvent => {
  const stream = `bench-${round}.${line}`;
  const source: Source = {
    agency: '11440300MB2C92168F',
    assertedOn: '2026-01-01',
    batch,
    form: 'bench@1',
    kind: 'agency',
    line,
  };
  return {
    v: 1,
    id: eventId(stream, 0, source),
    stream,
    revision: 0,
    type: 'EntityRegistered',
    schema: 1,
    about: [{ role: 'subject', subject: `regno:${String(line).padStart(15, '0')}` }],
    valid: { from: '2026-01-01' },
    source,
    nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
    data: {
      address: `生成市第${line % 90}区示范大道${line}号`,
      businessScope:
        '日用百货、五金交电、文化用品的零售；货物及技术进出口；国内贸易；信息咨询（不含限制项目）。'.repeat(2),
      capital: { amount: String(line), currency: 'CNY', original: `${line}（万元）` },
      name: `生成市第${line}示范商贸有限公司`,
      personInCharge: '示范',
      registeredOn: '2001-02-03',
    },
  };
};

const requests = (round: string, count: number): AppendRequest[] =>
  Array.from({ length: count }, (_, line) => {
    const event = benchEvent(round, line);
    return { stream: event.stream, expected: -1, events: [event] };
  });

/** Runs `work` over `items` with so many at once. */
const concurrently = async <Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next] as Item;
      next += 1;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

const appendInBulk = async (store: EventStore, all: readonly AppendRequest[]): Promise<number> => {
  const batches = Array.from({ length: Math.ceil(all.length / BULK_BATCH) }, (_, n) =>
    all.slice(n * BULK_BATCH, (n + 1) * BULK_BATCH),
  );
  return rateOf(all.length, () => concurrently(batches, BATCHES_IN_FLIGHT, (batch) => store.append(batch)));
};

/** `bulkAppendVsCopy`: the writer against one COPY of exactly the rows it wrote, into a table with the same indexes. */
export const benchBulkAppend = async (server: pg.ClientConfig): Promise<Measurement> => {
  const ours: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const database = await benchDatabase(server);
    const store = await postgresEventStore({ connection: database.connection, clock: systemClock });
    const rate = await appendInBulk(store, requests(`r${round}`, BULK_EVENTS));
    check((await store.head()) === BigInt(BULK_EVENTS), 'bulk append: the head');
    for await (const breach of store.findBreaches()) check(false, breach);
    await store.close();
    const rows = await copyOut(database.client, 'select * from es.events order by position');
    await database.client.query('create table public.copied (like es.events including all)');
    const copied = await rateOf(BULK_EVENTS, () => copyIn(database.client, 'public.copied', rows));
    if (round > 0) {
      // Round 0 warms up.
      ours.push(rate);
      baseline.push(copied);
    }
    await database.drop();
  }
  const figures = { bulkAppendEventsPerSecond: figure(ours), copyEventsPerSecond: figure(baseline) };
  return {
    ratios: { bulkAppendVsCopy: ratio(figures.bulkAppendEventsPerSecond, figures.copyEventsPerSecond) },
    figures,
  };
};

/** One event in its own transaction under the head lock: what a straightforward store would do. */
const appendAlone = async (pool: pg.Pool, { stream, events }: AppendRequest): Promise<void> => {
  const client = await pool.connect();
  try {
    const [event] = events as readonly [UnrecordedEvent];
    const { head, tail } = encodeEvent(event);
    const now = new Date().toISOString();
    await client.query('begin');
    const locked = await client.query<{ position: string; streams: string }>(
      'select position, streams from es.head for update',
    );
    const known = await client.query('select 1 from es.streams where name = $1', [stream]);
    check(known.rowCount === 0, 'one transaction an event: the stream is new');
    const position = BigInt(locked.rows[0]?.position ?? 0) + 1n;
    const number = BigInt(locked.rows[0]?.streams ?? 0) + 1n;
    await client.query('insert into es.streams (number, name, revision) values ($1, $2, 0)', [String(number), stream]);
    await client.query('insert into es.events values ($1, $2, 0, $3, $4, $5, $6)', [
      String(position),
      String(number),
      now,
      event.id,
      event.type,
      head + now + tail,
    ]);
    await client.query('update es.head set position = $1, streams = $2, recorded_at = $3', [
      String(position),
      String(number),
      now,
    ]);
    await client.query('commit');
  } finally {
    client.release();
  }
};

/** `singleWritersVsOneTx`: 64 callers with one event each against one transaction an event over 8 connections. */
export const benchSingleWriters = async (server: pg.ClientConfig): Promise<Measurement> => {
  const ours: number[] = [];
  const baseline: number[] = [];
  const database = await benchDatabase(server);
  const pool = new Pool({ ...database.connection, max: BASELINE_CONNECTIONS });
  pool.on('error', () => undefined); // Dropping the database ends sessions that are still closing.
  let expected = 0n;
  for (let round = 0; round < ROUNDS; round += 1) {
    const store = await postgresEventStore({ connection: database.connection, clock: systemClock });
    const many = requests(`c${round}`, CALLER_EVENTS);
    ours.push(await rateOf(many.length, () => concurrently(many, CALLERS, (one) => store.append([one]))));
    const alone = requests(`t${round}`, BASELINE_EVENTS);
    baseline.push(
      await rateOf(alone.length, () => concurrently(alone, BASELINE_CONNECTIONS, (one) => appendAlone(pool, one))),
    );
    expected += BigInt(CALLER_EVENTS + BASELINE_EVENTS);
    check((await store.head()) === expected, 'single writers: the head');
    await store.close();
  }
  await pool.end();
  await database.drop();
  const figures = { callersEventsPerSecond: figure(ours), oneTransactionEachPerSecond: figure(baseline) };
  return {
    ratios: { singleWritersVsOneTx: ratio(figures.callersEventsPerSecond, figures.oneTransactionEachPerSecond) },
    figures,
  };
};

/** `loneWriterPerSecond`: one caller, one event at a time, beside a bare autocommit INSERT of the same row. */
export const benchLoneWriter = async (server: pg.ClientConfig): Promise<Measurement> => {
  const ours: number[] = [];
  const baseline: number[] = [];
  const database = await benchDatabase(server);
  await database.client.query('create table public.bare (like es.events including all)');
  const store = await postgresEventStore({ connection: database.connection, clock: systemClock });
  for (let round = 0; round < ROUNDS; round += 1) {
    const many = requests(`l${round}`, LONE_EVENTS);
    ours.push(await rateOf(many.length, () => concurrently(many, 1, (one) => store.append([one]))));
    const insert = async (line: number): Promise<void> => {
      const event = benchEvent(`l${round}`, line);
      const { head, tail } = encodeEvent(event);
      const now = new Date().toISOString();
      const position = round * LONE_EVENTS + line;
      await database.client.query({
        name: 'bare',
        text: 'insert into public.bare values ($1, $1, 0, $2, $3, $4, $5)',
        values: [position, now, event.id, event.type, head + now + tail],
      });
    };
    baseline.push(await rateOf(LONE_EVENTS, () => concurrently([...Array(LONE_EVENTS).keys()], 1, insert)));
  }
  check((await store.head()) === BigInt(ROUNDS * LONE_EVENTS), 'lone writer: the head');
  await store.close();
  await database.drop();
  const figures = { loneWriterPerSecond: figure(ours), bareInsertPerSecond: figure(baseline) };
  return { ratios: { loneVsBareInsert: ratio(figures.loneWriterPerSecond, figures.bareInsertPerSecond) }, figures };
};
