// Looks for breaches in what PostgreSQL stores: order, density, and the columns derived from each event's text.
import pg from 'pg';
import { byHash } from './index-session.ts';

/** Positions checked in one statement, and breaches of one kind reported at most. */
const POSITIONS_PER_CHECK = 20_000;
const BREACHES_PER_KIND_MAX = 20;

/** Events whose text is no event at all, each named; past it the search for more of them stops. */
const UNREADABLE_MAX = 100;
/** SQLSTATEs of class 22 (data exception): a text that is no JSON, a day that is none. */
const DATA_EXCEPTION = /^22/;

/** Positions and instants must run without a gap or a fall. */
const ORDER = `
select position, problem from (
  select position,
    case
      when previous is not null and position <> previous + 1 then 'positions skip from ' || previous || ' to ' || position
      when earlier is not null and recorded_at < earlier then 'its instant lies before that of position ' || previous
    end as problem
  from (
    select position, recorded_at, lag(position) over w as previous, lag(recorded_at) over w as earlier
      from es.events
     where position >= $1 and position <= $2
    window w as (order by position)
  ) read
) checked where problem is not null order by position limit ${BREACHES_PER_KIND_MAX}`;

/** Each column beside the text must say what the text says. A text that is no JSON makes the statement fail. */
const COLUMNS = `
select position, problem from (
  select position,
    case
      when id::text is distinct from member ->> 'id' then 'column id differs from the event'
      when type is distinct from member ->> 'type' then 'column type differs from the event'
      when revision::text is distinct from member ->> 'revision' then 'column revision differs from the event'
      when name is distinct from member ->> 'stream' then 'its stream number names another stream than the event'
      when recorded_at is distinct from (member ->> 'recordedAt')::timestamptz then 'column recorded_at differs from the event'
    end as problem
  from (
    select e.position, e.id, e.type, e.revision, e.recorded_at, e.event::json as member, s.name
      from es.events e left join es.streams s on s.number = e.stream
     where e.position >= $1 and e.position <= $2
  ) read
) checked where problem is not null order by position limit ${BREACHES_PER_KIND_MAX}`;

const STREAMS = `
select s.name, s.revision, e.events, e.last
  from es.streams s
  full join (select stream, count(*) as events, max(revision) as last from es.events group by stream) e on e.stream = s.number
 where s.number is null or e.stream is null or s.revision <> e.last or e.events <> e.last + 1
 limit ${BREACHES_PER_KIND_MAX}`;

const HEAD = `
select h.position, h.streams, coalesce(max(e.position), 0) as last, count(e.position) as events,
       (select coalesce(max(number), 0) from es.streams) as last_stream
  from es.head h left join es.events e on true group by h.position, h.streams`;

/** Reads whole tables, so it has a session of its own. */
export async function* findEventBreaches(connection: pg.PoolConfig): AsyncGenerator<string> {
  const client = new pg.Client(byHash(connection));
  await client.connect();
  try {
    yield* breachesIn(client);
  } finally {
    await client.end();
  }
}

type Queryable = Pick<pg.Client, 'query'>;

async function* breachesIn(client: Queryable): AsyncGenerator<string> {
  const { rows } = await client.query<{
    position: string;
    last: string;
    events: string;
    streams: string;
    last_stream: string;
  }>(HEAD);
  const [head] = rows;
  if (head === undefined) {
    yield 'the head row of the event store is missing';
    return;
  }
  if (head.position !== head.last) yield `the head says position ${head.position}, the last event has ${head.last}`;
  if (head.events !== head.last) yield `${head.events} events are stored up to position ${head.last}: some are missing`;
  if (head.streams !== head.last_stream)
    yield `the head counts ${head.streams} streams, the last one has ${head.last_stream}`;
  const last = Number(head.last);
  let unreadable = 0;
  for (let from = 1; from <= last; from += POSITIONS_PER_CHECK) {
    // One position of overlap, so that order is also checked across the seam.
    const until = from + POSITIONS_PER_CHECK - 1;
    const breaches = await client.query<Found>(ORDER, [from - 1, until]);
    yield* breaches.rows.map(sentence);
    unreadable += yield* columnBreaches(client, { from, until }, UNREADABLE_MAX - unreadable);
  }
  const streams = await client.query<{
    name: string | null;
    revision: number | null;
    events: string | null;
    last: number | null;
  }>(STREAMS);
  for (const { name, revision, events, last: lastRevision } of streams.rows) {
    yield `stream ${name ?? 'without a name'}: revision ${revision ?? 'none'} is noted, ${events ?? 0} events up to ${lastRevision ?? 'none'} are stored`;
  }
}

interface Found {
  readonly position: string;
  readonly problem: string;
}

const sentence = ({ position, problem }: Found): string => `position ${position}: ${problem}`;

/**
 * Compares columns with texts; where a text cannot be read the range is halved until the event is found. Answers how many
 * were found so, at most `unreadableMax`; past that nothing more is looked at.
 */
async function* columnBreaches(
  client: Queryable,
  { from, until }: { readonly from: number; readonly until: number },
  unreadableMax: number,
): AsyncGenerator<string, number> {
  if (unreadableMax <= 0) return 0;
  const found = await client.query<Found>(COLUMNS, [from, until]).catch((error: unknown) => {
    if (error instanceof pg.DatabaseError && DATA_EXCEPTION.test(error.code ?? '')) return undefined;
    throw error;
  });
  if (found !== undefined) {
    yield* found.rows.map(sentence);
    return 0;
  }
  if (from === until) {
    yield `position ${from}: its text is no event: not JSON, or without an instant`;
    return 1;
  }
  const middle = Math.floor((from + until) / 2);
  const before = yield* columnBreaches(client, { from, until: middle }, unreadableMax);
  return before + (yield* columnBreaches(client, { from: middle + 1, until }, unreadableMax - before));
}
