/**
 * Who uses the running server: one small file a user, so that the last one to leave stops it. All functions are called
 * under the folder lock. A file whose process is gone counts for nothing and is removed.
 */
import { randomUUID } from 'node:crypto';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processIdentity } from './process-table.ts';

const prefix = 'holder-';

/** Signs this process in; the same process may sign in several times. Gives the name to sign out with. */
export const signIn = async (dir: string): Promise<string> => {
  const name = `${prefix}${process.pid}-${randomUUID()}`;
  await writeFile(join(dir, name), `${process.pid} ${await processIdentity(process.pid)}`);
  return name;
};

export const signOut = async (dir: string, name: string): Promise<void> => rm(join(dir, name), { force: true });

/** How many living users are signed in. */
export const countHolders = async (dir: string): Promise<number> => {
  let count = 0;
  for (const name of await readdir(dir)) {
    if (!name.startsWith(prefix)) continue;
    const [pid = '', identity] = (await readFile(join(dir, name), 'utf8')).split(' ');
    if (identity !== undefined && (await processIdentity(Number(pid))) === identity) count += 1;
    else await signOut(dir, name);
  }
  return count;
};
