#!/usr/bin/env -S node --max-semi-space-size=32
// The command `huixin` in a clone: builds itself when the sources are newer than the build, then runs it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, 'dist');
const stamp = join(built, '.built');
const SOURCES = ['src', 'projections', 'graphql', 'infra', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

const newest = (path) => {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
};

const isCurrent = () =>
  existsSync(stamp) && statSync(stamp).mtimeMs >= Math.max(...SOURCES.map((name) => newest(join(root, name))));

/** Builds beside the old build and swaps, so that a running process and a second call never see half of one. */
const build = () => {
  const started = new Date();
  const fresh = join(root, `dist.${process.pid}`);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    process.stderr.write(`huixin could not be built. Run "npm ci" first, or mend what the compiler says:\n${stdout}`);
    process.exit(2);
  }
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, '.built'), '');
  utimesSync(join(fresh, '.built'), started, started); // A source saved during the build is newer than it.
  const old = join(root, `dist.${process.pid}.old`);
  if (existsSync(built)) renameSync(built, old);
  try {
    renameSync(fresh, built);
  } catch {
    rmSync(fresh, { recursive: true, force: true }); // Another process was first with the same sources.
  }
  rmSync(old, { recursive: true, force: true });
};

process.env.NODE_ENV ??= 'production'; // Libraries check themselves less; HUIXIN_MODE is what changes our behaviour.
if (!isCurrent()) build();
await import(join(built, 'infra', 'main.js'));
