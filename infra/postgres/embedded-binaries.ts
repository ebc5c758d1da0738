/**
 * Finds the PostgreSQL programs of the platform package and copies them to a cache from which the server's user can
 * run them: the project may stand in a private home, and install scripts (which make the library links) may be off.
 */
import { createHash } from 'node:crypto';
import { chmod, copyFile, lstat, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError, systemErrorCode, useOwnServer } from './embedded-postgres-error.ts';
import type { ServerUser } from './run-program.ts';
import { canEnter } from './server-user.ts';

export interface BinaryCache {
  /** Home of the user of this process; its `.cache` is the default place for an ordinary user. */
  readonly homeDir: string;
  /** Preferred place ($XDG_CACHE_HOME). Root uses it only when it is root's own and the server's user can enter it. */
  readonly cacheDir?: string | undefined;
  /** Where root puts the programs otherwise: kept across restarts, and every user can enter it. */
  readonly systemCacheDir?: string | undefined;
}

export interface EmbeddedBinaries {
  /** Folder with `postgres`, `initdb` and `pg_ctl`. */
  readonly binDir: string;
  /** Major version of the server, as in the file PG_VERSION of a cluster. */
  readonly major: string;
}

interface PlatformPackage {
  readonly nativeDir: string;
  readonly version: string;
}

/** Programs ready to run as `user`; copies them on first use (about 60 MB, under a second). */
export const embeddedBinaries = async (
  cache: BinaryCache,
  user: ServerUser | undefined,
  platform = `${process.platform}-${process.arch}`,
): Promise<EmbeddedBinaries> => {
  const source = await platformPackage(platform);
  const parent = await cacheParent(cache, user);
  const files = await filesOf(source.nativeDir);
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
  const target = join(parent, `huixin-postgres-${source.version}-${platform}-${digest}`);
  if (!(await isComplete(target, files))) await install(source.nativeDir, target, files);
  return { binDir: join(target, 'bin'), major: source.version.split('.')[0] ?? '' };
};

const platformPackage = async (platform: string): Promise<PlatformPackage> => {
  const name = `@embedded-postgres/${platform}`;
  try {
    const require = createRequire(import.meta.url);
    const root = dirname(dirname(require.resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string };
    return { nativeDir: join(root, 'native'), version };
  } catch (error) {
    throw new EmbeddedPostgresError(
      'platform-package-missing',
      `The embedded PostgreSQL for this platform (${name}) is not installed.`,
      `Run \`npm ci\` without --omit=optional if the package exists for ${platform}. ${useOwnServer}`,
      { cause: error },
    );
  }
};

type SizeOfFile = readonly (readonly [path: string, bytes: number])[];

/** Files of the package, without the links (which an install script may have made). */
const filesOf = async (dir: string): Promise<SizeOfFile> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sized = paths.map(async (path) => [relative(dir, path), (await lstat(path)).size] as const);
  return (await Promise.all(sized)).sort(([a], [b]) => (a < b ? -1 : 1));
};

/** First usable place. Root trusts only what is its own: the database user runs what lies there. */
const cacheParent = async (cache: BinaryCache, user: ServerUser | undefined): Promise<string> => {
  const asRoot = process.getuid?.() === 0;
  const own = join(cache.cacheDir ?? join(cache.homeDir, '.cache'), 'huixin');
  const preferred = asRoot && cache.cacheDir === undefined ? [] : [own];
  const places = asRoot ? [...preferred, cache.systemCacheDir ?? '/var/tmp'] : preferred;
  let cause: unknown;
  for (const place of places) {
    try {
      await mkdir(place, { recursive: true, mode: 0o755 });
      if ((await isTrusted(place)) && (await canEnter(place, user))) return place;
    } catch (error) {
      cause = error;
    }
  }
  throw notUsable(places.join(' or '), cause);
};

const notUsable = (place: string, cause: unknown): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'cache-unusable',
    `Cannot keep the PostgreSQL programs in ${place}: the folder cannot be written, entered or trusted.`,
    `Set XDG_CACHE_HOME to a folder of the user that starts Huixin. ${useOwnServer}`,
    { cause },
  );

/** Ours or root's, and not writable by others, or with the sticky bit that keeps others from replacing our folders. */
const isTrusted = async (dir: string): Promise<boolean> => {
  const { uid, mode } = await lstat(dir);
  const sticky = (mode & 0o1000) !== 0;
  return (uid === process.getuid?.() || uid === 0) && ((mode & 0o022) === 0 || sticky);
};

/** A cleaner of old temporary files may have taken some, so every file is looked at. */
const isComplete = async (target: string, files: SizeOfFile): Promise<boolean> => {
  try {
    const { uid, mode } = await lstat(target);
    if ((uid !== process.getuid?.() && uid !== 0) || (mode & 0o022) !== 0) throw notTrusted(target);
    const sizes = await Promise.all(files.map(async ([path]) => (await lstat(join(target, path))).size));
    const links = [...(await linksOf(target, files)).keys()].map(async (link) => lstat(join(target, link)));
    await Promise.all(links);
    return files.every(([, bytes], index) => sizes[index] === bytes);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
};

const notTrusted = (target: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'cache-unusable',
    `${target} was made by another user, or others can write to it, so its programs are not run.`,
    `Remove it, or set XDG_CACHE_HOME to a folder of the user that starts Huixin. ${useOwnServer}`,
  );

/** Two processes may install at once: each fills its own folder and the first rename wins. */
const install = async (nativeDir: string, target: string, files: SizeOfFile): Promise<void> => {
  const draft = await mkdtemp(join(dirname(target), `.${basename(target)}-`)).catch((error: unknown) => {
    throw notUsable(dirname(target), error);
  });
  try {
    for (const dir of new Set(files.map(([path]) => dirname(path)))) {
      await mkdir(join(draft, dir), { recursive: true, mode: 0o755 });
    }
    const copy = async ([path]: readonly [string, number]): Promise<void> => {
      await copyFile(join(nativeDir, path), join(draft, path));
      await chmod(join(draft, path), path.startsWith('bin/') ? 0o755 : 0o644);
    };
    await Promise.all(files.map(copy));
    for (const [link, file] of await linksOf(draft, files)) await symlink(basename(file), join(draft, link));
    await chmod(draft, 0o755);
    await moveInto(draft, target, files);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

const moveInto = async (draft: string, target: string, files: SizeOfFile): Promise<void> => {
  try {
    return await rename(draft, target);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOTEMPTY' && systemErrorCode(error) !== 'EEXIST') throw error;
  }
  if (await isComplete(target, files)) return; // Another process was faster.
  const broken = `${draft}-broken`;
  await rename(target, broken);
  await rename(draft, target);
  await rm(broken, { recursive: true, force: true });
};

/**
 * Links to make, as file and link in the same folder: those that the package lists, and the soname of every library
 * (the list for macOS lacks some), unless a file of that name is there.
 */
const linksOf = async (dir: string, files: SizeOfFile): Promise<ReadonlyMap<string, string>> => {
  const listed = JSON.parse(await readFile(join(dir, 'pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  const links = new Map(files.flatMap(([path]) => sonameOf(path).map((link) => [link, path] as const)));
  for (const { source, target } of listed) links.set(belowNative(target), belowNative(source));
  for (const [path] of files) links.delete(path);
  return links;
};

/** libicudata.77.1.dylib is loaded as libicudata.77.dylib, libpq.so.5.18 as libpq.so.5. */
const sonameOf = (path: string): readonly string[] => {
  const match =
    /^(lib\/[^/]+?\.\d+)(?:\.\d+)+(\.dylib)$/.exec(path) ?? /^(lib\/[^/]+\.so\.\d+)(?:\.\d+)+()$/.exec(path);
  return match === null ? [] : [`${match[1]}${match[2]}`];
};

const belowNative = (path: string): string => path.replace(/^native\//, '');
