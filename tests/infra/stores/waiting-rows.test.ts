// Waiting rows in memory and on PostgreSQL: one contract.
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { memoryWaitingRows } from '../../../infra/stores/memory-waiting-rows.ts';
import { migrate } from '../../../infra/stores/migrate.ts';
import { postgresWaitingRows } from '../../../infra/stores/postgres-waiting-rows.ts';
import type { WaitingRows } from '../../../src/import/waiting-rows.ts';
import { waitingRowsContract } from '../../contracts/waiting-rows.ts';
import { throwAwayPostgres, type ThrowAwayPostgres } from '../../postgres.ts';

let postgres: ThrowAwayPostgres;
let rows: WaitingRows;
beforeAll(async () => {
  postgres = await throwAwayPostgres();
  const client = new pg.Client(postgres.connection);
  await client.connect();
  await migrate(client);
  await client.end();
  rows = postgresWaitingRows({ connection: postgres.connection });
});
afterAll(async () => {
  await rows.close();
  await postgres.stop();
});

waitingRowsContract('memory', async () => memoryWaitingRows());
waitingRowsContract('PostgreSQL', async () => rows);
