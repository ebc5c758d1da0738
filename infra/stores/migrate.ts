// Brings a database to the tables that this version needs: forward only, one transaction a step, safe to run at once.
import { hash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { eventStoreTables } from './migrations/0001-event-store.ts';
import { keyVaultTables } from './migrations/0002-key-vault.ts';
import { importTables } from './migrations/0003-imports.ts';
import { ledgerMarks } from './migrations/0004-ledger-marks.ts';

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** In order; an applied one never changes. */
export const migrations: readonly Migration[] = [
  { name: '0001-event-store', sql: eventStoreTables },
  { name: '0002-key-vault', sql: keyVaultTables },
  { name: '0003-imports', sql: importTables },
  { name: '0004-ledger-marks', sql: ledgerMarks },
];

/** Number under which migrations take turns; any constant that nothing else uses. */
const MIGRATION_LOCK = 4_406_115;

/** The database was migrated by another history of this program. */
export class MigrationMismatch extends Error {
  override name = 'MigrationMismatch';
}

/**
 * Applies what is missing and returns the names applied now.
 * @throws MigrationMismatch when an applied step differs from ours or is unknown to us: nothing is touched then.
 */
export const migrate = async (
  client: Pick<ClientBase, 'query'>,
  steps: readonly Migration[] = migrations,
): Promise<readonly string[]> => {
  await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    await client.query(
      'create table if not exists public.huixin_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string; sha256: string }>(
      'select name, sha256 from public.huixin_migrations order by name',
    );
    rows.forEach((row, index) => checkApplied(row, steps[index]));
    const applied: string[] = [];
    for (const step of steps.slice(rows.length)) {
      await applyStep(client, step);
      applied.push(step.name);
    }
    return applied;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
};

const checksum = (sql: string): string => hash('sha256', sql, 'hex');

const checkApplied = (row: { name: string; sha256: string }, ours: Migration | undefined): void => {
  if (ours === undefined || ours.name !== row.name || checksum(ours.sql) !== row.sha256) {
    throw new MigrationMismatch(
      `The database has migration ${row.name}, which this version does not know in that form. ` +
        'Run the version that migrated it or a newer one, or point DATABASE_URL to another database.',
    );
  }
};

const applyStep = async (client: Pick<ClientBase, 'query'>, { name, sql }: Migration): Promise<void> => {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into public.huixin_migrations (name, sha256) values ($1, $2)', [name, checksum(sql)]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
};
