/**
 * Black-box fault harness: processes that write, kills, and a history of confirmations kept outside the system under test.
 * What is looked at afterwards is looked at in SQL, not through the code that wrote it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../infra/postgres/embedded-postgres.ts';
import { readPostmasterPid } from '../../infra/postgres/postmaster-pid.ts';
import { processesIn } from '../../infra/postgres/process-table.ts';
import { chooseServerUser } from '../../infra/postgres/server-user.ts';
import { testCache } from '../postgres.ts';
import { type Place, until } from './command.ts';

/** What a writer is told to do. */
export interface Orders {
  readonly seed: number;
  readonly agency: string;
  /** Codes of new organisations, a list a concurrent writer. */
  readonly codes: readonly (readonly string[])[];
  /** One organisation that all of them write about. */
  readonly contended: string;
  readonly statementsPerCallMax: number;
  /** Files of the form `registration`, imported one after another beside the writers. */
  readonly files: readonly string[];
  /** Takes durability away behind the product's back. */
  readonly unsafe?: boolean;
}

export interface Confirmed {
  readonly event: string;
  readonly position: string;
  readonly stream: string;
}

/** All that writers were told, over all their lives. `rowsSettled` by path of the file. */
export interface History {
  readonly confirmed: Confirmed[];
  readonly rowsSettled: Map<string, number>;
  readonly faults: string[];
}

export const newHistory = (): History => ({ confirmed: [], rowsSettled: new Map(), faults: [] });

export interface Writer {
  readonly kill: () => Promise<void>;
  /** Resolves once so many further confirmations came, or the writer is done or at its end. */
  readonly confirms: (count: number, limitMs: number) => Promise<void>;
}

const program = fileURLToPath(new URL('acknowledging-writer.mjs', import.meta.url));

export const startWriter = async (place: Place, orders: Orders, history: History): Promise<Writer> => {
  const path = await place.write('orders.json', JSON.stringify(orders));
  const child = spawn(process.execPath, [program, path], {
    cwd: place.folder,
    env: { ...place.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let isOver = false;
  void closed.then(() => (isOver = true));
  let count = 0;
  createInterface(child.stdout).on('line', (line) => {
    const [kind = '', ...words] = line.split(' ');
    const [first = '', second = '', third = ''] = words;
    if (kind === 'ack') history.confirmed.push({ event: first, position: second, stream: third });
    if (kind === 'rows') history.rowsSettled.set(first, Math.max(history.rowsSettled.get(first) ?? 0, Number(second)));
    if (kind === 'fault') history.faults.push(words.join(' '));
    if (kind === 'ack' || kind === 'rows') count += 1;
    else isOver ||= kind !== 'imported';
  });
  return {
    kill: async () => killed(child, closed),
    confirms: async (more, limitMs) => {
      const wanted = count + more;
      await until(limitMs, 'confirmations of the writer', () => (isOver || count >= wanted ? true : undefined));
    },
  };
};

/** Resolves when the process is gone and everything it printed is read. */
const killed = async (child: ChildProcess, closed: Promise<unknown>): Promise<void> => {
  child.kill('SIGKILL');
  await closed;
};

/** kill -9 of the PostgreSQL server of a place and of all its processes, found by their working folder. */
export const killDatabase = async ({ dataDir }: Place): Promise<number> => {
  const clusterDir = join(dataDir, 'postgres');
  const server = await readPostmasterPid(clusterDir);
  const pids = await processesIn(clusterDir, await chooseServerUser(clusterDir));
  const inOrder = [...pids].sort((a, b) => Number(b === server?.pid) - Number(a === server?.pid));
  for (const pid of inOrder) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself since.
    }
  }
  return inOrder.length;
};

/** Starts or joins the database of a place; both are let go by `leave`. */
export const lookInto = async ({
  dataDir,
}: Place): Promise<{ readonly client: pg.Client; readonly leave: () => Promise<void> }> => {
  const server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, ...testCache });
  const client = new pg.Client(server.connection);
  await client.connect();
  return {
    client,
    leave: async () => {
      await client.end();
      await server.stop();
    },
  };
};

export interface Findings {
  readonly events: number;
  /** Confirmed, and not stored at its position in its stream under its id. */
  readonly lost: number;
  /** Ids that stand twice, streams with a gap or a revision twice, positions that are not 1 to the last. */
  readonly doubled: number;
  /** Rows of imports that were told as settled and are neither on the ledger nor among what waits. */
  readonly rowsLost: number;
}

/** Compares what was confirmed with what is stored. */
export const compare = async (client: pg.Client, { confirmed }: History): Promise<Findings> => {
  const lost = await count(
    client,
    `select count(*) as count from unnest($1::bigint[], $2::uuid[], $3::text[]) a (position, id, stream)
      where not exists (select from es.events e join es.streams s on s.number = e.stream
                         where e.position = a.position and e.id = a.id and s.name = a.stream
                           and e.event::json ->> 'id' = a.id::text)`,
    [
      confirmed.map(({ position }) => position),
      confirmed.map(({ event }) => event),
      confirmed.map(({ stream }) => stream),
    ],
  );
  const doubled = await count(
    client,
    `select (select count(*) - count(distinct id) from es.events)
          + (select count(*) from (select from es.events group by stream
                                   having count(*) <> max(revision) + 1 or min(revision) <> 0) uneven)
          + (select count(*) from es.streams s
              where s.revision is distinct from (select max(revision) from es.events e where e.stream = s.number))
          + (select abs(count(*) - coalesce(max(position), 0)) from es.events)
          + (select abs(h.position - (select count(*) from es.events)) from es.head h) as count`,
  );
  const events = await count(client, 'select count(*) as count from es.events');
  return { events, lost, doubled, rowsLost: 0 };
};

/** Rows of a batch up to a line that have no event and do not wait. Rows that repeat an earlier one are told by `isKnown`. */
export const rowsMissing = async (
  client: pg.Client,
  batch: string,
  settled: number,
  isKnown: (line: number) => boolean,
): Promise<number> => {
  const { rows } = await client.query<{ line: number }>(
    `select (e.event::json -> 'source' ->> 'line')::int as line from es.events e
      where e.event::json -> 'source' ->> 'batch' = $1::text
      union select line from imports.rows where batch = $1::text::uuid`,
    [batch],
  );
  const there = new Set(rows.map(({ line }) => line));
  let missing = 0;
  for (let line = 2; line < settled + 2; line += 1) if (!there.has(line) && !isKnown(line)) missing += 1;
  return missing;
};

const count = async (client: pg.Client, text: string, values: readonly unknown[] = []): Promise<number> => {
  const { rows } = await client.query<{ count: string }>(text, [...values]);
  return Number(rows[0]?.count);
};

/** The dead hold their leases for a while; between two rounds of kills that while is taken as over. */
export const letLeasesRunOut = async (client: pg.Client): Promise<void> => {
  await client.query('update rm.checkpoints set lease_until = now()');
};

/** Positions of each subject and its latest name, from the events alone, and the same from the rows of the read models. */
export const readModelDifferences = async (client: pg.Client): Promise<readonly string[]> => {
  const { rows: events } = await client.query<{ position: string; subject: string }>(
    `select position, event::json -> 'about' -> 0 ->> 'subject' as subject from es.events order by position`,
  );
  const { rows: history } = await client.query<{ key: string }>('select key from rm.fact_history_v1');
  const { rows: profiles } = await client.query<{ key: string; doc: string }>(
    'select key, doc from rm.entity_profile_v1',
  );
  const wanted = new Map<string, string[]>();
  for (const { position, subject } of events) {
    const known = wanted.get(subject);
    if (known === undefined) wanted.set(subject, [position]);
    else known.push(position);
  }
  const differences: string[] = [];
  const keys = new Set(history.map(({ key }) => key));
  if (keys.size !== events.length) differences.push(`${keys.size} rows of history for ${events.length} events`);
  if (profiles.length !== wanted.size) differences.push(`${profiles.length} profiles for ${wanted.size} subjects`);
  for (const { position, subject } of events) {
    if (!keys.has(`${subject} ${position.padStart(19, '0')}`))
      differences.push(`no history of ${subject} at ${position}`);
  }
  for (const { key, doc } of profiles) {
    const { position, statements } = JSON.parse(doc) as { position: string; statements: { position: string }[] };
    const last = wanted.get(key)?.at(-1);
    if (last !== position)
      differences.push(`profile of ${key} stands at ${position}, its last event is ${last ?? 'none'}`);
    const unique = new Set(statements.map((statement) => statement.position));
    if (unique.size !== statements.length) differences.push(`profile of ${key} holds a statement twice`);
  }
  return differences.slice(0, 20);
};
