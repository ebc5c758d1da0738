/** What the system knows of other processes: who is alive, who works in a folder. Nothing here signals anybody. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { EmbeddedPostgresError, systemErrorCode, useOwnServer } from './embedded-postgres-error.ts';
import { type ServerUser, runProgram } from './run-program.ts';

const lookUpTimeoutMs = 10_000;
const onLinux = process.platform === 'linux';

/**
 * Text without spaces that is different for every process that ever had this pid, across restarts of the machine too;
 * undefined when no such process runs (a zombie does not run).
 */
export const processIdentity = async (pid: number): Promise<string | undefined> => {
  if (!onLinux) return startTimeByPs(pid);
  const stat = await readIfThere(`/proc/${pid}/stat`);
  // proc_pid_stat(5): the name in brackets may hold anything, so fields count from the last bracket; 22 is the start.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields?.[0], fields?.[19]];
  if (state === undefined || startTicks === undefined || state === 'Z' || state === 'X') return undefined;
  return `${(await readIfThere('/proc/sys/kernel/random/boot_id'))?.trim() ?? 'boot'}/${startTicks}`;
};

/** File name of the program that a process runs ('postgres'); undefined when it is gone. */
export const programOf = async (pid: number): Promise<string | undefined> => {
  const command = onLinux
    ? (await readIfThere(`/proc/${pid}/cmdline`))?.split('\0')[0]
    : (await ps(pid, 'comm=')).trim();
  return command === undefined || command === '' ? undefined : basename(command);
};

/**
 * Pids whose working folder is `dir`: every PostgreSQL process has its data folder there. Asked as the server's
 * user, because root in a container may not look into another user's processes.
 */
export const processesIn = async (dir: string, user: ServerUser | undefined): Promise<readonly number[]> => {
  const limits = { user, cwd: dir, timeoutMs: lookUpTimeoutMs };
  const script = onLinux
    ? 'echo $$; for p in /proc/[0-9]*; do [ "$p/cwd" -ef . ] && echo "${p#/proc/}"; done; true'
    : 'echo $$; lsof -t -a -d cwd "$PWD"';
  const { exitCode, output } = await runProgram('/bin/sh', ['-c', script], limits);
  const [self, ...found] = output.split('\n').filter((line) => /^\d+$/.test(line));
  // The script works in the folder too: a look-up that does not see it sees nothing, and must not pass for "nobody".
  if (exitCode !== 0 || self === undefined || !found.includes(self)) throw cannotLook(dir, output);
  const pids = found.map(Number);
  const alive = await Promise.all(pids.map(async (pid) => (await processIdentity(pid)) !== undefined));
  return pids.filter((_, index) => alive[index]); // The script itself has ended by now.
};

const cannotLook = (dir: string, output: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'program-failed',
    `Cannot find out which processes work in ${dir}: ${output.trim() || 'no answer'}.`,
    `Make /proc readable (on macOS: install lsof). ${useOwnServer}`,
  );

const startTimeByPs = async (pid: number): Promise<string | undefined> => {
  const [state = 'Z', ...started] = (await ps(pid, 'state=,lstart=')).split(/\s+/);
  return state.startsWith('Z') || started.length === 0 ? undefined : started.join('-');
};

const ps = async (pid: number, format: string): Promise<string> => {
  const limits = { user: undefined, cwd: '/', timeoutMs: lookUpTimeoutMs };
  return (await runProgram('/bin/ps', ['-o', format, '-p', String(pid)], limits)).output.trim();
};

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ESRCH') return undefined;
    throw error;
  }
};
