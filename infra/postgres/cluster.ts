/**
 * One PostgreSQL cluster in a folder: made by initdb, started and stopped by pg_ctl. Durability settings (fsync,
 * full_page_writes, synchronous_commit) stay as PostgreSQL ships them: a ledger may not lose what it confirmed.
 */
import { chmod, chown, mkdtemp, open, readFile, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EmbeddedBinaries } from './embedded-binaries.ts';
import { EmbeddedPostgresError, systemErrorCode, useOwnServer } from './embedded-postgres-error.ts';
import { type ProgramResult, type ServerUser, runProgram } from './run-program.ts';
import { canEnter } from './server-user.ts';

/** Superuser, and name of the one database. */
export const clusterUser = 'huixin';
export const clusterPort = 5432;

const initTimeoutMs = 120_000;
/** Recovery after a crash replays at most max_wal_size of log; a slow disk needs minutes for it. */
export const recoveryTimeoutMs = 600_000;
const stopTimeoutMs = 120_000;
const logBytesMax = 10 * 1024 * 1024;

const settings = [
  `port=${clusterPort}`,
  'listen_addresses=',
  'unix_socket_permissions=0700',
  'max_connections=60',
  'shared_buffers=256MB',
  'max_wal_size=2GB',
  'wal_compression=on',
  'checkpoint_timeout=15min',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_min_messages=log', // Statements and rows of a failed statement may be personal; the client gets the error.
  'log_min_error_statement=panic',
];

export interface Cluster {
  /** The cluster's folder, links resolved. */
  readonly dir: string;
  readonly user: ServerUser | undefined;
  readonly binaries: EmbeddedBinaries;
}

/** How programs are told of the folder. */
interface View {
  readonly dir: string;
  readonly cwd: string;
}

/** Opens the cluster in `dir`, and makes it first when there is none. Called under the folder lock. */
export const openCluster = async (
  dir: string,
  user: ServerUser | undefined,
  binaries: EmbeddedBinaries,
): Promise<Cluster> => {
  const version = await versionOf(dir);
  if (version === undefined) await makeCluster({ dir, user, binaries });
  else if (version !== binaries.major) throw otherMajor(dir, version, binaries.major);
  return { dir: await realpath(dir), user, binaries };
};

/** Starts the server and waits until it answers, recovery included. */
export const startCluster = async ({ dir, user, binaries }: Cluster, socketDir: string): Promise<void> => {
  const view = await viewOf(dir, user);
  const options = [...settings, `unix_socket_directories=${socketDir}`].map((setting) => `-c ${setting}`).join(' ');
  const log = join(dir, 'server.log');
  if (((await stat(log).catch(() => undefined))?.size ?? 0) > logBytesMax) await rename(log, `${log}.old`);
  const args = ['start', '-w', '-t', String(recoveryTimeoutMs / 1000), '-D', view.dir, '-l', `${view.dir}/server.log`];
  const limits = { user, cwd: view.cwd, timeoutMs: recoveryTimeoutMs + 10_000 };
  const result = await runProgram(join(binaries.binDir, 'pg_ctl'), [...args, '-o', options], limits);
  if (result.exitCode !== 0) throw failed('pg_ctl start', result, await lastLines(log));
};

/** Stops the server: sessions are ended, everything confirmed is on disk. The caller has verified that it is ours. */
export const stopCluster = async ({ dir, user, binaries }: Cluster): Promise<void> => {
  const view = await viewOf(dir, user);
  const args = ['stop', '-w', '-t', String(stopTimeoutMs / 1000), '-m', 'fast', '-D', view.dir];
  const limits = { user, cwd: view.cwd, timeoutMs: stopTimeoutMs + 10_000 };
  const result = await runProgram(join(binaries.binDir, 'pg_ctl'), args, limits);
  if (result.exitCode !== 0) throw failed('pg_ctl stop', result, await lastLines(join(dir, 'server.log')));
};

/** initdb runs in a draft folder that is renamed when it is done, so a cluster is there in full or not at all. */
const makeCluster = async ({ dir, user, binaries }: Cluster): Promise<void> => {
  const parent = dirname(dir);
  for (const name of await readdir(parent)) {
    if (name.startsWith(draftPrefix)) await rm(join(parent, name), { recursive: true, force: true });
  }
  const draft = await mkdtemp(join(parent, draftPrefix));
  await chmod(draft, 0o700);
  if (user !== undefined) await chown(draft, user.uid, user.gid);
  const view = await viewOf(draft, user);
  const args = ['-D', view.dir, '-U', clusterUser, '-A', 'trust', '-E', 'UTF8', '--no-instructions'];
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const limits = { user, cwd: view.cwd, timeoutMs: initTimeoutMs };
  const result = await runProgram(join(binaries.binDir, 'initdb'), [...args, ...locale], limits);
  if (result.exitCode !== 0) throw failed('initdb', result, '');
  await rename(draft, dir).catch((error: unknown) => {
    throw new EmbeddedPostgresError(
      'data-folder-unusable',
      `${dir} holds something that is not a PostgreSQL cluster.`,
      `Move it away. ${useOwnServer}`,
      { cause: error },
    );
  });
  await syncDir(parent);
};

const draftPrefix = 'postgres-draft-';

/**
 * The server's user may be unable to enter a parent of the folder (root's home is closed to everybody else). Linux
 * then still lets it work there: the folder is made the working folder before the user is changed, and
 * /proc/self/cwd leads to it without a walk through the parents. Every PostgreSQL process keeps that working folder.
 * The same way keeps a path with signs that mean something to the shell out of pg_ctl's command line.
 */
const viewOf = async (dir: string, user: ServerUser | undefined): Promise<View> => {
  if (/^[^"$`\\\n]+$/.test(dir) && (user === undefined || (await canEnter(dir, user)))) return { dir, cwd: '/' };
  if (process.platform === 'linux') return { dir: '/proc/self/cwd', cwd: dir };
  throw new EmbeddedPostgresError(
    'data-folder-out-of-reach',
    `The user that runs the database (${user?.uid ?? 'this one'}) cannot enter ${dir}, or its name is unfit for a shell.`,
    'Start Huixin as an ordinary user, or set HUIXIN_DATA_DIR to a plain path whose folders everybody may enter.',
  );
};

const versionOf = async (dir: string): Promise<string | undefined> => {
  try {
    return (await readFile(join(dir, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw new EmbeddedPostgresError(
      'data-folder-unusable',
      `Cannot read the database in ${dir}: ${systemErrorCode(error) ?? String(error)}.`,
      `Start Huixin as the owner of the folder, or set HUIXIN_DATA_DIR to a folder of your own. ${useOwnServer}`,
      { cause: error },
    );
  }
};

const otherMajor = (dir: string, found: string, wanted: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'other-major-version',
    `${dir} was written by PostgreSQL ${found}, but this release of Huixin brings PostgreSQL ${wanted}. Nothing was changed.`,
    `Run the release of Huixin that brings PostgreSQL ${found}, export the ledger there and import it into a new ` +
      `HUIXIN_DATA_DIR with this one. Or serve the folder with a PostgreSQL ${found} of your own and set DATABASE_URL.`,
  );

const failed = (what: string, { exitCode, timedOut, output }: ProgramResult, log: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'program-failed',
    `${what} ${timedOut ? 'did not finish in time' : `failed (exit code ${exitCode})`}: ${[output, log].join('\n').trim()}\n`,
    `Remove the cause named above. ${useOwnServer}`,
  );

const lastLines = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-15).join('\n');
};

const syncDir = async (dir: string): Promise<void> => {
  const handle = await open(dir);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
