// `huixin doctor`: looks at everything this product stands on and says what works, what does not, and what to do.
import pg from 'pg';
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openLedger, type OpenLedger } from '../open-ledger.ts';
import { EXIT, toJson, type CommandContext, type ExitCode } from './command.ts';

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly says: string;
}

/** Oldest Node.js that is supported. */
const NODE_MIN = [20, 20] as const;

export const doctor = async ({ config, console, json }: CommandContext): Promise<ExitCode> => {
  const findings: Finding[] = [nodeVersion(), await dataFolder(config.dataDir), await keyFile(config.keyFile)];
  let ledger: OpenLedger | undefined;
  try {
    ledger = await openLedger(config);
    findings.push(...(await examine(ledger, config.databaseUrl !== undefined)));
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    findings.push({ what: 'PostgreSQL', ok: false, says });
  } finally {
    await ledger?.close();
  }
  findings.push({ what: 'EventStoreDB', ok: true, says: 'not used: events are in PostgreSQL' });
  findings.push({ what: 'Elasticsearch', ok: true, says: 'not used: search is in PostgreSQL' });
  if (json) console.out(toJson({ ok: findings.every(({ ok }) => ok), findings }));
  else for (const { what, ok, says } of findings) console.out(`${ok ? 'ok  ' : 'FAIL'}  ${what}: ${says}`);
  return findings.every(({ ok }) => ok) ? EXIT.done : EXIT.dependencyDown;
};

const nodeVersion = (): Finding => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  return {
    what: 'Node.js',
    ok,
    says: ok ? process.versions.node : `${process.versions.node} is too old; install ${NODE_MIN.join('.')} or newer`,
  };
};

const dataFolder = async (path: string): Promise<Finding> => {
  const existing = (await stat(path).catch(() => undefined)) === undefined ? dirname(path) : path;
  const isWritable = await access(existing, constants.W_OK).then(
    () => true,
    () => false,
  );
  return {
    what: 'data folder',
    ok: isWritable,
    says: isWritable ? path : `${existing} cannot be written; choose another HUIXIN_DATA_DIR`,
  };
};

const keyFile = async (path: string): Promise<Finding> => {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    return { what: 'key file', ok: true, says: `${path} will be made on first use; keep a copy apart from the data` };
  const isPrivate = (found.mode & 0o077) === 0;
  return {
    what: 'key file',
    ok: isPrivate,
    says: isPrivate ? path : `${path} can be read by others; run: chmod 600 ${path}`,
  };
};

const examine = async (
  { connection, store, readModel, marks }: OpenLedger,
  isOwnServer: boolean,
): Promise<readonly Finding[]> => {
  const client = new pg.Client(connection);
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version').finally(() => client.end());
  const head = await store.head();
  const states = await readModel.states();
  const halted = states.filter((state) => state.halted !== undefined);
  return [
    {
      what: 'PostgreSQL',
      ok: true,
      says: `${rows[0]?.server_version ?? '?'}, ${isOwnServer ? 'of DATABASE_URL' : 'embedded'}, durable settings`,
    },
    {
      what: 'events',
      ok: true,
      says: `${head}${marks.testClock === undefined ? '' : `, a test under HUIXIN_CLOCK=${marks.testClock}`}${marks.generated ? ', generated' : ''}`,
    },
    {
      what: 'read models',
      ok: halted.length === 0,
      says:
        halted.length === 0
          ? states.map(({ name, position }) => `${name} at ${position}`).join(', ')
          : halted
              .map(
                ({ name, halted: poison }) =>
                  `${name} halted at position ${poison?.position} (event ${poison?.event}): ${poison?.error}`,
              )
              .join('; '),
    },
  ];
};
