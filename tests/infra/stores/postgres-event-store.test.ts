// PostgreSQL as event store: the port's contract on both ways of writing, and what only PostgreSQL can break.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../../infra/stores/migrate.ts';
import { postgresEventStore } from '../../../infra/stores/postgres-event-store.ts';
import { eventStoreContract, handClock, type OpenStore } from '../../contracts/event-store.ts';
import { request } from '../../events.ts';
import { throwAwayPostgres, type ThrowAwayPostgres } from '../../postgres.ts';

let postgres: ThrowAwayPostgres;
beforeAll(async () => {
  postgres = await throwAwayPostgres();
});
afterAll(async () => postgres.stop());

const migrated = async (): Promise<pg.ClientConfig> => {
  const connection = await postgres.freshDatabase();
  const client = new pg.Client(connection);
  await client.connect();
  await migrate(client);
  await client.end();
  return connection;
};

const openWith =
  (smallGroupMax: number): OpenStore =>
  async (clock) => {
    const connection = await migrated();
    const open = () => postgresEventStore({ connection, clock, smallGroupMax });
    return { store: await open(), another: open };
  };

eventStoreContract('PostgreSQL, one call a group', openWith(100_000));
eventStoreContract('PostgreSQL, COPY for every group', openWith(0));

describe('the tables of the event store', () => {
  test.each([
    ['update es.events set type = $$x$$', /append-only/],
    ['delete from es.events', /append-only/],
    ['truncate es.events', /append-only/],
    ['delete from es.streams', /append-only/],
  ])('refuse "%s" even from their owner', async (sql, message) => {
    const connection = await migrated();
    const store = await postgresEventStore({ connection, clock: handClock() });
    await store.append([request('a', -1)]);
    const client = new pg.Client(connection);
    await client.connect();
    await expect(client.query(sql)).rejects.toThrow(message);
    await client.end();
    await store.close();
  });
});
