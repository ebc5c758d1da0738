// The files of the project: what git tracks and what it would track. Without git, everything outside ignored folders.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TextFile } from './tidy-rules.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folders that hold nothing of the project, for a tree that was unpacked without git. */
const FOREIGN = /^(?:node_modules|dist(?:\..*)?|coverage|\.git|\.huixin.*)$/;

const BINARY = /\.(?:png|jpe?g|ico|woff2?|gz|zip|xlsx)$/;

/** Paths from the root, sorted; a file that was deleted and not committed yet is left out. */
const trackedPaths = (): readonly string[] => {
  const paths = fromGit() ?? fromDisk('');
  return paths.filter((path) => path !== '' && statSync(`${root}${path}`, { throwIfNoEntry: false })?.isFile()).sort();
};

const fromGit = (): readonly string[] | undefined => {
  try {
    const asked = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const listed = execFileSync('git', asked, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return listed.split('\0');
  } catch {
    return undefined;
  }
};

const fromDisk = (folder: string): readonly string[] =>
  readdirSync(`${root}${folder}`, { withFileTypes: true })
    .filter(({ name }) => !FOREIGN.test(name))
    .flatMap((entry) => {
      const path = `${folder}${entry.name}`;
      return entry.isDirectory() ? fromDisk(`${path}/`) : [path];
    });

/** Every text file of the project. */
export const trackedFiles = (): readonly TextFile[] =>
  trackedPaths()
    .filter((path) => !BINARY.test(path))
    .map((path) => ({ path, text: readFileSync(`${root}${path}`, 'utf8') }));
