/** The embedded PostgreSQL as seen by one process: start, restart, sharing, crash of the server, refusals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../infra/postgres/embedded-postgres.ts';
import { processIdentity } from '../../../infra/postgres/process-table.ts';
import { testCache } from '../../postgres.ts';
import { type ClusterTemplate, clusterTemplate } from './cluster-template.ts';

const asRoot = process.getuid?.() === 0;
const startTimeoutMs = 60_000;

let template: ClusterTemplate;
let home: string;
let running: EmbeddedPostgres[];

beforeAll(async () => {
  template = await clusterTemplate();
}, startTimeoutMs);
afterAll(async () => template.remove());

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'huixin-test-'));
  await chmod(home, 0o755); // The socket lies here, too.
  running = [];
});
afterEach(async () => {
  for (const server of running) await server.stop();
  await rm(home, { recursive: true, force: true });
});

/** A data folder as a first start leaves it: making it by a copy saves initdb. */
const startCopy = async (): Promise<EmbeddedPostgres> => {
  template.copyTo(join(home, 'data'));
  return start();
};

const start = async (dataDir = join(home, 'data')): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres({ dataDir, tempDir: home, ...testCache });
  running.push(server);
  return server;
};

const query = async (server: EmbeddedPostgres, sql: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new Client({ ...server.connection });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

const isAlive = async (pid: number): Promise<boolean> => (await processIdentity(pid)) !== undefined;

describe('a first start', { timeout: startTimeoutMs }, () => {
  test('gives an empty UTF-8 database that confirms only what is on disk', async () => {
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(await query(server, `SELECT current_user AS "user", current_database() AS database`)).toEqual([
      { user: 'huixin', database: 'huixin' },
    ]);
    const wanted = {
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      data_checksums: 'on',
      server_encoding: 'UTF8',
      listen_addresses: '',
      shared_buffers: '256MB',
      max_wal_size: '2GB',
      wal_compression: 'pglz',
      checkpoint_timeout: '15min',
      jit: 'off',
      max_connections: '60',
    };
    for (const [name, value] of Object.entries(wanted)) {
      expect(await query(server, `SHOW ${name}`)).toEqual([{ [name]: value }]);
    }
    expect(await query(server, `SELECT lower('ÄÉ') AS lower, 'Z' < 'a' AS by_code_point`)).toEqual([
      { lower: 'äé', by_code_point: true },
    ]);
  });

  test('keeps the socket in a folder of one user and removes it when it stops', async () => {
    const server = await start();
    const { mode } = await stat(server.connection.host);
    expect(mode & 0o777).toBe(0o700);
    await server.stop();
    expect(existsSync(server.connection.host)).toBe(false);
    expect(await isAlive(server.serverPid)).toBe(false);
  });

  test('writes no failed statement and no row into its log', async () => {
    const server = await start();
    await query(server, `CREATE TABLE person (name text UNIQUE); INSERT INTO person VALUES ('zhangsan')`);
    await expect(query(server, `INSERT INTO person VALUES ('zhangsan')`)).rejects.toThrow('duplicate key');
    const log = await readFile(join(home, 'data', 'postgres', 'server.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('zhangsan');
  });

  test('makes way for a folder name with signs of the shell', async () => {
    const server = await start(join(home, 'a $HOME "b" `c`'));
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('puts the socket elsewhere when the temporary folder has too long a name', async () => {
    const tempDir = join(home, 'x'.repeat(100));
    await mkdir(tempDir);
    const server = await startEmbeddedPostgres({ dataDir: join(home, 'data'), tempDir, ...testCache });
    running.push(server);
    expect(server.connection.host).toMatch(/^\/tmp\/huixin-pg-/);
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('a later start', { timeout: startTimeoutMs }, () => {
  test('finds the data again', async () => {
    const first = await startCopy();
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(second.serverPid).not.toBe(first.serverPid);
    expect(await query(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('joins the running server, which the last user to leave stops', async () => {
    const first = await startCopy();
    const second = await start();
    expect([second.adopted, second.serverPid]).toEqual([true, first.serverPid]);
    await first.stop();
    expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.stop();
    expect(await isAlive(first.serverPid)).toBe(false);
  });

  test('at the same moment gives one server', async () => {
    const servers = await Promise.all([start(), start(), start(), start()]);
    expect(new Set(servers.map(({ serverPid }) => serverPid)).size).toBe(1);
    expect(servers.filter(({ adopted }) => !adopted)).toHaveLength(1);
  });

  test('after stop() was called twice still counts each user once', async () => {
    const [first, second] = [await startCopy(), await start()];
    await Promise.all([first.stop(), first.stop()]);
    expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

const crash = async (server: EmbeddedPostgres): Promise<void> => {
  process.kill(server.serverPid, 'SIGKILL');
  await expect.poll(async () => isAlive(server.serverPid), { timeout: 10_000 }).toBe(false);
};

/** Runs `sleep` as the server's user, who alone would be in the server's way. */
const sleepAsServer = async (seconds: number, cwd: string): Promise<ChildProcess> => {
  const { uid, gid } = await stat(join(home, 'data', 'postgres'));
  const sleeper = spawn('sleep', [String(seconds)], { cwd, stdio: 'ignore', ...(asRoot ? { uid, gid } : {}) });
  await once(sleeper, 'spawn');
  return sleeper;
};

describe('after kill -9 of the server', { timeout: startTimeoutMs }, () => {
  test('every confirmed row is there, and the old socket folder is not', async () => {
    const first = await startCopy();
    await query(first, 'CREATE TABLE confirmed (n int)');
    let confirmed = 0;
    const writer = (async () => {
      const client = new Client({ ...first.connection });
      client.on('error', () => undefined);
      await client.connect();
      for (;;) {
        await client.query('INSERT INTO confirmed VALUES ($1)', [confirmed + 1]);
        confirmed += 1;
      }
    })();
    writer.catch(() => undefined);
    await expect.poll(() => confirmed, { timeout: 10_000 }).toBeGreaterThan(50);
    await crash(first);
    await expect(writer).rejects.toThrow(/connection/i);

    const second = await start();
    expect(second.adopted).toBe(false);
    const [row] = await query(second, 'SELECT max(n) AS max, count(*)::int AS count FROM confirmed');
    expect(row?.['max']).toBeGreaterThanOrEqual(confirmed); // One more may have been written and not yet answered.
    expect(row?.['max']).toBe(row?.['count']);
    expect(existsSync(first.connection.host)).toBe(false);
  });

  test('a postmaster.pid that names another living process is not believed, nor is that process touched', async () => {
    const first = await startCopy();
    await crash(first);
    const sleeper = await sleepAsServer(60, '/');
    const path = join(home, 'data', 'postgres', 'postmaster.pid');
    const [, ...rest] = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, [String(sleeper.pid), ...rest].join('\n'));
    const second = await start();
    expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(sleeper.kill('SIGKILL')).toBe(true);
  });

  test('the start waits for a process that still works in the folder', async () => {
    const first = await startCopy();
    await crash(first);
    const sleeper = await sleepAsServer(1, join(home, 'data', 'postgres'));
    const second = await start();
    expect(sleeper.exitCode).toBe(0);
    expect(second.adopted).toBe(false);
  });

  test.each(['', '12', 'nonsense\n'])('a postmaster.pid cut off to %j does not stop the start', async (content) => {
    const first = await startCopy();
    await crash(first);
    await writeFile(join(home, 'data', 'postgres', 'postmaster.pid'), content);
    expect((await start()).adopted).toBe(false);
  });
});

describe('refuses', { timeout: startTimeoutMs }, () => {
  test('a folder of another major version, and leaves it alone', async () => {
    const dir = join(home, 'data', 'postgres');
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject({
      code: 'other-major-version',
      message: expect.stringMatching(/PostgreSQL 17.*PostgreSQL 18.*DATABASE_URL/s) as string,
    });
    expect(await readdir(dir)).toEqual(['PG_VERSION']);
  });

  test('a folder that holds something else', async () => {
    const dir = join(home, 'data', 'postgres');
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'notes.txt'), 'mine');
    await expect(start()).rejects.toMatchObject({ code: 'data-folder-unusable' });
    expect(await readFile(join(dir, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('a data folder that is a file', async () => {
    await writeFile(join(home, 'file'), '');
    await expect(start(join(home, 'file'))).rejects.toMatchObject({ code: 'data-folder-unusable' });
  });
});

describe.skipIf(!asRoot)('as root (needs root)', { timeout: startTimeoutMs }, () => {
  test('works below a folder that only root can enter, and recovers there', async () => {
    const closed = join(home, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    const dataDir = join(closed, 'project', '.huixin');
    const first = await start(dataDir);
    await query(first, 'CREATE TABLE kept AS SELECT generate_series(1, 20000) AS n');
    const joined = await start(dataDir);
    expect([joined.adopted, joined.serverPid]).toEqual([true, first.serverPid]);
    process.kill(first.serverPid, 'SIGKILL');
    const second = await start(dataDir);
    expect(second.adopted).toBe(false);
    expect(await query(second, 'SELECT count(*)::int AS count FROM kept')).toEqual([{ count: 20_000 }]);
    expect(await query(second, 'CHECKPOINT')).toEqual([]);
    for (const server of running) await server.stop();
    expect(await isAlive(second.serverPid)).toBe(false);
    const third = await start(dataDir);
    expect(await query(third, 'SELECT count(*)::int AS count FROM kept')).toEqual([{ count: 20_000 }]);
  });

  test('runs the server as a user that is not root', async () => {
    const server = await start();
    const status = await readFile(`/proc/${server.serverPid}/status`, 'utf8');
    expect(status).not.toMatch(/^Uid:\t(?:\d+\t)*0\b/m);
    expect(status).toMatch(/^Groups:\t *$/m);
  });
});
