// A ledger of generated registrations for measurements, with everything importing needs.
import type pg from 'pg';
import type { EventStore } from '../../src/ledger/event-store.ts';
import type { ReadModel } from '../../projections/read-model.ts';
import type { AnyProjection } from '../../projections/projection.ts';
import { registration } from '../../src/import/forms/registration.ts';
import { importFacts, type ImportResult } from '../../src/import/import-facts.ts';
import { readRows } from '../../src/import/read-rows.ts';
import { aesGcm } from '../../src/seal/cipher.ts';
import { uuidOfText } from '../../src/ledger/event.ts';
import { GENERATED_REGISTER } from '../demo/generated-registrations.ts';
import { memoryKeyVault } from '../stores/memory-key-vault.ts';
import { postgresEventStore } from '../stores/postgres-event-store.ts';
import { postgresReadModel } from '../stores/postgres-read-model.ts';
import { postgresWaitingRows } from '../stores/postgres-waiting-rows.ts';
import { pooledRandomBytes } from '../pooled-random-bytes.ts';
import { systemClock } from '../system-clock.ts';
import { benchDatabase, type BenchDatabase } from './bench-database.ts';

const BENCH_DAY = '2026-01-01';
const PARTS = 1;

export interface GeneratedLedger {
  readonly database: BenchDatabase;
  readonly store: EventStore;
  readonly readModel: ReadModel;
  readonly parts: number;
  /** Imports the bytes of a file of the form `registration`. */
  readonly importFile: (bytes: Buffer) => Promise<ImportResult>;
  readonly drop: () => Promise<void>;
}

/** A new database with a store and prepared read models. */
export const generatedLedger = async (
  server: pg.ClientConfig,
  projections: readonly AnyProjection[],
): Promise<GeneratedLedger> => {
  const database = await benchDatabase(server);
  const { connection } = database;
  const store = await postgresEventStore({ connection, clock: systemClock });
  const readModel = postgresReadModel({ connection });
  const waitingRows = postgresWaitingRows({ connection });
  await readModel.prepare(projections, PARTS);
  const recorder = {
    store,
    vault: memoryKeyVault(),
    cipher: aesGcm,
    randomBytes: pooledRandomBytes(),
  };
  return {
    database,
    store,
    readModel,
    parts: PARTS,
    importFile: async (bytes) =>
      importFacts({
        recorder,
        waitingRows,
        form: registration,
        file: await readRows(registration, chunksOf(bytes)),
        sha256: '0'.repeat(64),
        handover: {
          source: {
            kind: 'agency',
            agency: GENERATED_REGISTER,
            form: 'registration@1',
            assertedOn: BENCH_DAY,
            batch: uuidOfText(String(bytes.length)),
          },
          today: BENCH_DAY,
        },
        pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      }),
    async drop() {
      await Promise.all([store.close(), readModel.close(), waitingRows.close()]);
      await database.drop();
    },
  };
};

const CHUNK_BYTES = 65_536;

/** A file as a stream hands it over. */
async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) yield bytes.subarray(from, from + CHUNK_BYTES);
}
