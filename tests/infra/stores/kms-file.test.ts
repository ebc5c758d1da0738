// Key file: made once, kept from other users, refused when damaged, and never quoted.
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileKms, KeyFileError, localKms } from '../../../infra/stores/kms-file.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huixin-key-'));
  path = join(folder, 'config', 'huixin', 'key.json');
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const modeOf = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8);
const keysIn = async (file: string): Promise<{ keyId: string; kek: string; lookup: string }> =>
  JSON.parse(await readFile(file, 'utf8')) as { keyId: string; kek: string; lookup: string };
const refusal = async (): Promise<Error> =>
  fileKms(path).then(
    () => expect.fail('was accepted'),
    (error: Error) => error,
  );
const everythingOf = (error: Error): string => inspect(error, { depth: 10, showHidden: true });

describe('the key file', () => {
  test('is made on first use for its owner alone, with all folders above it', async () => {
    const { keyId } = await fileKms(path);
    expect([await modeOf(path), await modeOf(join(path, '..')), await modeOf(join(path, '../..'))]).toEqual([
      '600',
      '700',
      '700',
    ]);
    expect(await keysIn(path)).toEqual({
      version: 1,
      keyId,
      kek: expect.stringMatching(/^[\w-]{43}$/),
      lookup: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await readdir(join(path, '..'))).toEqual(['key.json']);
  });

  test('is used again as it is', async () => {
    const first = await fileKms(path);
    const before = await readFile(path, 'utf8');
    const second = await fileKms(path);
    expect(second.keyId).toBe(first.keyId);
    expect(second.lookupHash('x')).toBe(first.lookupHash('x'));
    const [key] = await second.unwrap(await first.wrap([Buffer.alloc(32, 7)]));
    expect(Buffer.from(key ?? [])).toEqual(Buffer.alloc(32, 7));
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test('is one file when many start at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, async () => fileKms(path)));
    expect(new Set(all.map(({ keyId }) => keyId)).size).toBe(1);
    expect(await readdir(join(path, '..'))).toEqual(['key.json']);
  });

  test('has other keys in every place', async () => {
    const [a, b] = [await fileKms(path), await fileKms(join(folder, 'other.json'))];
    expect(a.keyId).not.toBe(b.keyId);
    expect(a.lookupHash('x')).not.toBe(b.lookupHash('x'));
  });

  test.each(['640', '604', '644', '660', '620'])(
    'is refused with mode %s, and the message says what to run',
    async (mode) => {
      await fileKms(path);
      await chmod(path, Number.parseInt(mode, 8));
      const error = await refusal();
      expect(error).toBeInstanceOf(KeyFileError);
      expect(error.message).toContain(`chmod 600 '${path}'`);
    },
  );

  test.each<[string, (keys: { version: number; keyId: string; kek: string; lookup: string }) => string]>([
    ['empty', () => ''],
    ['cut short', (keys) => JSON.stringify(keys).slice(0, 60)],
    ['followed by more', (keys) => `${JSON.stringify(keys)} ${keys.kek}`],
    ['only a key', (keys) => keys.kek],
    ['null', () => 'null'],
    ['of a later version', (keys) => JSON.stringify({ ...keys, version: 2 })],
    ['without kek', (keys) => JSON.stringify({ ...keys, kek: undefined })],
    ['with a short key', (keys) => JSON.stringify({ ...keys, kek: keys.kek.slice(0, 42) })],
    ['with a padded key', (keys) => JSON.stringify({ ...keys, kek: `${keys.kek}=` })],
    ['with its keys exchanged', (keys) => JSON.stringify({ ...keys, kek: keys.lookup, lookup: keys.kek })],
    ['with another lookup key', (keys) => JSON.stringify({ ...keys, lookup: randomBytes(32).toString('base64url') })],
    ['too large', (keys) => JSON.stringify({ ...keys, more: 'x'.repeat(5_000) })],
  ])('is refused when it is %s, and no error holds a part of a key', async (_case, broken) => {
    await fileKms(path);
    const keys = (await keysIn(path)) as { version: number; keyId: string; kek: string; lookup: string };
    const text = broken(keys);
    await writeFile(path, text);
    const error = await refusal();
    expect(error).toBeInstanceOf(KeyFileError);
    expect(error.message).toContain(path);
    for (const key of [keys.kek, keys.lookup]) {
      for (let at = 0; at + 6 <= key.length; at += 1) expect(everythingOf(error)).not.toContain(key.slice(at, at + 6));
    }
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('is refused when it is a folder, or when its folder is a file', async () => {
    await mkdir(path, { recursive: true });
    expect((await refusal()).message).toContain('is not a file');
    path = join(folder, 'plain', 'key.json');
    await writeFile(join(folder, 'plain'), '');
    expect((await refusal()).message).toMatch(/could not .*HUIXIN_KEY_FILE/s);
  });

  test('is not made through a link that leads nowhere', async () => {
    path = join(folder, 'key.json');
    await symlink(join(folder, 'absent.json'), path);
    expect(await refusal()).toBeInstanceOf(KeyFileError);
    expect(await readdir(folder)).toEqual(['key.json']);
  });
});

describe('wrapping', () => {
  const kms = localKms({ kek: Buffer.alloc(32, 1), lookup: Buffer.alloc(32, 2) });
  const key = Buffer.alloc(32, 0x5a);

  test('gives back each key in order', async () => {
    const keys = Array.from({ length: 100 }, () => randomBytes(32));
    const opened = await kms.unwrap(await kms.wrap(keys));
    expect(opened.map((one) => Buffer.from(one).toString('hex'))).toEqual(keys.map((one) => one.toString('hex')));
  });

  test('never gives the same text twice', async () => {
    const texts = await kms.wrap([key, key]);
    expect(new Set(texts.map((one) => Buffer.from(one).toString('hex'))).size).toBe(2);
  });

  test('is refused once any bit of the text is another', async () => {
    const [text = new Uint8Array()] = await kms.wrap([key]);
    for (let at = 0; at < text.length; at += 1) {
      const broken = Uint8Array.from(text, (byte, n) => (n === at ? byte ^ 1 : byte));
      await expect(kms.unwrap([broken])).rejects.toThrow(KeyFileError);
    }
    for (const broken of [
      text.subarray(1),
      text.subarray(0, -1),
      Buffer.concat([text, Buffer.of(0)]),
      new Uint8Array(),
    ]) {
      await expect(kms.unwrap([broken])).rejects.toThrow(KeyFileError);
    }
  });

  test('under another key-encryption key is refused, and the message names the id of this one', async () => {
    const other = localKms({ kek: Buffer.alloc(32, 3), lookup: Buffer.alloc(32, 2) });
    await expect(other.unwrap(await kms.wrap([key]))).rejects.toThrow(other.keyId);
  });

  test.each([0, 16, 31, 33])('refuses a data key of %i bytes', async (bytes) => {
    await expect(kms.wrap([new Uint8Array(bytes)])).rejects.toThrow(RangeError);
  });

  test('of a fixed key is read in every later version', async () => {
    const golden =
      '01000102030405060708090a0be1fccf7c7aa45c23a430bd9e7a3392f9f49c3150afcb1f5a2b9062dafbdd67e8b4cc991c9c3b40c495bf1361eb73c359';
    const [opened] = await kms.unwrap([Buffer.from(golden, 'hex')]);
    expect(Buffer.from(opened ?? [])).toEqual(key);
    expect(kms.keyId).toBe('VYGR7rirI7CRbWRM0DhmKH');
  });
});

describe('the lookup hash', () => {
  test('is HMAC-SHA-256 of the text in UTF-8, in base64url', () => {
    const kms = localKms({ kek: Buffer.alloc(32, 1), lookup: Buffer.alloc(32, 0xaa) });
    expect(kms.lookupHash('惠信')).toBe('vJTWwu60x92mLpV-pD4MnAosaH-7SsvRQSebH30Jt5c');
  });
});

test('a key management shown in a log shows its key id and no key', async () => {
  const kms = await fileKms(path);
  const { kek, lookup } = await keysIn(path);
  const shown = inspect(kms, { depth: 10, showHidden: true }) + JSON.stringify(kms);
  expect(shown).toContain(kms.keyId);
  expect(shown).not.toContain(kek);
  expect(shown).not.toContain(lookup);
});
