/**
 * Starts, adopts, shares and stops the PostgreSQL that Huixin brings along. Any number of processes may use one data
 * folder: the first starts the server, the others join it, the last one to leave stops it. A server that outlived its
 * process (kill -9) is adopted by the next one.
 */
import { access, chown, constants, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import {
  type Cluster,
  clusterPort,
  clusterUser,
  openCluster,
  recoveryTimeoutMs,
  startCluster,
  stopCluster,
} from './cluster.ts';
import { type BinaryCache, embeddedBinaries } from './embedded-binaries.ts';
import { EmbeddedPostgresError, systemErrorCode, useOwnServer } from './embedded-postgres-error.ts';
import { withFolderLock } from './folder-lock.ts';
import { type PostmasterPid, clearStalePid, readPostmasterPid, runningPostmaster } from './postmaster-pid.ts';
import type { ServerUser } from './run-program.ts';
import { processesIn } from './process-table.ts';
import { countHolders, signIn, signOut } from './server-holders.ts';
import { canEnter, chooseServerUser } from './server-user.ts';

/** The holder of the lock may be waiting for a recovery. */
const lockTimeoutMs = recoveryTimeoutMs + 180_000;
const connectTimeoutMs = 5_000;
/** Sessions of a server that was killed end when they next wait for their client. */
const survivorsTimeoutMs = 60_000;
const pollMs = 100;
/** sockaddr_un holds 108 bytes on Linux and 104 on macOS, with a closing zero. */
const socketPathBytesMax = 103;
const socketPrefix = 'huixin-pg-';

export interface EmbeddedPostgresOptions extends BinaryCache {
  /** Huixin's data folder; the cluster lies in its folder `postgres`. Made when missing. */
  readonly dataDir: string;
  /** Where the socket's private folder is made; the system's temporary folder by default. */
  readonly tempDir?: string;
}

/** Connection settings for `pg`: a Unix socket that only the server's user (and root) can reach, so no password. */
export interface EmbeddedConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly ssl: false;
}

export interface EmbeddedPostgres {
  readonly connection: EmbeddedConnection;
  /** True when the server was running already. */
  readonly adopted: boolean;
  readonly serverPid: number;
  /** Leaves the server, and stops it when nobody else uses it. The caller has closed its connections. Repeatable. */
  readonly stop: () => Promise<void>;
}

/**
 * A server that answers, with an empty or filled database `huixin`.
 * @throws EmbeddedPostgresError with the reason and the way out.
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const dataDir = resolve(options.dataDir);
  const runDir = join(dataDir, 'postgres-run');
  await makeDir(runDir);
  const locked = async <T>(work: () => Promise<T>): Promise<T> =>
    withFolderLock({ dir: runDir, timeoutMs: lockTimeoutMs }, work);

  return locked(async () => {
    const clusterDir = join(dataDir, 'postgres');
    const user = await chooseServerUser(clusterDir);
    const cluster = await openCluster(clusterDir, user, await embeddedBinaries(options, user));
    const running = await findServer(cluster);
    const server = running ?? (await startServer(cluster, options.tempDir ?? tmpdir()));
    const holder = await signIn(runDir);
    const leave = async (): Promise<void> => {
      await signOut(runDir, holder);
      if ((await countHolders(runDir)) === 0) await stopServer(cluster);
    };
    await ensureDatabase(server.socketDir).catch(async (error: unknown) => {
      await leave();
      throw error;
    });
    let left: Promise<void> | undefined;
    return {
      connection: connectionTo(server.socketDir, clusterUser),
      adopted: running !== undefined,
      serverPid: server.pid,
      stop: async () => (left ??= locked(leave)),
    };
  });
};

/**
 * A running server, once it answers: it may still recover, or be an orphan that has just been started. Undefined when
 * no process works in the folder, which is then safe to start in. Signals nobody: orphaned sessions end by themselves.
 */
const findServer = async (cluster: Cluster): Promise<PostmasterPid | undefined> => {
  let seenAtMs = Date.now();
  const giveUpAtMs = seenAtMs + recoveryTimeoutMs;
  for (;;) {
    const server = await runningPostmaster(cluster);
    if (server !== undefined) {
      seenAtMs = Date.now();
      if (await answers(server.socketDir)) return server;
      if (seenAtMs > giveUpAtMs) throw didNotAnswer(cluster, `runs (process ${server.pid}) but accepts no connection`);
    } else {
      const survivors = await processesIn(cluster.dir, cluster.user);
      if (survivors.length === 0) return undefined;
      if (Date.now() > seenAtMs + survivorsTimeoutMs) throw processesLeft(cluster.dir, survivors);
    }
    await wait(pollMs);
  }
};

/** Called when no process works in the cluster's folder. */
const startServer = async (cluster: Cluster, tempDir: string): Promise<PostmasterPid> => {
  const crashed = await readPostmasterPid(cluster.dir);
  if (crashed !== undefined) await removeSocketDir(crashed.socketDir);
  await clearStalePid(cluster.dir);
  const socketDir = await makeSocketDir(tempDir, cluster.user);
  try {
    await startCluster(cluster, socketDir);
  } finally {
    // A server that recovers for longer than we wait keeps its socket: the next start adopts it.
    if ((await runningPostmaster(cluster)) === undefined) await removeSocketDir(socketDir);
  }
  const server = await runningPostmaster(cluster);
  if (server === undefined) throw didNotAnswer(cluster, 'ended right after its start');
  return server;
};

const stopServer = async (cluster: Cluster): Promise<void> => {
  const server = await runningPostmaster(cluster);
  if (server === undefined) return;
  await stopCluster(cluster);
  await removeSocketDir(server.socketDir);
};

/** A folder of the server's user alone: whoever can enter it needs no password. */
const makeSocketDir = async (tempDir: string, user: ServerUser | undefined): Promise<string> => {
  const longest = join(tempDir, `${socketPrefix}XXXXXX`, `.s.PGSQL.${clusterPort}`);
  // The path is part of a list setting and of a shell command: a strange or long one is not worth quoting.
  const fits = /^\/[\w./-]+$/.test(tempDir) && Buffer.byteLength(longest) <= socketPathBytesMax;
  const usable = fits && (await canEnter(tempDir, user));
  const dir = await mkdtemp(join(usable ? tempDir : '/tmp', socketPrefix));
  if (user !== undefined) await chown(dir, user.uid, user.gid);
  return dir;
};

const removeSocketDir = async (dir: string): Promise<void> => {
  if (basename(dir).startsWith(socketPrefix)) await rm(dir, { recursive: true, force: true });
};

const connectionTo = (socketDir: string, database: string): EmbeddedConnection => ({
  host: socketDir,
  port: clusterPort,
  user: clusterUser,
  database,
  ssl: false,
});

const answers = async (socketDir: string): Promise<boolean> => {
  try {
    await withClient(socketDir, async (client) => client.query('SELECT 1'));
    return true;
  } catch {
    return false;
  }
};

const ensureDatabase = async (socketDir: string): Promise<void> =>
  withClient(socketDir, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [clusterUser]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${clusterUser}`);
  });

const withClient = async <T>(socketDir: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const limits = { connectionTimeoutMillis: connectTimeoutMs };
  const client = new Client({ ...connectionTo(socketDir, 'postgres'), ...limits });
  client.on('error', () => undefined); // The query or the connect below is rejected with the same error.
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
};

const makeDir = async (dir: string): Promise<void> => {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK);
  } catch (error) {
    throw new EmbeddedPostgresError(
      'data-folder-unusable',
      `Cannot write to the data folder (${dir}): ${systemErrorCode(error) ?? String(error)}.`,
      'Start Huixin as the owner of the folder, or set HUIXIN_DATA_DIR to a folder of your own.',
      { cause: error },
    );
  }
};

const didNotAnswer = ({ dir }: Cluster, what: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'server-did-not-answer',
    `The PostgreSQL server of ${dir} ${what}.`,
    `Look into ${join(dir, 'server.log')} and start again. ${useOwnServer}`,
  );

const processesLeft = (dir: string, pids: readonly number[]): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'server-processes-left',
    `No server answers in ${dir}, but these processes still work there: ${pids.join(', ')}.`,
    'End them, then start again. Do not delete postmaster.pid while they run.',
  );
