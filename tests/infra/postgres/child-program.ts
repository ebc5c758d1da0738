/**
 * A second process that uses the embedded PostgreSQL: the project's own files, compiled into a folder inside the
 * project (so that packages are found), driven by one program that reports on standard output and stops on request.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EmbeddedConnection, EmbeddedPostgresOptions } from '../../../infra/postgres/embedded-postgres.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

export interface ChildProgram {
  /** Starts a process, as another user when root names one, and waits until its server answers. */
  readonly start: (options: EmbeddedPostgresOptions, user?: { uid: number; gid: number }) => Promise<RunningChild>;
  readonly remove: () => void;
}

export interface RunningChild {
  readonly connection: EmbeddedConnection;
  readonly adopted: boolean;
  readonly serverPid: number;
  /** Calls `stop()` in the child and waits for its end. */
  readonly stop: () => Promise<void>;
  /** kill -9 of the node process alone. */
  readonly kill: () => Promise<void>;
}

const program = `
import { startEmbeddedPostgres } from './infra/postgres/embedded-postgres.js';
const server = await startEmbeddedPostgres(JSON.parse(process.argv[2]));
const { connection, adopted, serverPid } = server;
console.log(JSON.stringify({ connection, adopted, serverPid }));
process.stdin.once('data', async () => { await server.stop(); process.exit(0); });
`;

export const compileChildProgram = (): ChildProgram => {
  const cache = join(project, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const dir = mkdtempSync(join(cache, 'huixin-child-'));
  execFileSync('chmod', ['755', dir]);
  const config = {
    extends: join(project, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      outDir: dir,
      rootDir: project,
      typeRoots: [join(project, 'node_modules/@types')],
    },
    files: [join(project, 'infra/postgres/embedded-postgres.ts')],
    include: [],
  };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(dir, 'child.mjs'), program);
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  try {
    execFileSync(join(project, 'node_modules/.bin/tsc'), ['-p', join(dir, 'tsconfig.json')], { stdio: 'pipe' });
  } catch (error) {
    remove();
    throw error;
  }
  return {
    start: async (options, user) =>
      report(spawn(process.execPath, [join(dir, 'child.mjs'), JSON.stringify(options)], { cwd: '/', ...user })),
    remove,
  };
};

const report = async (child: ChildProcess): Promise<RunningChild> => {
  const ended = once(child, 'exit');
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const line = once(createInterface(child.stdout!), 'line').then(([text]) => String(text));
  const died = ended.then(() => Promise.reject(new Error(`the child ended early: ${errors}`)));
  died.catch(() => undefined);
  const told = JSON.parse(await Promise.race([line, died])) as Pick<
    RunningChild,
    'connection' | 'adopted' | 'serverPid'
  >;
  return {
    ...told,
    stop: async () => {
      child.stdin!.write('stop\n');
      const [exitCode] = await ended;
      if (exitCode !== 0) throw new Error(`the child failed to stop: ${errors}`);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
