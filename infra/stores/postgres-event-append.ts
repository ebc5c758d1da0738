// Writes one group of requests in one transaction: small groups by one SQL call, large ones by COPY.
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EncodedEvent } from '../../src/ledger/event.ts';
import type { AppendRequest } from '../../src/ledger/event-store.ts';

/** A request with the text of its events. */
export interface EncodedRequest {
  readonly request: AppendRequest;
  readonly encoded: readonly EncodedEvent[];
}

/** Instant of the group and, for each request that met its expected revision, the position of its first event. */
export interface Written<Request extends EncodedRequest> {
  readonly recordedAt: string;
  readonly firsts: ReadonlyMap<Request, bigint>;
}

type Writer = Pick<pg.Client, 'query'>;

/** One round trip, one fsync: the lone writer and small groups. Streams of the group are distinct. */
export const appendSmall = async <Request extends EncodedRequest>(
  writer: Writer,
  group: readonly Request[],
  now: Date,
): Promise<Written<Request>> => {
  const events = group.flatMap(({ request }) => request.events);
  const encoded = group.flatMap((one) => one.encoded);
  const { rows } = await writer.query<[string, string | null, string]>({
    name: 'es-append',
    text: 'select request, first_position, recorded_at from es.append($1, $2, $3, $4, $5, $6, $7, $8)',
    values: [
      group.map(({ request }) => request.stream),
      group.map(({ request }) => request.expected),
      group.map(({ request }) => request.events.length),
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      encoded.map(({ head }) => head),
      encoded.map(({ tail }) => tail),
      now.toISOString(),
    ],
    rowMode: 'array',
  });
  const firsts = new Map<Request, bigint>();
  rows.forEach(([, first], index) => {
    const request = group[index];
    if (first !== null && request !== undefined) firsts.set(request, BigInt(first));
  });
  return { recordedAt: rows[0]?.[2] ?? '', firsts };
};

interface Head {
  readonly position: bigint;
  readonly streams: bigint;
  readonly recordedAt: string;
}

interface Stored {
  readonly number: bigint;
  readonly revision: number;
}

/** Locks the head, looks the streams up, copies everything in, moves the head: for large groups. */
export const appendCopied = async <Request extends EncodedRequest>(
  writer: Writer,
  group: readonly Request[],
  now: Date,
): Promise<Written<Request>> => {
  const head = await lockHead(writer, now);
  const stored = await lookUp(writer, group);
  const rows = layOut(group, head, stored);
  if (rows.opened !== '') await copy(writer, 'copy es.streams (number, name, revision) from stdin', rows.opened);
  if (rows.grown.numbers.length > 0) {
    await writer.query({
      name: 'es-grow',
      text: `update es.streams s set revision = v.revision
               from unnest($1::bigint[], $2::int[]) v (number, revision) where s.number = v.number`,
      values: [rows.grown.numbers, rows.grown.revisions],
    });
  }
  if (rows.events !== '') {
    const columns = 'position, stream, revision, recorded_at, id, type, event';
    await copy(writer, `copy es.events (${columns}) from stdin`, rows.events);
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
  return { position: BigInt(row.position), streams: BigInt(row.streams), recordedAt: iso > row.at ? iso : row.at };
};

const lookUp = async (writer: Writer, group: readonly EncodedRequest[]): Promise<ReadonlyMap<string, Stored>> => {
  const { rows } = await writer.query<[string, string, number]>({
    name: 'es-streams',
    text: 'select name, number, revision from es.streams where name = any($1)',
    values: [group.map(({ request }) => request.stream)],
    rowMode: 'array',
  });
  return new Map(rows.map(([name, number, revision]) => [name, { number: BigInt(number), revision }]));
};

/** The rows of a group as COPY text. Stream names hold no character that COPY would read otherwise. */
const layOut = <Request extends EncodedRequest>(
  group: readonly Request[],
  head: Head,
  stored: ReadonlyMap<string, Stored>,
) => {
  let { position, streams } = head;
  let opened = '';
  let events = '';
  const firsts = new Map<Request, bigint>();
  const grown = { numbers: [] as string[], revisions: [] as number[] };
  for (const one of group) {
    const { stream, expected, events: appended } = one.request;
    const known = stored.get(stream);
    if ((known?.revision ?? -1) !== expected) continue;
    const last = expected + appended.length;
    if (known === undefined) {
      streams += 1n;
      opened += `${streams}\t${stream}\t${last}\n`;
    } else {
      grown.numbers.push(String(known.number));
      grown.revisions.push(last);
    }
    firsts.set(one, position + 1n);
    const number = known?.number ?? streams;
    for (const [n, event] of appended.entries()) {
      position += 1n;
      const { head: before, tail } = one.encoded[n] as EncodedEvent;
      const text = before + head.recordedAt + tail;
      const row = text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
      events += `${position}\t${number}\t${event.revision}\t${head.recordedAt}\t${event.id}\t${event.type}\t${row}\n`;
    }
  }
  return { position, streams, opened, events, firsts, grown };
};

const copy = async (writer: Writer, sql: string, rows: string): Promise<void> => {
  const stream = writer.query(copyFrom(sql));
  stream.end(Buffer.from(rows, 'utf8'));
  await finished(stream);
};
