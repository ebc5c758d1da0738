// Writes one group of requests in one transaction: small groups by one SQL call, large ones by COPY.
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { UnrecordedEvent } from '../../src/ledger/event.ts';
import type { AppendRequest } from '../../src/ledger/event-store.ts';
import type { EventTexts } from './postgres-event-texts.ts';

/** Requests for distinct streams and the texts of all their events, one after the other. */
export interface Group {
  readonly requests: readonly AppendRequest[];
  readonly texts: EventTexts;
}

/** Instant of the group and, for each request, the position of its first event; undefined when it met another revision. */
export interface Written {
  readonly recordedAt: string;
  readonly firsts: readonly (number | undefined)[];
}

type Writer = Pick<pg.Client, 'query'>;

/** One round trip, one fsync: the lone writer and small groups. */
export const appendSmall = async (writer: Writer, { requests, texts }: Group, now: Date): Promise<Written> => {
  const events = requests.flatMap((request) => request.events);
  const encoded = events.map((_event, n) => texts.text(n));
  const { rows } = await writer.query<[string | null, string]>({
    name: 'es-append',
    text: 'select first_position, recorded_at from es.append($1, $2, $3, $4, $5, $6, $7, $8)',
    values: [
      requests.map(({ stream }) => stream),
      requests.map(({ expected }) => expected),
      requests.map((request) => request.events.length),
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      encoded.map(({ head }) => head),
      encoded.map(({ tail }) => tail),
      now.toISOString(),
    ],
    rowMode: 'array',
  });
  return {
    recordedAt: rows[0]?.[1] ?? '',
    firsts: rows.map(([first]) => (first === null ? undefined : Number(first))),
  };
};

interface Head {
  readonly position: number;
  readonly streams: number;
  readonly recordedAt: string;
}

interface Stored {
  readonly number: number;
  readonly revision: number;
}

/**
 * Locks the head, looks the streams up, copies everything in, moves the head: for large groups. `whileCopying` is called
 * when the server has the rows to work on, so that this process can prepare the next ones.
 */
export const appendCopied = async (
  writer: Writer,
  group: Group,
  now: Date,
  whileCopying: () => void,
): Promise<Written> => {
  const head = await lockHead(writer, now);
  const stored = await lookUp(writer, group);
  const rows = layOut(group, head, stored);
  if (rows.opened !== '')
    await copy(writer, 'copy es.streams (number, name, revision) from stdin', Buffer.from(rows.opened));
  if (rows.grown.numbers.length > 0) {
    await writer.query({
      name: 'es-grow',
      text: `update es.streams s set revision = v.revision
               from unnest($1::bigint[], $2::int[]) v (number, revision) where s.number = v.number`,
      values: [rows.grown.numbers, rows.grown.revisions],
    });
  }
  if (rows.events.length > 0) {
    const columns = 'position, stream, revision, recorded_at, id, type, event';
    const copied = copy(writer, `copy es.events (${columns}) from stdin`, rows.events);
    whileCopying();
    await copied;
  }
  await writer.query(
    `update es.head set position = ${rows.position}, streams = ${rows.streams}, recorded_at = '${head.recordedAt}'; commit`,
  );
  return { recordedAt: head.recordedAt, firsts: rows.firsts };
};

const ISO_FORMAT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

const lockHead = async (writer: Writer, now: Date): Promise<Head> => {
  // Two statements in one message answer with two results; the driver's type knows only one.
  const results = (await writer.query(
    `begin; select position, streams, to_char(recorded_at at time zone 'UTC', ${ISO_FORMAT}) as at from es.head for update`,
  )) as unknown as readonly pg.QueryResult<{ position: string; streams: string; at: string }>[];
  const row = results[1]?.rows[0];
  if (row === undefined) throw new Error('the head row of the event store is missing');
  const iso = now.toISOString();
  return { position: Number(row.position), streams: Number(row.streams), recordedAt: iso > row.at ? iso : row.at };
};

const lookUp = async (writer: Writer, { requests }: Group): Promise<ReadonlyMap<string, Stored>> => {
  const { rows } = await writer.query<[string, string, number]>({
    name: 'es-streams',
    text: 'select name, number, revision from es.streams where name = any($1)',
    values: [requests.map(({ stream }) => stream)],
    rowMode: 'array',
  });
  return new Map(rows.map(([name, number, revision]) => [name, { number: Number(number), revision }]));
};

/** Everything in a row of es.events but the text of the event. */
const ROW_BYTES_MAX = 400;

/** One buffer for the rows of all groups in turn: there is one writer, and a group is copied before the next is laid out. */
const rowBuffer = () => {
  let bytes = Buffer.allocUnsafeSlow(0);
  return ({ texts }: Group, events: number): Buffer => {
    const most = texts.bytes + events * ROW_BYTES_MAX;
    if (bytes.length < most) bytes = Buffer.allocUnsafeSlow(most * 2);
    return bytes;
  };
};
const bufferFor = rowBuffer();

/** The rows of a group as COPY text. Stream names hold no character that COPY would read otherwise. */
const layOut = (group: Group, head: Head, stored: ReadonlyMap<string, Stored>) => {
  const count = group.requests.reduce((sum, { events }) => sum + events.length, 0);
  const bytes = bufferFor(group, count);
  let { position, streams } = head;
  let [written, next, opened] = [0, 0, ''];
  const firsts: (number | undefined)[] = [];
  const grown = { numbers: [] as number[], revisions: [] as number[] };
  for (const { stream, expected, events } of group.requests) {
    const known = stored.get(stream);
    const from = next;
    next += events.length;
    if ((known?.revision ?? -1) !== expected) {
      firsts.push(undefined);
      continue;
    }
    const last = expected + events.length;
    if (known === undefined) {
      streams += 1;
      opened += `${streams}\t${stream}\t${last}\n`;
    } else {
      grown.numbers.push(known.number);
      grown.revisions.push(last);
    }
    firsts.push(position + 1);
    for (let n = 0; n < events.length; n += 1) {
      position += 1;
      const { id, revision, type } = events[n] as UnrecordedEvent;
      const row = `${position}\t${known?.number ?? streams}\t${revision}\t${head.recordedAt}\t${id}\t${type}\t`;
      written += bytes.write(row, written, 'latin1');
      written = group.texts.write(from + n, head.recordedAt, bytes, written);
      bytes[written] = NEW_LINE;
      written += 1;
    }
  }
  return { position, streams, opened, events: bytes.subarray(0, written), firsts, grown };
};

const NEW_LINE = 10;

const copy = async (writer: Writer, sql: string, rows: Buffer): Promise<void> => {
  const stream = writer.query(copyFrom(sql));
  stream.end(rows);
  await finished(stream);
};
