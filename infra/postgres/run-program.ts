/** Runs one short-lived program as a given user, with a time limit and a clean environment. */
import { spawn } from 'node:child_process';
import { EmbeddedPostgresError, systemErrorCode, useOwnServer } from './embedded-postgres-error.ts';

/** Whom a program runs as; undefined is the user of this process. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

interface ProgramOptions {
  readonly user: ServerUser | undefined;
  /** Entered before the user is changed, so it may lie below a folder that only root can traverse. */
  readonly cwd: string;
  readonly timeoutMs: number;
}

export interface ProgramResult {
  /** Undefined when the program was killed: by the time limit or by somebody else. */
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  /** Standard output and error together; at most the last `outputCharsMax` characters. */
  readonly output: string;
}

const outputCharsMax = 64 * 1024;
const lastOutputMs = 1_000;

/** No PG* variable, locale or library path of the caller reaches the server. */
const cleanEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };

/** Runs to the end or to the time limit (then the program is killed). Throws only when it cannot be started. */
export const runProgram = async (
  program: string,
  args: readonly string[],
  { user, cwd, timeoutMs }: ProgramOptions,
): Promise<ProgramResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: cleanEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
    let output = '';
    let timedOut = false;
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-outputCharsMax);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(cannotStart(program, error));
    });
    child.once('exit', () => {
      // A grandchild that keeps a pipe open must not hold us for ever.
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, lastOutputMs).unref();
    });
    child.once('close', (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode: exitCode ?? undefined, timedOut, output });
    });
  });

const cannotStart = (program: string, error: Error): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'program-failed',
    `Cannot start ${program}: ${systemErrorCode(error) ?? error.message}.`,
    `Check that the file exists and may be executed by the user that runs the database. ${useOwnServer}`,
    { cause: error },
  );
