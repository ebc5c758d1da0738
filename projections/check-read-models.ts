// The oracle of the read models: folds every event again, one by one, and compares with every row that is stored.
import { createHash } from 'node:crypto';
import { EVENTS_PER_PAGE_MAX, type EventStore, type RecordedEvent } from '../src/ledger/event-store.ts';
import { type AnyProjection, type Cell, partOf, versionedName } from './projection.ts';
import type { PartState, ReadModel, StoredRow } from './read-model.ts';

/** Events, and so rows at most, of one projection that are held in memory at once; more take several passes. */
export const EVENTS_PER_PASS_MAX = 400_000;

/** Times that one projection is compared before it counts as busy. */
export const TRIES_MAX = 5;
/** Differences of one projection that are told one by one; the others are counted. */
const DIFFERENCES_MAX = 10_000;

/** Somebody kept projecting while rows were compared, so nothing can be said of them. Check again when it is quieter. */
export class ReadModelsBusy extends Error {
  override name = 'ReadModelsBusy';
}

interface CheckOptions {
  readonly store: Pick<EventStore, 'head' | 'readAll'>;
  readonly readModel: Pick<ReadModel, 'states' | 'rows'>;
  readonly projections: readonly AnyProjection[];
  readonly eventsPerPassMax?: number | undefined;
  /** Waits before a projection is compared once more. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/**
 * Every difference between the rows of these projections and a plain fold of the events up to their positions, as
 * sentences that name the row; none when all is sound. A part that is halted or stands behind the head is compared up to
 * where it stands; being halted is told. Nothing of the runner is used here, and nothing is written.
 * Where somebody projects meanwhile, what was found is of no worth: that projection is compared again, TRIES_MAX times.
 * @throws ReadModelsBusy when its positions moved every time; differences of other projections were told before.
 */
export async function* checkReadModels({
  store,
  readModel,
  projections,
  eventsPerPassMax = EVENTS_PER_PASS_MAX,
  pause,
}: CheckOptions): AsyncGenerator<string> {
  for (const projection of projections) {
    for (let tries = 1; ; tries += 1) {
      const states = await readModel.states();
      const differences: string[] = [];
      let count = 0;
      for await (const one of checkOne({ store, readModel, projection, states, eventsPerPassMax })) {
        count += 1;
        if (differences.length < DIFFERENCES_MAX) differences.push(one);
      }
      const moved = partsOf(await readModel.states(), projection).some((state) => isMoved(state, states));
      if (!moved) {
        yield* differences;
        if (count > differences.length)
          yield `${versionedName(projection)}: ${count - differences.length} more differences`;
        break;
      }
      if (tries === TRIES_MAX) {
        throw new ReadModelsBusy(
          `${versionedName(projection)} moved on each of ${TRIES_MAX} times that it was checked: busy, run again later`,
        );
      }
      await pause?.();
    }
  }
}

interface OneCheck extends Pick<CheckOptions, 'store' | 'readModel'> {
  readonly projection: AnyProjection;
  readonly states: readonly PartState[];
  readonly eventsPerPassMax: number;
}

async function* checkOne({ store, readModel, projection, states, eventsPerPassMax }: OneCheck): AsyncGenerator<string> {
  const head = await store.head();
  const parts = partsOf(states, projection);
  yield* stateBreaches(projection, parts, head);
  if (parts.length === 0) return;
  const passes = Math.max(1, Math.ceil(Number(head) / eventsPerPassMax));
  for (let pass = 0; pass < passes; pass += 1) {
    const isOfPass = (key: string): boolean => passes === 1 || rangeOf(key, passes) === pass;
    const expected = yield* foldPlainly(store, projection, parts, isOfPass);
    yield* compareRows(readModel, projection, expected, isOfPass);
  }
}

const partsOf = (states: readonly PartState[], { name, version }: AnyProjection): readonly PartState[] =>
  states.filter((state) => state.name === name && state.version === version);

const isMoved = ({ name, version, part, position }: PartState, before: readonly PartState[]): boolean =>
  before.some((one) => one.name === name && one.version === version && one.part === part && one.position !== position);

function* stateBreaches(projection: AnyProjection, parts: readonly PartState[], head: bigint): Generator<string> {
  const name = versionedName(projection);
  if (parts.length === 0) yield `${name}: was never prepared`;
  for (const { part, position, halted } of parts) {
    if (position > head) yield `${name} part ${part}: stands at position ${position}, past the last event ${head}`;
    if (halted !== undefined) {
      yield `${name} part ${part}: is halted at position ${halted.position} by event ${halted.event}: ${halted.error}`;
    }
  }
}

/** Second hash of a key, of all of it: rows of one subject may be many. */
const rangeOf = (key: string, ranges: number): number => {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  return (hash >>> 0) % ranges;
};

/** What is kept of an expected row: its document while it may still change, only a digest of a row that cannot. */
type Expected = Map<string, unknown>;

async function* foldPlainly(
  store: CheckOptions['store'],
  projection: AnyProjection,
  parts: readonly PartState[],
  isOfPass: (key: string) => boolean,
): AsyncGenerator<string, Expected> {
  const expected: Expected = new Map();
  const last = parts.reduce((most, { position }) => (position > most ? position : most), 0n);
  for (let after = 0n; after < last;) {
    const page = await store.readAll({ after, limit: EVENTS_PER_PAGE_MAX });
    for (const recorded of page) {
      try {
        foldOne(projection, recorded, parts, isOfPass, expected);
      } catch (error) {
        const reason = error instanceof Error ? error.name : 'a thrown value';
        yield `${versionedName(projection)}: event ${recorded.event.id} at position ${recorded.position} cannot be folded: ${reason}`;
      }
    }
    after = page.at(-1)?.position ?? last;
  }
  return expected;
}

const foldOne = (
  projection: AnyProjection,
  recorded: RecordedEvent,
  parts: readonly PartState[],
  isOfPass: (key: string) => boolean,
  expected: Expected,
): void => {
  const isAppended = projection.kind === 'append';
  for (const key of projection.keys(recorded)) {
    const position = parts[partOf(key, parts.length)]?.position ?? 0n;
    if (recorded.position > position || !isOfPass(key)) continue;
    const doc: unknown = projection.fold(isAppended ? undefined : expected.get(key), recorded, key);
    if (doc === undefined) expected.delete(key);
    else expected.set(key, isAppended ? digestOf(projection, doc, key) : doc);
  }
};

async function* compareRows(
  readModel: CheckOptions['readModel'],
  projection: AnyProjection,
  expected: Expected,
  isOfPass: (key: string) => boolean,
): AsyncGenerator<string> {
  const name = versionedName(projection);
  for await (const page of readModel.rows(projection)) {
    for (const row of page) {
      if (!isOfPass(row.key)) continue;
      if (!expected.has(row.key)) {
        yield `${name}: row ${row.key} is stored but no event makes it`;
        continue;
      }
      const doc = expected.get(row.key);
      expected.delete(row.key);
      const wanted = projection.kind === 'append' ? doc : digestOf(projection, doc, row.key);
      if (wanted !== digest(row)) yield `${name}: row ${row.key} differs from what its events make`;
    }
  }
  for (const key of expected.keys()) yield `${name}: row ${key} is missing`;
}

const digestOf = (projection: AnyProjection, doc: unknown, key: string): string =>
  digest({ text: projection.encode(doc), cells: projection.cells(doc, key).map(cellText) });

const cellText = (cell: Cell): string | undefined => (cell === undefined ? undefined : String(cell));

const digest = ({ text, cells }: Pick<StoredRow, 'text' | 'cells'>): string =>
  createHash('sha256')
    .update(JSON.stringify(cells.map((cell) => cell ?? null)))
    .update(text)
    .digest('base64');
