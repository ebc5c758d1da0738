/**
 * The command line as a user has it: each call is a process of its own, with a data folder and a key file of its own.
 *
 *   const place = await newPlace();
 *   const { code, json } = await place.run('verify', '--json');
 *   const server = await place.serve();
 *   afterAll(() => place.remove());
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../../infra/postgres/embedded-postgres.ts';
import { testCache } from '../postgres.ts';

export const project = fileURLToPath(new URL('../..', import.meta.url));
export const command = join(project, 'infra', 'huixin.mjs');

/** Long runs: all kills, all rows. */
export const isLong = process.env['HUIXIN_TEST_LONG'] === '1';

const STARTED_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 60_000;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed, as one JSON object. @throws SyntaxError when it is none. */
  readonly value: () => unknown;
  /** The same of an import. */
  readonly receipt: () => Receipt;
}

/** Receipt of an import as the outside contract words it. */
export interface Receipt {
  readonly batch: string;
  readonly file: string;
  readonly sha256: string;
  readonly form: string;
  readonly asOf: string;
  readonly rows: number;
  readonly recorded: number;
  readonly changed: number;
  readonly corrected: number;
  readonly alreadyThere: number;
  readonly refused: number;
  readonly quarantined: number;
  readonly firstPosition: string | null;
  readonly lastPosition: string | null;
  readonly seconds: number;
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly line: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** A running `huixin serve`. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** All it has printed so far. */
  readonly output: () => string;
  /** SIGTERM; answers its exit code. */
  readonly stop: () => Promise<number | null>;
  /** kill -9 of this one process. */
  readonly kill: () => Promise<void>;
  /** One GraphQL request. */
  readonly ask: (query: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly position: string | null;
  readonly body: { readonly data?: Record<string, unknown> | null; readonly errors?: readonly unknown[] };
}

export interface Place {
  readonly folder: string;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly run: (...args: readonly string[]) => Promise<Finished>;
  readonly runWith: (environment: Readonly<Record<string, string>>, ...args: readonly string[]) => Promise<Finished>;
  /** Starts the process alone; the caller waits for it. */
  readonly start: (args: readonly string[], environment?: Readonly<Record<string, string>>) => ChildProcess;
  readonly serve: (environment?: Readonly<Record<string, string>>) => Promise<Server>;
  /** Writes a file into the folder, beside the data; answers its path. */
  readonly write: (name: string, content: string | Uint8Array) => Promise<string>;
  /** Ends servers that still run, the embedded PostgreSQL too, and removes the folder. */
  readonly remove: () => Promise<void>;
}

/** A folder with nothing in it yet; no setting of the caller's environment reaches its processes. */
export const newPlace = async (): Promise<Place> => {
  const folder = await mkdtemp(join(tmpdir(), 'huixin-journey-'));
  const dataDir = join(folder, 'data');
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: testCache.homeDir,
    XDG_CACHE_HOME: testCache.cacheDir,
    HUIXIN_DATA_DIR: dataDir,
    HUIXIN_KEY_FILE: join(folder, 'keys.json'),
    PORT: '0',
  };
  const running = new Set<ChildProcess>();
  const start: Place['start'] = (args, more = {}) => {
    const child = spawn(process.execPath, [command, ...args], { cwd: folder, env: { ...environment, ...more } });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  const runWith: Place['runWith'] = async (more, ...args) => finished(start(args, more));
  return {
    folder,
    dataDir,
    environment,
    start,
    run: (...args) => runWith({}, ...args),
    runWith,
    serve: async (more = {}) => serverOf(start(['serve', '--json'], more)),
    write: async (name, content) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    remove: async () => {
      for (const child of running) {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      await stopDatabase(dataDir);
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Stops the embedded PostgreSQL of a folder that killed processes left behind; everything is on disk then. */
export const stopDatabase = async (dataDir: string): Promise<void> => {
  const server = await startEmbeddedPostgres({ dataDir, ...testCache });
  await server.stop();
};

/** Waits for the end of a process and gathers what it prints. */
export const finished = async (child: ChildProcess): Promise<Finished> => {
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  const value = (): unknown => JSON.parse(stdout());
  return { code, stdout: stdout(), stderr: stderr(), value, receipt: () => value() as Receipt };
};

const textOf = (stream: ChildProcess['stdout']): (() => string) => {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => (text += chunk));
  return () => text;
};

const serverOf = async (child: ChildProcess): Promise<Server> => {
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const url = await within(STARTED_WITHIN_MS, 'the server did not start', listening(child, stdout, stderr));
  return {
    url,
    pid: child.pid as number,
    output: () => stdout() + stderr(),
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await within(STOPPED_WITHIN_MS, 'the server did not stop', ended);
      return code;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ask: (query, headers = {}) => ask(url, query, headers),
  };
};

const listening = async (child: ChildProcess, stdout: () => string, stderr: () => string): Promise<string> => {
  if (child.stdout === null) throw new Error('the server has no standard output');
  for await (const line of createInterface(child.stdout)) {
    const address = /^\{"listening":"(?<url>[^"]+)"\}$/.exec(line)?.groups?.['url'];
    if (address !== undefined) {
      child.stdout.resume();
      return address;
    }
  }
  throw new Error(`the server ended before it listened: ${stdout()}${stderr()}`);
};

const ask = async (url: string, query: string, headers: Readonly<Record<string, string>>): Promise<Answer> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify({ query }),
  });
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, position: response.headers.get('huixin-position'), body };
};

/** The result, or an error that says what took too long. */
export const within = async <T>(limitMs: number, what: string, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Asks every 50 ms until the answer is there; @throws when it is not in time. */
export const until = async <T>(
  limitMs: number,
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> => {
  const end = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Milliseconds until `/readyz` says ready. @throws when it does not in time. */
export const readyAfterMs = async (url: string, limitMs: number): Promise<number> => {
  const startedMs = Date.now();
  await until(limitMs, '/readyz', async () => ((await fetch(`${url}/readyz`)).status === 200 ? true : undefined));
  return Date.now() - startedMs;
};
