// PostgreSQL as key vault: the port's contract, and what only tables, key files and connections can break.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeyVaultMismatch } from '../../../infra/stores/key-vault-duties.ts';
import { migrate } from '../../../infra/stores/migrate.ts';
import { postgresKeyVault } from '../../../infra/stores/postgres-key-vault.ts';
import { KmsUnavailable, type Kms, type SubjectKey } from '../../../src/seal/key-vault.ts';
import { hex, keyVaultContract, lookup, lookups, switchableKms } from '../../contracts/key-vault.ts';
import { throwAwayPostgres, type ThrowAwayPostgres } from '../../postgres.ts';

let postgres: ThrowAwayPostgres;
beforeAll(async () => {
  postgres = await throwAwayPostgres();
});
afterAll(async () => postgres.stop());

const query = async (connection: pg.ClientConfig, sql: string): Promise<pg.QueryResult> => {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
};

const migrated = async (): Promise<pg.ClientConfig> => {
  const connection = await postgres.freshDatabase();
  const client = new pg.Client(connection);
  await client.connect();
  await migrate(client);
  await client.end();
  return connection;
};

const openWith = (unwrappedKeysMax?: number) => async (kms: Kms) => {
  const connection = await migrated();
  const open = async () => postgresKeyVault({ connection, kms, unwrappedKeysMax });
  return { vault: await open(), another: open };
};

keyVaultContract('PostgreSQL', openWith());

/** A vault with one key made, its database and its key service; closed after `work`. */
const withVault = async (
  work: (means: {
    connection: pg.ClientConfig;
    vault: Awaited<ReturnType<typeof postgresKeyVault>>;
    key: SubjectKey;
    service: ReturnType<typeof switchableKms>;
  }) => Promise<void>,
  unwrappedKeysMax?: number,
): Promise<void> => {
  const connection = await migrated();
  const service = switchableKms();
  const vault = await postgresKeyVault({ connection, kms: service.kms, unwrappedKeysMax });
  try {
    const [key] = await vault.keysFor([lookup('a')]);
    await work({ connection, vault, key: key as SubjectKey, service });
  } finally {
    await vault.close();
  }
};

describe('a vault and another key file', () => {
  test('do not open together: the message names both ids and the setting to mend', () =>
    withVault(async ({ connection, service }) => {
      const other = switchableKms().kms;
      const refused = postgresKeyVault({ connection, kms: other });
      await expect(refused).rejects.toThrow(KeyVaultMismatch);
      for (const named of [service.kms.keyId, other.keyId, 'HUIXIN_KEY_FILE']) {
        await expect(refused).rejects.toThrow(named);
      }
    }));

  test('of which two are opened first at once, one is bound and the other refused', async () => {
    const connection = await migrated();
    const opened = await Promise.allSettled(
      [switchableKms().kms, switchableKms().kms].map(async (kms) => postgresKeyVault({ connection, kms })),
    );
    expect(opened.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const one of opened) if (one.status === 'fulfilled') await one.value.close();
  });

  test('do not read a single row together', () =>
    withVault(async ({ connection, vault, key }) => {
      await query(connection, `update keys.subject_key set kek_id = 'another'`);
      await expect(vault.keysOf([key])).rejects.toThrow(/key file another/);
      await expect(vault.keysFor([lookup('a')])).rejects.toThrow(KeyVaultMismatch);
    }));
});

describe('the tables of the key vault', () => {
  test.each([
    [`delete from keys.subject_key`, /keeps every row/],
    ['truncate keys.subject_key', /keeps every row/],
    [`update keys.subject_key set gen = 2`, /keeps every row/],
    [
      `update keys.subject_key set state = 'active', wrapped = '\\x00', erased_at = null where state = 'erased'`,
      /keeps/,
    ],
    [`update keys.subject_key set lookup = 'x' where state = 'erased'`, /keeps every row/],
    [`update keys.subject_key set state = 'erased' where state = 'active'`, /check constraint/],
    [`update keys.subject_key set wrapped = null where state = 'active'`, /check constraint/],
  ])('refuse "%s" even from their owner', (sql, message) =>
    withVault(async ({ connection, vault, key }) => {
      await vault.keysFor([lookup('b')]);
      await vault.erase(key.subject);
      await expect(query(connection, sql)).rejects.toThrow(message);
    }),
  );

  test('hold neither a key in clear nor, once erased, a wrapped key or a lookup hash', () =>
    withVault(async ({ connection, vault, key }) => {
      const before = JSON.stringify((await query(connection, 'select k::text from keys.subject_key k')).rows);
      expect(before).not.toContain(hex(key));
      expect(before).toContain(lookup('a'));
      await vault.erase(key.subject);
      const { rows } = await query(connection, 'select * from keys.subject_key');
      expect(rows).toMatchObject([{ subject: key.subject, state: 'erased', wrapped: null, lookup: null }]);
    }));

  test('a restricted key still seals what comes in, but opens nothing', () =>
    withVault(async ({ connection, vault, key }) => {
      await query(connection, `update keys.subject_key set state = 'restricted'`);
      expect((await vault.keysFor([lookup('a')])).map(hex)).toEqual([hex(key)]);
      expect(await vault.keysOf([key])).toEqual(['erased']);
      await query(connection, `update keys.subject_key set state = 'active'`);
      expect(await vault.keysOf([key])).toMatchObject([{ subject: key.subject }]);
    }));

  test('a subject keeps the keys of its earlier generations, and erasing it destroys all of them', () =>
    withVault(async ({ connection, vault, key }) => {
      const copied = 'subject, 2, wrapped, kek_id, state';
      await query(
        connection,
        `insert into keys.subject_key (subject, gen, wrapped, kek_id, state)
                               select ${copied} from keys.subject_key`,
      );
      await query(connection, `update keys.subject_key set lookup = null where gen = 1`);
      await query(connection, `update keys.subject_key set lookup = '${lookup('a')}' where gen = 2`);
      const [current] = await vault.keysFor([lookup('a')]);
      expect(current).toMatchObject({ subject: key.subject, gen: 2 });
      expect(await vault.keysOf([key])).toMatchObject([{ gen: 1 }]);
      await vault.erase(key.subject);
      expect(await vault.keysOf([key, { ...key, gen: 2 }])).toEqual(['erased', 'erased']);
    }));
});

describe('a vault on a lost connection', () => {
  test('asks again by itself', () =>
    withVault(async ({ connection, vault, key }) => {
      await query(
        connection,
        `select pg_terminate_backend(pid) from pg_stat_activity
                               where datname = current_database() and pid <> pg_backend_pid()`,
      );
      expect((await vault.keysFor([lookup('a')])).map(hex)).toEqual([hex(key)]);
    }));

  test('that stays lost is unavailable, never erased', () =>
    withVault(async ({ connection, vault, key }) => {
      await query(connection, 'alter table keys.subject_key rename to moved');
      await expect(vault.keysOf([key])).rejects.toThrow(KmsUnavailable);
      await expect(vault.keysFor([lookup('a')])).rejects.toThrow(KmsUnavailable);
      await expect(vault.erase(key.subject)).rejects.toThrow(KmsUnavailable);
    }));

  test('is unavailable on opening when nothing listens', async () => {
    const connection = { host: '127.0.0.1', port: 1, user: 'nobody', database: 'none' };
    await expect(postgresKeyVault({ connection, kms: switchableKms().kms })).rejects.toThrow(KmsUnavailable);
  });
});

test('keeps no more keys unwrapped than the limit, and asks the key service again for the others', () =>
  withVault(async ({ vault, service: { state } }) => {
    const keys = await vault.keysFor(lookups(20));
    expect(state.unwrapped).toBe(0);
    expect((await vault.keysOf(keys)).length).toBe(20);
    expect(state.unwrapped).toBe(15);
  }, 5));
