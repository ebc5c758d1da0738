// The key vault on PostgreSQL 15 or later: wrapped keys in the schema "keys", made and found in one round trip.
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { KmsUnavailable, type Kms, type KeyVault, type SubjectKey } from '../../src/seal/key-vault.ts';
import {
  absentKey,
  checkLookups,
  checkRefs,
  newSubjectKey,
  otherKeyFile,
  type ErasableKeyVault,
  type KeyRef,
} from './key-vault-duties.ts';
import { indexPool } from './index-session.ts';
import { isTransient, reason } from './postgres-errors.ts';
import { UNWRAPPED_KEYS_MAX, unwrappedKeys } from './unwrapped-keys.ts';

const CONNECTIONS_MAX = 2;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Tries of one statement on a lost connection, and the pause before the second, doubled for each further one. */
const TRIES_MAX = 4;
const RETRY_PAUSE_MS = 50;
/** Statements of one `keysFor` at most; more than one only when another caller made or erased a key meanwhile. */
const ROUNDS_MAX = 5;
/** Lookups remembered as present at most: for those no new key is prepared. */
const KNOWN_LOOKUPS_MAX = 200_000;

export interface PostgresKeyVaultOptions {
  readonly connection: pg.PoolConfig;
  readonly kms: Kms;
  /** Data keys kept unwrapped in memory at most. */
  readonly unwrappedKeysMax?: number | undefined;
}

/**
 * Opens a migrated vault; a new one is bound to the key file in use. Every call asks the tables, so an erasure by any
 * process holds at once. Retries lost connections itself; all calls may be repeated.
 * @throws KeyVaultMismatch when the vault belongs to another key file, KmsUnavailable when vault or key service is down.
 */
export const postgresKeyVault = async ({
  connection,
  kms,
  unwrappedKeysMax = UNWRAPPED_KEYS_MAX,
}: PostgresKeyVaultOptions): Promise<ErasableKeyVault> => {
  const pool = indexPool(connection, {
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  const unwrapped = unwrappedKeys(kms, unwrappedKeysMax);
  try {
    await bindToKeyFile(pool, kms.keyId);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    kms,
    keysFor: keysByLookup(pool, kms, unwrapped),
    peek: (lookups) => keysThatExist(pool, kms, unwrapped, lookups),
    keysOf: (refs) => keysByRef(pool, kms, unwrapped, refs),
    erase: (subject) => eraseSubject(pool, subject),
    async close() {
      unwrapped.forgetAll();
      await pool.end();
    },
  };
};

type Unwrapped = ReturnType<typeof unwrappedKeys>;

interface KeyRow {
  readonly lookup: string;
  readonly subject: string;
  readonly gen: number;
  /** Null once erased. */
  readonly wrapped: Uint8Array | null;
  readonly kek_id: string;
  readonly state: 'active' | 'restricted' | 'erased';
}

/** First come, first bound: of two processes with different files the second is refused. */
const bindToKeyFile = async (pool: pg.Pool, keyId: string): Promise<void> => {
  await ask(pool, 'open the key vault', {
    text: 'insert into keys.vault (id, kek_id) values (1, $1) on conflict do nothing',
    values: [keyId],
  });
  const [row] = await ask(pool, 'open the key vault', { text: 'select kek_id from keys.vault' });
  if (row?.kek_id !== keyId) throw otherKeyFile(row?.kek_id ?? 'none', keyId);
};

/** Rows are inserted in order of lookup, so that two callers never wait for each other in a circle. */
const GET_OR_MAKE = `
  with wanted as (
    select * from unnest($1::text[], $2::uuid[], $3::bytea[]) as w (lookup, subject, wrapped)
  ), made as (
    insert into keys.subject_key (lookup, subject, gen, wrapped, kek_id, state)
    select w.lookup, w.subject, 1, w.wrapped, $4, 'active' from wanted w
     where w.subject is not null order by w.lookup collate "C"
    on conflict (lookup) do nothing
    returning lookup, subject, gen, wrapped, kek_id
  )
  select lookup, subject, gen, wrapped, kek_id from made
  union all
  select k.lookup, k.subject, k.gen, k.wrapped, k.kek_id from wanted w join keys.subject_key k on k.lookup = w.lookup`;

const keysByLookup = (pool: pg.Pool, kms: Kms, unwrapped: Unwrapped): KeyVault['keysFor'] => {
  const known = new Set<string>();

  /** Keys by lookup; absent when another caller made or erased one meanwhile, which the next round sees. */
  const getOrMake = async (lookups: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>> => {
    const unknown = lookups.filter((lookup) => !known.has(lookup));
    const fresh = unknown.map(newSubjectKey);
    const wrapped = fresh.length === 0 ? [] : await kms.wrap(fresh.map(({ key }) => key));
    const candidates = new Map(unknown.map((lookup, n) => [lookup, { ...fresh[n], wrapped: wrapped[n] }]));
    const rows = await ask(pool, 'make keys of data subjects', {
      name: 'keys-get-or-make',
      text: GET_OR_MAKE,
      values: [
        lookups,
        lookups.map((lookup) => candidates.get(lookup)?.subject ?? null),
        lookups.map((lookup) => candidates.get(lookup)?.wrapped ?? null),
        kms.keyId,
      ],
    });
    const keys = await unwrapped.open(checkedRows(rows, kms.keyId), fresh);
    return new Map(rows.map(({ lookup }, n) => [lookup, keys[n] as SubjectKey]));
  };

  const remember = (asked: readonly string[], found: ReadonlyMap<string, SubjectKey>): void => {
    if (known.size > KNOWN_LOOKUPS_MAX) known.clear();
    for (const lookup of asked) {
      if (found.has(lookup)) known.add(lookup);
      else known.delete(lookup);
    }
  };

  return async (lookups) => {
    checkLookups(lookups);
    const found = new Map<string, SubjectKey>();
    let missing: readonly string[] = [...new Set(lookups)];
    for (let rounds = 1; missing.length > 0; rounds += 1) {
      if (rounds > ROUNDS_MAX) throw new KmsUnavailable('keys asked for were erased again and again: repeat the call');
      for (const [lookup, key] of await getOrMake(missing)) found.set(lookup, key);
      remember(missing, found);
      missing = missing.filter((lookup) => !found.has(lookup));
    }
    return lookups.map((lookup) => found.get(lookup) as SubjectKey);
  };
};

const keysThatExist = async (
  pool: pg.Pool,
  kms: Kms,
  unwrapped: Unwrapped,
  lookups: readonly string[],
): Promise<readonly (SubjectKey | undefined)[]> => {
  checkLookups(lookups);
  const rows = await ask(pool, 'find keys of data subjects', {
    name: 'keys-peek',
    text: 'select lookup, subject, gen, wrapped, kek_id from keys.subject_key where lookup = any($1)',
    values: [lookups],
  });
  const keys = await unwrapped.open(checkedRows(rows, kms.keyId));
  const byLookup = new Map(rows.map(({ lookup }, n) => [lookup, keys[n]]));
  return lookups.map((lookup) => byLookup.get(lookup));
};

const keysByRef = async (
  pool: pg.Pool,
  kms: Kms,
  unwrapped: Unwrapped,
  refs: readonly KeyRef[],
): Promise<readonly (SubjectKey | 'erased')[]> => {
  checkRefs(refs);
  if (refs.length === 0) return [];
  const rows = await ask(pool, 'find keys of data subjects', {
    name: 'keys-find',
    text: `select k.subject, k.gen, k.wrapped, k.kek_id, k.state
             from unnest($1::uuid[], $2::int[]) as w (subject, gen)
             join keys.subject_key k on k.subject = w.subject and k.gen = w.gen`,
    values: [refs.map(({ subject }) => subject), refs.map(({ gen }) => gen)],
  });
  const closed = rows.filter(({ state }) => state !== 'active');
  const keys = await unwrapped.open(
    checkedRows(
      rows.filter(({ state }) => state === 'active'),
      kms.keyId,
    ),
  );
  closed.forEach(unwrapped.forget);
  const answers = new Map<string, SubjectKey | 'erased'>([
    ...closed.map((row) => [`${row.subject}/${row.gen}`, 'erased'] as const),
    ...keys.map((key) => [`${key.subject}/${key.gen}`, key] as const),
  ]);
  return refs.map((ref) => {
    const answer = answers.get(`${ref.subject}/${ref.gen}`);
    if (answer === undefined) throw absentKey(ref);
    return answer;
  });
};

const eraseSubject = async (pool: pg.Pool, subject: string): Promise<'erased' | 'unknown'> => {
  checkRefs([{ subject, gen: 1 }]);
  const rows = await ask(pool, 'erase the keys of a data subject', {
    text: `with gone as (
             update keys.subject_key set state = 'erased', wrapped = null, lookup = null, erased_at = now()
              where subject = $1 and state <> 'erased'
           ) select subject from keys.subject_key where subject = $1`,
    values: [subject],
  });
  return rows.length === 0 ? 'unknown' : 'erased';
};

/** @throws KeyVaultMismatch when a row was wrapped under another key file. */
const checkedRows = (rows: readonly KeyRow[], keyId: string): readonly (KeyRow & { readonly wrapped: Uint8Array })[] =>
  rows.map((row) => {
    if (row.kek_id !== keyId) throw otherKeyFile(row.kek_id, keyId);
    return row as KeyRow & { readonly wrapped: Uint8Array };
  });

/** One statement. What PostgreSQL reports becomes KmsUnavailable here and nowhere else. */
const ask = async (pool: pg.Pool, task: string, query: pg.QueryConfig): Promise<readonly KeyRow[]> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return (await pool.query<KeyRow>(query)).rows;
    } catch (error) {
      if (!isTransient(error) || tries === TRIES_MAX) {
        throw new KmsUnavailable(
          `could not ${task}: ${reason(error)}; nothing is known to be erased, repeat the call`,
          {
            cause: error,
          },
        );
      }
      await pause(RETRY_PAUSE_MS * 2 ** (tries - 1));
    }
  }
};
