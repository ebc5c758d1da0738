/** A server that could lose what it confirmed is refused, with the name of the setting and the way to mend it. */
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refuseUnsafeSettings } from '../../../infra/postgres/durability.ts';
import { type ThrowAwayPostgres, throwAwayPostgres } from '../../postgres.ts';

let postgres: ThrowAwayPostgres;
let connection: Awaited<ReturnType<ThrowAwayPostgres['freshDatabase']>>;
beforeAll(async () => {
  postgres = await throwAwayPostgres();
}, 60_000);
afterAll(async () => postgres.stop());
beforeEach(async () => {
  connection = await postgres.freshDatabase();
});

const session = async <T>(work: (client: Client) => Promise<T>, options = ''): Promise<T> => {
  const client = new Client({ ...connection, options });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
};

describe('a server of its own', () => {
  test.each(['on', 'local', 'remote_write', 'remote_apply'])(
    'is accepted with synchronous_commit %s',
    async (value) => {
      await expect(session(refuseUnsafeSettings, `-c synchronous_commit=${value}`)).resolves.toBeUndefined();
    },
  );

  test('is refused when the database turns synchronous_commit off, until the named statement is run', async () => {
    const name = await session(async (client) => {
      const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
      await client.query(`ALTER DATABASE ${rows[0]!.name} SET synchronous_commit = off`);
      return rows[0]!.name;
    });
    const mend = `ALTER DATABASE ${name} RESET synchronous_commit;`;
    await expect(session(refuseUnsafeSettings)).rejects.toMatchObject({
      unsafe: ['synchronous_commit'],
      message: expect.stringContaining(mend) as string,
    });
    await session(async (client) => client.query(mend));
    await session(refuseUnsafeSettings);
  });

  test('is refused when the connection turns synchronous_commit off', async () => {
    await expect(session(refuseUnsafeSettings, '-c synchronous_commit=off')).rejects.toThrow(/DATABASE_URL.*RESET/);
  });
});

const safe = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };
const answering = (values: Record<string, string>, version_num = 150_018, source = 'configuration file') => ({
  query: async () => ({
    rows: Object.entries(values).map(([name, value]) => {
      return { name, value, source, version_num, database: 'city', role: 'ledger' };
    }),
  }),
});

describe('the answer of a server', () => {
  test('that is safe and 15 is accepted', async () => {
    await expect(refuseUnsafeSettings(answering(safe))).resolves.toBeUndefined();
  });

  test.each([
    ['fsync', { ...safe, fsync: 'off' }, 'configuration file', 'ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();'],
    [
      'full_page_writes',
      { ...safe, full_page_writes: 'off' },
      'configuration file',
      'ALTER SYSTEM SET full_page_writes',
    ],
    [
      'synchronous_commit',
      { ...safe, synchronous_commit: 'off' },
      'user',
      'ALTER ROLE ledger RESET synchronous_commit;',
    ],
    [
      'synchronous_commit',
      { ...safe, synchronous_commit: 'off' },
      'database user',
      'ALTER ROLE ledger IN DATABASE city',
    ],
    ['fsync', { ...safe, fsync: 'off' }, 'command line', 'take "-c fsync" out'],
  ])('with %s off is refused by name', async (name, values, source, mend) => {
    await expect(refuseUnsafeSettings(answering(values, 180_004, source))).rejects.toMatchObject({
      unsafe: [name],
      message: expect.stringContaining(mend) as string,
    });
  });

  test('with everything wrong names everything at once', async () => {
    const values = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
    await expect(refuseUnsafeSettings(answering(values, 140_012))).rejects.toMatchObject({
      unsafe: ['server_version', 'fsync', 'full_page_writes', 'synchronous_commit'],
      message: expect.stringContaining('PostgreSQL 14 is too old') as string,
    });
  });
});
