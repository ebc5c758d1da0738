/** One holder at a time, and a dead holder holds nothing. Between processes: see shared-server.test.ts. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withFolderLock } from '../../../infra/postgres/folder-lock.ts';
import { processIdentity } from '../../../infra/postgres/process-table.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huixin-test-'));
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

const lock = (timeoutMs = 10_000) => ({ dir, timeoutMs });

test('lets one holder in at a time, and all of them in the end', async () => {
  let inside = 0;
  let most = 0;
  const enter = async () =>
    withFolderLock(lock(), async () => {
      inside += 1;
      most = Math.max(most, inside);
      for (let index = 0; index < 20; index += 1) await turn();
      inside -= 1;
    });
  await Promise.all(Array.from({ length: 20 }, enter));
  expect([most, inside]).toEqual([1, 0]);
  expect(await readdir(dir)).toHaveLength(1);
});

test('is free again after work that failed, and gives the work its error', async () => {
  await expect(
    withFolderLock(lock(), async () => {
      throw new Error('broken');
    }),
  ).rejects.toThrow('broken');
  expect(await withFolderLock(lock(), async () => 'done')).toBe('done');
});

test.each([
  ['whose process is gone', '4194999 boot/1'],
  ['whose pid is another process now', `${process.pid} boot/1`],
  ['of which nothing is known', ''],
])('passes over a holder %s', async (_, holder) => {
  await writeFile(join(dir, 'lock-7'), holder);
  expect(await withFolderLock(lock(), async () => readdir(dir))).toEqual(['lock-8']);
});

test('waits for a living holder no longer than it was told, and names its process', async () => {
  await writeFile(join(dir, 'lock-7'), `${process.pid} ${await processIdentity(process.pid)}`);
  await expect(withFolderLock(lock(200), async () => 'done')).rejects.toMatchObject({
    code: 'lock-timed-out',
    message: expect.stringContaining(`Process ${process.pid} `) as string,
  });
});
