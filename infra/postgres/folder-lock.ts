/**
 * A lock between processes that survives the death of its holder. Node has no file locks, and deleting a dead holder's
 * file is a race (two waiters see it dead, the slower one deletes the lock of the faster), so nothing is deleted to
 * take over: the lock is the highest numbered file of a folder, and taking it is creating the next number, which only
 * one process can do. The highest number never falls, so a latecomer always sees that it was overtaken.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedPostgresError, systemErrorCode } from './embedded-postgres-error.ts';
import { processIdentity } from './process-table.ts';

const pollMs = 50;
const free = 'free';
const fileName = /^lock-(\d+)$/;

interface FolderLock {
  /** An existing folder, on a local disk, that all competing processes can write to. */
  readonly dir: string;
  /** How long to wait for the holder; it is waited for only while its process lives. */
  readonly timeoutMs: number;
}

/** Runs `work` while no other process (and no other caller in this one) holds the lock of the folder. */
export const withFolderLock = async <T>({ dir, timeoutMs }: FolderLock, work: () => Promise<T>): Promise<T> => {
  const release = await take(dir, Date.now() + timeoutMs);
  try {
    return await work();
  } finally {
    await release();
  }
};

const take = async (dir: string, deadlineMs: number): Promise<() => Promise<void>> => {
  const me = `${process.pid} ${await processIdentity(process.pid)}`;
  for (;;) {
    const number = await highest(dir);
    const holder = await read(dir, number);
    if (holder !== undefined && (holder === free || !(await isAlive(holder)))) {
      if (await create(dir, number + 1, me)) return async () => replace(dir, number + 1, free);
    } else if (Date.now() > deadlineMs) {
      throw new EmbeddedPostgresError(
        'lock-timed-out',
        `Process ${holder?.split(' ')[0] ?? 'unknown'} has been starting or stopping the database in ${dir} for too long.`,
        'Wait for it to finish or end that process, then try again.',
      );
    }
    await wait(pollMs);
  }
};

/** True when the file was created and nobody has created a higher one meanwhile. */
const create = async (dir: string, number: number, content: string): Promise<boolean> => {
  const draft = join(dir, `draft-${randomUUID()}`);
  await writeFile(draft, content);
  try {
    await link(draft, join(dir, `lock-${number}`));
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const top = await highest(dir);
  for (const old of await numbers(dir)) if (old < top) await rm(join(dir, `lock-${old}`), { force: true });
  return top === number;
};

const replace = async (dir: string, number: number, content: string): Promise<void> => {
  const draft = join(dir, `draft-${randomUUID()}`);
  await writeFile(draft, content);
  await rename(draft, join(dir, `lock-${number}`));
};

const numbers = async (dir: string): Promise<readonly number[]> =>
  (await readdir(dir)).flatMap((name) => Number(fileName.exec(name)?.[1] ?? []));

const highest = async (dir: string): Promise<number> => Math.max(0, ...(await numbers(dir)));

/** Who holds the lock; undefined when it was overtaken between two looks. */
const read = async (dir: string, number: number): Promise<string | undefined> => {
  if (number === 0) return free;
  try {
    return await readFile(join(dir, `lock-${number}`), 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};

const isAlive = async (holder: string): Promise<boolean> => {
  const [pid = '', identity] = holder.split(' ');
  return identity !== undefined && (await processIdentity(Number(pid))) === identity;
};
