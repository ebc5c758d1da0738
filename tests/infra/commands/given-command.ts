// Commands called as functions, on an embedded PostgreSQL in a folder of their own that stays up between them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readConfig, type Config } from '../../../infra/config.ts';
import type { CommandContext } from '../../../infra/commands/command.ts';
import { openLedger } from '../../../infra/open-ledger.ts';
import { testCache } from '../../postgres.ts';

export interface Given {
  readonly folder: string;
  readonly config: Config;
  /** Writes a file beside the data; answers its path. */
  readonly write: (name: string, text: string) => Promise<string>;
  /** Runs statements past all triggers, as an intruder with every right. */
  readonly change: (sql: string) => Promise<void>;
  readonly position: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

export const givenLedger = async (): Promise<Given> => {
  const folder = await mkdtemp(join(tmpdir(), 'huixin-command-'));
  const config: Config = {
    ...readConfig({ HUIXIN_DATA_DIR: join(folder, 'data'), HUIXIN_KEY_FILE: join(folder, 'keys.json') }),
    ...testCache,
  };
  const ledger = await openLedger(config);
  const client = new pg.Client(ledger.connection);
  await client.connect();
  await client.query('set session_replication_role = replica');
  return {
    folder,
    config,
    write: async (name, text) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    change: async (sql) => void (await client.query(sql)),
    position: async () =>
      (await client.query<{ position: string }>('select position from es.head')).rows[0]?.position ?? 'none',
    remove: async () => {
      await client.end();
      await ledger.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** A context that keeps what is said; `value` is what `--json` printed. */
export const listening = (config: Config, json: boolean) => {
  const said: string[] = [];
  const context: CommandContext = {
    config,
    json,
    console: { out: (text) => void said.push(text), err: () => undefined, isTerminal: false },
    signal: new AbortController().signal,
  };
  return { context, said, value: () => JSON.parse(said.join('\n')) as Record<string, unknown> };
};
