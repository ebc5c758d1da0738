/**
 * A throw-away PostgreSQL for tests: one embedded server for the test file that asks, in a temporary folder, or a new
 * database on the server that HUIXIN_TEST_DATABASE_URL names.
 *
 *   let postgres: ThrowAwayPostgres;
 *   beforeAll(async () => { postgres = await throwAwayPostgres(); });
 *   afterAll(async () => postgres.stop());
 *   test('…', async () => { const connection = await postgres.freshDatabase(); … });
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, type ClientConfig } from 'pg';
import { startEmbeddedPostgres } from '../infra/postgres/embedded-postgres.ts';

export interface ThrowAwayPostgres {
  /** A database of its own, empty at first. */
  readonly connection: ClientConfig;
  /** Another new and empty database on the same server. */
  readonly freshDatabase: () => Promise<ClientConfig>;
  /** Drops the databases and stops the server; connections that are still open are ended. */
  readonly stop: () => Promise<void>;
}

/** Keeps the programs inside the project where that is possible. */
export const testCache = {
  homeDir: homedir(),
  cacheDir: fileURLToPath(new URL('../node_modules/.cache', import.meta.url)),
};

/** Ready in about a second. The caller stops it, also when a test failed (`afterAll`). */
export const throwAwayPostgres = async (): Promise<ThrowAwayPostgres> => {
  const url = process.env['HUIXIN_TEST_DATABASE_URL'];
  return url === undefined || url === '' ? embedded() : onServer(url);
};

const embedded = async (): Promise<ThrowAwayPostgres> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'huixin-test-'));
  const server = await startEmbeddedPostgres({ dataDir, ...testCache });
  const databaseOf = (database: string): ClientConfig => ({ ...server.connection, database });
  return {
    connection: server.connection,
    freshDatabase: async () => databaseOf(await createDatabase(server.connection)),
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

const onServer = async (url: string): Promise<ThrowAwayPostgres> => {
  const databases: string[] = [];
  const freshDatabase = async (): Promise<ClientConfig> => {
    const database = await createDatabase({ connectionString: url });
    databases.push(database);
    const ofDatabase = new URL(url);
    ofDatabase.pathname = `/${database}`;
    return { connectionString: ofDatabase.href };
  };
  return {
    connection: await freshDatabase(),
    freshDatabase,
    stop: async () => {
      for (const database of databases.splice(0)) {
        await run({ connectionString: url }, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      }
    },
  };
};

const createDatabase = async (on: ClientConfig): Promise<string> => {
  const name = `huixin_test_${randomUUID().replaceAll('-', '')}`;
  await run(on, `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`);
  return name;
};

const run = async (on: ClientConfig, sql: string): Promise<void> => {
  const client = new Client(on);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
};
