// A database of its own for each measurement, on the ledger's server, dropped afterwards.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { finished } from 'node:stream/promises';
import { migrate } from '../stores/migrate.ts';

export interface BenchDatabase {
  readonly connection: pg.ClientConfig;
  readonly client: pg.Client;
  drop(): Promise<void>;
}

/** A migrated, empty ledger database. The caller closes everything that uses it, then drops it. */
export const benchDatabase = async (server: pg.ClientConfig): Promise<BenchDatabase> => {
  const name = `huixin_bench_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client(server);
  await admin.connect();
  await admin.query(`create database ${name}`);
  const connection =
    server.connectionString === undefined
      ? { ...server, database: name }
      : { connectionString: withDatabase(server.connectionString, name) };
  const client = new pg.Client(connection);
  await client.connect();
  await migrate(client);
  return {
    connection,
    client,
    async drop() {
      await client.end();
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
};

const withDatabase = (url: string, name: string): string => {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
};

/** Rows of a query as COPY text. */
export const copyOut = async (client: pg.Client, query: string): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of client.query(copyTo(`copy (${query}) to stdout`))) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** Bytes handed to the driver at once. */
const CHUNK_BYTES = 1_048_576;

/** One COPY of ready-made rows: the fastest way into PostgreSQL. */
export const copyIn = async (
  client: pg.Client,
  table: string,
  rows: Buffer,
  format: 'text' | 'csv' = 'text',
): Promise<void> => {
  const stream = client.query(copyFrom(`copy ${table} from stdin (format ${format})`));
  const done = finished(stream);
  for (let from = 0; from < rows.length; from += CHUNK_BYTES) {
    if (!stream.write(rows.subarray(from, from + CHUNK_BYTES)))
      await new Promise((resolve) => stream.once('drain', resolve));
  }
  stream.end();
  await done;
};
