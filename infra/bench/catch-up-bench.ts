// Catching up and importing: read models against a plain read, a file against a bare COPY of it.
import type pg from 'pg';
import { checkReadModels } from '../../projections/check-read-models.ts';
import { entityProfile } from '../../projections/entity-profile.ts';
import { factHistory } from '../../projections/fact-history.ts';
import type { AnyProjection } from '../../projections/projection.ts';
import { catchUp, rebuildProjection, runProjections } from '../../projections/run.ts';
import type { EventStore } from '../../src/ledger/event-store.ts';
import { generatedRegister } from '../demo/generated-registrations.ts';
import { copyIn } from './bench-database.ts';
import { generatedLedger, type GeneratedLedger } from './generated-ledger.ts';
import { check, figure, rateOf, ratio, ROUNDS, type Measurement } from './measurement.ts';

const EVENTS = 60_000;
const PAGE_EVENTS = 4_000;
const SEED = 11;
const measured: readonly AnyProjection[] = [entityProfile, factHistory];

const registerFile = (rows: number): Buffer => Buffer.from([...generatedRegister(SEED, rows)].join(''));

/** A plain paged read: every event fetched and parsed, nothing made of it. */
const readAndParse = async (store: EventStore): Promise<void> => {
  let after = 0n;
  let count = 0;
  for (;;) {
    const page = await store.readAll({ after, limit: PAGE_EVENTS });
    count += page.length;
    after = page.at(-1)?.position ?? after;
    if (page.length < PAGE_EVENTS) break;
  }
  check(count === EVENTS, 'plain read: the number of events');
};

const checkRows = async ({ store, readModel }: GeneratedLedger): Promise<void> => {
  for await (const difference of checkReadModels({ store, readModel, projections: measured })) check(false, difference);
};

/** `catchUpVsRead`: profile and history from nothing, against a plain paged read and parse of the same events. */
export const benchCatchUp = async (server: pg.ClientConfig): Promise<Measurement> => {
  const ledger = await generatedLedger(server, measured);
  const { store, readModel, parts } = ledger;
  const imported = await ledger.importFile(registerFile(EVENTS));
  check(imported.recorded === EVENTS, 'catch-up: every row is recorded');
  const ours: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const projection of measured) await rebuildProjection({ readModel, projection, parts });
    const read = await rateOf(EVENTS, () => readAndParse(store));
    const signal = new AbortController().signal;
    const caughtUp = await rateOf(EVENTS, () =>
      catchUp({ store, readModel, projections: measured, parts, owner: `bench-${round}`, signal }),
    );
    if (round === 0) continue; // Warms up.
    baseline.push(read);
    ours.push(caughtUp);
  }
  await checkRows(ledger);
  await ledger.drop();
  const figures = { catchUpEventsPerSecond: figure(ours), plainReadEventsPerSecond: figure(baseline) };
  return {
    ratios: { catchUpVsRead: ratio(figures.catchUpEventsPerSecond, figures.plainReadEventsPerSecond) },
    figures,
  };
};

const BARE_TABLE = `create table public.bare (
  name text, uscc text, reg_date text, type text, legal_rep text, capital text, scope text, province text, city text, address text)`;

/** Imports a file while the projections run, until both read models have reached the head. */
const importToReadModels = async (
  { store, readModel, parts, importFile }: GeneratedLedger,
  file: Buffer,
): Promise<void> => {
  const stop = new AbortController();
  const running = runProjections({
    store,
    readModel,
    projections: measured,
    parts,
    owner: 'bench-import',
    signal: stop.signal,
  });
  const imported = await importFile(file);
  check(imported.recorded === EVENTS, 'import: every row is recorded');
  const head = await store.head();
  while (!(await readModel.states()).every(({ position }) => position >= head)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  stop.abort();
  await running;
};

const POLL_MS = 5;

/** `importVsCopy`: a file to profile and history, against a COPY of the file's rows into a bare table. */
export const benchImport = async (server: pg.ClientConfig): Promise<Measurement> => {
  const file = registerFile(EVENTS);
  const rows = file.subarray(file.indexOf('\n') + 1);
  const ours: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ledger = await generatedLedger(server, measured);
    await ledger.database.client.query(BARE_TABLE);
    const copied = await rateOf(EVENTS, () => copyIn(ledger.database.client, 'public.bare', rows, 'csv'));
    const imported = await rateOf(EVENTS, () => importToReadModels(ledger, file));
    await checkRows(ledger);
    await ledger.drop();
    if (round === 0) continue; // Warms up.
    baseline.push(copied);
    ours.push(imported);
  }
  const figures = { importRowsPerSecond: figure(ours), bareCopyRowsPerSecond: figure(baseline) };
  return { ratios: { importVsCopy: ratio(figures.importRowsPerSecond, figures.bareCopyRowsPerSecond) }, figures };
};
