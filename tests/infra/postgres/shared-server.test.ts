/** The embedded PostgreSQL between processes: joining, leaving, kill -9 of a process, another user. */
import { existsSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../infra/postgres/embedded-postgres.ts';
import { processIdentity } from '../../../infra/postgres/process-table.ts';
import { canEnter } from '../../../infra/postgres/server-user.ts';
import { testCache } from '../../postgres.ts';
import { type ClusterTemplate, clusterTemplate } from './cluster-template.ts';
import { type ChildProgram, type RunningChild, compileChildProgram } from './child-program.ts';

const testTimeoutMs = 60_000;
const nobody = { uid: 65_534, gid: 65_534 };

let program: ChildProgram;
let template: ClusterTemplate;
let home: string;
let running: (EmbeddedPostgres | RunningChild)[];

beforeAll(async () => {
  program = compileChildProgram();
  template = await clusterTemplate();
}, testTimeoutMs);
afterAll(async () => {
  program.remove();
  await template.remove();
});

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'huixin-test-'));
  await chmod(home, 0o755); // The socket lies here, too.
  running = [];
});
afterEach(async () => {
  for (const user of running) await user.stop();
  await rm(home, { recursive: true, force: true });
});

const options = () => ({ dataDir: join(home, 'data'), tempDir: home, ...testCache });

const startHere = async (): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres(options());
  running.push(server);
  return server;
};

const count = async (connection: ClientConfig, sql: string): Promise<number> => {
  const client = new Client(connection);
  try {
    await client.connect();
    return Number((await client.query<{ count: string }>(sql)).rows[0]?.count);
  } finally {
    await client.end();
  }
};

const isAlive = async (pid: number): Promise<boolean> => (await processIdentity(pid)) !== undefined;

describe('two processes on one data folder', { timeout: testTimeoutMs }, () => {
  test('share one server, and the one that leaves first does not stop it', async () => {
    template.copyTo(join(home, 'data'));
    const child = await program.start(options());
    const here = await startHere();
    expect([child.adopted, here.adopted]).toEqual([false, true]);
    expect(here.serverPid).toBe(child.serverPid);
    await child.stop();
    expect(await count(here.connection, 'SELECT 1 AS count')).toBe(1);
    await here.stop();
    expect(await isAlive(here.serverPid)).toBe(false);
  });

  test('that start at the same moment get one server', async () => {
    const children = await Promise.all([program.start(options()), program.start(options()), program.start(options())]);
    running.push(...children);
    expect(new Set(children.map(({ serverPid }) => serverPid)).size).toBe(1);
    expect(children.filter(({ adopted }) => !adopted)).toHaveLength(1);
  });
});

describe('after kill -9 of the process that started the server', { timeout: testTimeoutMs }, () => {
  test('the next process adopts it with every row, and stops it when it leaves', async () => {
    template.copyTo(join(home, 'data'));
    const child = await program.start(options());
    await count(child.connection, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
    await child.kill();
    expect(await isAlive(child.serverPid)).toBe(true);
    const here = await startHere();
    expect([here.adopted, here.serverPid]).toEqual([true, child.serverPid]);
    expect(await count(here.connection, 'SELECT count(*) FROM kept')).toBe(1000);
    await here.stop(); // The dead process is still written down as a user, and does not count.
    expect(await isAlive(child.serverPid)).toBe(false);
  });

  test('and of the server, the next process recovers every row', async () => {
    template.copyTo(join(home, 'data'));
    const child = await program.start(options());
    await count(child.connection, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
    process.kill(child.serverPid, 'SIGKILL');
    await child.kill();
    const here = await startHere();
    expect(here.adopted).toBe(false);
    expect(await count(here.connection, 'SELECT count(*) FROM kept')).toBe(1000);
  });
});

/** Nobody must be able to read the project and to run this Node. */
const nobodyCanRun =
  process.getuid?.() === 0 &&
  (await canEnter(dirname(new URL(import.meta.url).pathname), nobody)) &&
  (await canEnter(dirname(process.execPath), nobody));

describe.skipIf(!nobodyCanRun)('as an ordinary user (needs root, and a project that others can read)', () => {
  test('starts, and root adopts that server as that user', { timeout: testTimeoutMs }, async () => {
    const own = join(home, 'own');
    await mkdir(own);
    await chown(own, nobody.uid, nobody.gid);
    const settings = { dataDir: join(own, 'data'), tempDir: own, homeDir: own };
    const child = await program.start(settings, nobody);
    expect(existsSync(join(own, '.cache', 'huixin'))).toBe(true);
    expect(statSync(join(own, 'data', 'postgres')).uid).toBe(nobody.uid);
    await child.kill();
    const here = await startEmbeddedPostgres({ ...settings, ...testCache });
    running.push(here);
    expect([here.adopted, here.serverPid]).toEqual([true, child.serverPid]);
    await here.stop();
    const again = await startEmbeddedPostgres({ ...settings, ...testCache });
    running.push(again);
    expect(await readFile(`/proc/${again.serverPid}/status`, 'utf8')).toMatch(/^Uid:\t65534\t/m);
  });
});
