// Looks for breaches in what PostgreSQL stores: order, density, and the columns derived from each event's text.
import pg from 'pg';

/** Positions checked in one statement, and breaches of one kind reported at most. */
const POSITIONS_PER_CHECK = 20_000;
const BREACHES_PER_KIND_MAX = 20;

/** Each column beside the text must say what the text says; positions and instants must run without a gap or a fall. */
const COLUMNS_AND_ORDER = `
select position, problem from (
  select position,
    case
      when previous is not null and position <> previous + 1 then 'positions skip from ' || previous || ' to ' || position
      when earlier is not null and recorded_at < earlier then 'its instant lies before that of position ' || previous
      when id::text is distinct from member ->> 'id' then 'column id differs from the event'
      when type is distinct from member ->> 'type' then 'column type differs from the event'
      when revision::text is distinct from member ->> 'revision' then 'column revision differs from the event'
      when name is distinct from member ->> 'stream' then 'its stream number names another stream than the event'
      when recorded_at is distinct from (member ->> 'recordedAt')::timestamptz then 'column recorded_at differs from the event'
    end as problem
  from (
    select e.position, e.id, e.type, e.revision, e.recorded_at, e.event::json as member, s.name,
           lag(e.position) over w as previous, lag(e.recorded_at) over w as earlier
      from es.events e left join es.streams s on s.number = e.stream
     where e.position >= $1 and e.position <= $2
    window w as (order by e.position)
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
  const client = new pg.Client(connection);
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
  for (let from = 1; from <= last; from += POSITIONS_PER_CHECK) {
    // One position of overlap, so that order is also checked across the seam.
    const breaches = await client.query<{ position: string; problem: string }>(COLUMNS_AND_ORDER, [
      from - 1,
      from + POSITIONS_PER_CHECK - 1,
    ]);
    for (const { position, problem } of breaches.rows) yield `position ${position}: ${problem}`;
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
