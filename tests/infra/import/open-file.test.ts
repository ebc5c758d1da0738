// Files from disk: compressed or not, and the limits that keep a small file from becoming a large one.
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FILE_LIMITS, openFile } from '../../../infra/import/open-file.ts';
import { ImportMistake } from '../../../src/import/import-mistake.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huixin-open-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const written = async (name: string, bytes: Buffer | string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};

const contentOf = async (path: string, limits = FILE_LIMITS): Promise<Buffer> => {
  const opened = await openFile(path, limits);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of opened.bytes) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    await opened.close();
  }
};

const TEXT = 'name,uscc\n'.repeat(100_000);

test.each([
  ['plain', Buffer.from(TEXT)],
  ['compressed', gzipSync(TEXT)],
  ['compressed in two members', Buffer.concat([gzipSync(TEXT.slice(0, 7)), gzipSync(TEXT.slice(7))])],
])('reads a file, %s, and its hash is that of its bytes on disk', async (_name, bytes) => {
  const path = await written('file.csv', bytes);
  const { sha256, size, close } = await openFile(path);
  await close();
  expect([sha256, size]).toEqual([createHash('sha256').update(bytes).digest('hex'), bytes.length]);
  expect((await contentOf(path)).toString()).toBe(TEXT);
});

test('reads an empty file', async () => {
  expect(await contentOf(await written('empty.csv', ''))).toHaveLength(0);
});

test.each([
  ['is compressed and incomplete', gzipSync(TEXT).subarray(0, -9), {}, /damaged/],
  ['is compressed and damaged', Buffer.concat([gzipSync(TEXT).subarray(0, 300), Buffer.alloc(300, 7)]), {}, /damaged/],
  ['unfolds past the total', gzipSync(TEXT), { unfoldedBytesMax: 1_000 }, /unfolds/],
  ['unfolds past the ratio', gzipSync(Buffer.alloc(50_000_000)), {}, /unfolds/],
  ['is too large', Buffer.from(TEXT), { fileBytesMax: 10 }, /divide/],
  ['is a workbook', Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0]), {}, /Excel/],
])('refuses a file that %s', async (_name, bytes, limits, message) => {
  const path = await written('bad', bytes);
  await expect(contentOf(path, { ...FILE_LIMITS, ...limits })).rejects.toThrow(message);
  await expect(contentOf(path, { ...FILE_LIMITS, ...limits })).rejects.toThrow(ImportMistake);
});

test('refuses what is no file, and what is not there', async () => {
  await expect(openFile(folder)).rejects.toThrow(ImportMistake);
  await expect(openFile(join(folder, 'nowhere'))).rejects.toThrow(/ENOENT/);
});

test('finds out that a file was changed while it was read', async () => {
  const path = await written('growing.csv', TEXT);
  const opened = await openFile(path);
  await appendFile(path, 'more');
  const reading = async () => {
    for await (const chunk of opened.bytes) void chunk;
  };
  await expect(reading()).rejects.toThrow(/changed/);
  await opened.close();
});
