/** Which system user runs the database programs, and what that user can reach. PostgreSQL refuses to run as root. */
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { EmbeddedPostgresError, systemErrorCode, useOwnServer } from './embedded-postgres-error.ts';
import { type ServerUser, runProgram } from './run-program.ts';

const lookUpTimeoutMs = 10_000;

/** Tried in this order by root; `nobody` exists on every system. */
const dropTo = ['postgres', 'nobody'];

/**
 * The user to run as: undefined (this one) for an ordinary user. For root: the owner of an existing cluster,
 * else `postgres`, else `nobody`. No user is ever created.
 */
export const chooseServerUser = async (clusterDir: string): Promise<ServerUser | undefined> => {
  if (process.getuid?.() !== 0) {
    assertPasswdEntry();
    return undefined;
  }
  const owner = await ownerOf(clusterDir);
  if (owner !== undefined && owner.uid !== 0) return owner;
  for (const name of dropTo) {
    const user = await lookUp(name);
    if (user !== undefined) return user;
  }
  throw new EmbeddedPostgresError(
    'no-user-to-run-as',
    `PostgreSQL refuses to run as root, and neither of the users ${dropTo.join(' and ')} exists.`,
    `Start Huixin as an ordinary user. ${useOwnServer}`,
  );
};

/** Asks the kernel, as that user, whether the folder can be entered: access lists and mounts are included. */
export const canEnter = async (dir: string, user: ServerUser | undefined): Promise<boolean> => {
  const limits = { user, cwd: '/', timeoutMs: lookUpTimeoutMs };
  const { exitCode } = await runProgram('/bin/sh', ['-c', 'cd "$0" 2>/dev/null', dir], limits);
  return exitCode === 0;
};

/** initdb looks its own user up, and its message does not say what to do. */
const assertPasswdEntry = (): void => {
  try {
    userInfo();
  } catch (error) {
    throw new EmbeddedPostgresError(
      'no-user-to-run-as',
      `User id ${process.getuid?.()} has no entry in /etc/passwd, and PostgreSQL needs one.`,
      `Start Huixin as a user that has one. ${useOwnServer}`,
      { cause: error },
    );
  }
};

const ownerOf = async (dir: string): Promise<ServerUser | undefined> => {
  try {
    const { uid, gid } = await stat(dir);
    return { uid, gid };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};

const lookUp = async (name: string): Promise<ServerUser | undefined> => {
  const limits = { user: undefined, cwd: '/', timeoutMs: lookUpTimeoutMs };
  const script = 'id -u "$0" && id -g "$0"';
  const { exitCode, output } = await runProgram('/bin/sh', ['-c', script, name], limits);
  const match = /^(\d+)\n(\d+)\n$/.exec(output);
  return exitCode === 0 && match !== null ? { uid: Number(match[1]), gid: Number(match[2]) } : undefined;
};
