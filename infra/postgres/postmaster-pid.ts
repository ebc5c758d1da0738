/**
 * Is a server running in this folder? `postmaster.pid` only claims so: its pid may be dead, a zombie, or another
 * program by now. A server counts as ours when that pid is a `postgres` that has the folder as its working folder.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { systemErrorCode } from './embedded-postgres-error.ts';
import { processesIn, programOf } from './process-table.ts';

export interface PostmasterPid {
  readonly pid: number;
  readonly socketDir: string;
}

/** What the file says; undefined when there is none, or its writer died before it was complete. */
export const readPostmasterPid = async (dir: string): Promise<PostmasterPid | undefined> => {
  try {
    // Lines: pid, folder, start, port, socket folder, …
    const lines = (await readFile(join(dir, 'postmaster.pid'), 'utf8')).split('\n');
    const [pid, socketDir] = [Number(lines[0]), lines[4]];
    return pid > 0 && socketDir !== undefined && socketDir !== '' ? { pid, socketDir } : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** The running server of the folder, verified; undefined when none runs. */
export const runningPostmaster = async ({ dir, user }: Cluster): Promise<PostmasterPid | undefined> => {
  const claimed = await readPostmasterPid(dir);
  if (claimed === undefined || (await programOf(claimed.pid)) !== 'postgres') return undefined;
  return (await processesIn(dir, user)).includes(claimed.pid) ? claimed : undefined;
};

/**
 * Makes the folder ready for a start after a crash; the caller has seen that no process works in it. Removes
 * `postmaster.pid` only when PostgreSQL itself would trip over it: when its pid lives on as a zombie or as another
 * program, or when it was cut off. Otherwise it stays, as PostgreSQL's second check for living sessions.
 */
export const clearStalePid = async (dir: string): Promise<void> => {
  const claimed = await readPostmasterPid(dir);
  if (claimed === undefined || exists(claimed.pid)) await rm(join(dir, 'postmaster.pid'), { force: true });
};

/** True for zombies and for processes of others, too. Signal 0 only asks. */
const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
};
