/** Who is alive and who works in a folder, asked of the system. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processIdentity, processesIn, programOf } from '../../../infra/postgres/process-table.ts';

const asRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

let dir: string;
let child: ChildProcess;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huixin-test-'));
});
afterEach(async () => {
  child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

const sleepIn = async (cwd: string, user = {}): Promise<number> => {
  child = spawn('sleep', ['60'], { cwd, stdio: 'ignore', ...user });
  await once(child, 'spawn');
  return child.pid!;
};

test('a process that works in a folder is found there, and not once it has ended', async () => {
  const pid = await sleepIn(dir);
  expect(await processesIn(dir, undefined)).toEqual([pid]);
  expect(await processesIn(tmpdir(), undefined)).not.toContain(pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await processesIn(dir, undefined)).toEqual([]);
});

test.skipIf(!asRoot)('a process of another user is found below a folder closed to that user (needs root)', async () => {
  const inner = join(dir, 'inner');
  await mkdir(inner);
  await chown(inner, nobody.uid, nobody.gid);
  await chmod(dir, 0o700);
  const pid = await sleepIn(inner, nobody);
  expect(await processesIn(inner, nobody)).toEqual([pid]);
});

test('an identity stays while the process lives, and is no other process’s', async () => {
  const pid = await sleepIn('/');
  const identity = await processIdentity(pid);
  expect(identity).toMatch(/^\S+$/);
  expect(await processIdentity(pid)).toBe(identity);
  expect(await processIdentity(process.pid)).not.toBe(identity);
  expect(await programOf(pid)).toBe('sleep');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect([await processIdentity(pid), await programOf(pid)]).toEqual([undefined, undefined]);
});
