// Opens a ledger: database, migrations, stores and keys put together. The one place where adapters meet ports.
import pg from 'pg';
import { projections } from '../projections/index.ts';
import type { ReadModel } from '../projections/read-model.ts';
import type { Clock } from '../src/clock.ts';
import type { WaitingRows } from '../src/import/waiting-rows.ts';
import { dayOf, type Day } from '../src/day.ts';
import { EventStoreUnavailable, type EventStore } from '../src/ledger/event-store.ts';
import type { Recorder } from '../src/ledger/record.ts';
import { aesGcm } from '../src/seal/cipher.ts';
import type { KeyVault } from '../src/seal/key-vault.ts';
import type { Config } from './config.ts';
import { pooledRandomBytes } from './pooled-random-bytes.ts';
import { refuseUnsafeSettings } from './postgres/durability.ts';
import { startEmbeddedPostgres } from './postgres/embedded-postgres.ts';
import { fileKms } from './stores/kms-file.ts';
import { holdToClock, markGenerated, readMarks, type LedgerMarks } from './stores/ledger-marks.ts';
import { migrate } from './stores/migrate.ts';
import { reason } from './stores/postgres-errors.ts';
import { postgresEventStore } from './stores/postgres-event-store.ts';
import { postgresKeyVault } from './stores/postgres-key-vault.ts';
import { postgresWaitingRows } from './stores/postgres-waiting-rows.ts';
import { postgresReadModel } from './stores/postgres-read-model.ts';
import { clockOfDay, systemClock } from './system-clock.ts';

/** Parts into which each projection's rows are divided. */
const PARTS = 1;

export interface OpenLedger {
  readonly connection: pg.PoolConfig;
  readonly clock: Clock;
  readonly marks: LedgerMarks;
  readonly store: EventStore;
  readonly readModel: ReadModel;
  readonly vault: KeyVault;
  readonly recorder: Recorder;
  readonly waitingRows: WaitingRows;
  readonly parts: number;
  /** Today in Asia/Shanghai by the ledger's clock. */
  today(): Day;
  /** Closes connections, and stops the embedded server when nobody else uses it. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Labels an empty ledger as generated, for ever. */
  readonly generated?: boolean;
  /** False opens a ledger whose head contradicts its events too, so that `verify` can say what is wrong. */
  readonly checkHead?: boolean;
}

/**
 * @throws EmbeddedPostgresError, UnsafePostgresError, MigrationMismatch, ClockRefused, EventStoreUnavailable,
 *   EventStoreIntegrityError: each says what to do.
 */
export const openLedger = async (
  config: Config,
  { generated = false, checkHead = true }: OpenOptions = {},
): Promise<OpenLedger> => {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const connection = await connectionOf(config, closers);
    const marks = await prepareDatabase(connection, config, generated);
    const clock = config.fixedToday === undefined ? systemClock : clockOfDay(config.fixedToday);
    const vault = await postgresKeyVault({ connection, kms: await fileKms(config.keyFile) });
    closers.push(() => vault.close());
    const store = await postgresEventStore({ connection, clock, checkHead });
    closers.push(() => store.close());
    const readModel = postgresReadModel({ connection });
    closers.push(() => readModel.close());
    await readModel.prepare(projections, PARTS);
    const waitingRows = postgresWaitingRows({ connection });
    closers.push(() => waitingRows.close());
    const recorder = { store, vault, cipher: aesGcm, randomBytes: pooledRandomBytes() };
    return {
      connection,
      clock,
      marks,
      store,
      readModel,
      vault,
      recorder,
      waitingRows,
      parts: PARTS,
      today: () => dayOf(clock.now()),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const connectionOf = async (config: Config, closers: (() => Promise<void>)[]): Promise<pg.PoolConfig> => {
  if (config.databaseUrl !== undefined) return { connectionString: config.databaseUrl };
  const { homeDir, cacheDir, dataDir } = config;
  const server = await startEmbeddedPostgres({ dataDir, homeDir, cacheDir });
  closers.push(server.stop);
  return server.connection;
};

const prepareDatabase = async (
  connection: pg.PoolConfig,
  { fixedToday }: Config,
  generated: boolean,
): Promise<LedgerMarks> => {
  const client = await connected(connection);
  try {
    await refuseUnsafeSettings(client);
    await migrate(client);
    await holdToClock(client, fixedToday);
    if (generated) await markGenerated(client);
    return await readMarks(client);
  } finally {
    await client.end();
  }
};

/** A session. @throws EventStoreUnavailable naming host and port: the error of the driver may have no words at all. */
const connected = async (connection: pg.PoolConfig): Promise<pg.Client> => {
  const client = new pg.Client(connection);
  client.on('error', () => undefined); // What breaks a session is told by the query that runs in it.
  try {
    await client.connect();
    return client;
  } catch (error) {
    const why = error instanceof pg.DatabaseError ? `${error.message} (${reason(error)})` : reason(error);
    throw new EventStoreUnavailable(
      `could not connect to PostgreSQL at ${client.host}:${client.port}: ${why}; start it or correct DATABASE_URL`,
      { cause: error },
    );
  }
};
