// Events, projections and read models for tests of the runner.
import { memoryEventStore } from '../../infra/stores/memory-event-store.ts';
import { memoryReadModel } from '../../infra/stores/memory-read-model.ts';
import { checkReadModels } from '../../projections/check-read-models.ts';
import { type AnyProjection, defineProjection } from '../../projections/projection.ts';
import type { ReadModel } from '../../projections/read-model.ts';
import type { EventData, LedgerEvent, UnrecordedEvent } from '../../src/ledger/event.ts';
import { eventId } from '../../src/ledger/event.ts';
import type { EventStore } from '../../src/ledger/event-store.ts';

export const START = Date.parse('2026-11-22T00:00:00.000Z');

/** A clock that stands still until it is moved. */
export const fixedClock = () => {
  let nowMs = START;
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    pass: (ms: number): void => {
      nowMs += ms;
    },
  };
};

export type EventInput = Partial<Omit<UnrecordedEvent, 'source'>> & {
  readonly subject?: string;
  readonly assertedOn?: LedgerEvent['source']['assertedOn'];
};

/** An unrecorded event; its batch and line follow from its stream and revision. */
export const eventOf = ({ subject, assertedOn = '2026-11-01', ...input }: EventInput): UnrecordedEvent => {
  const stream = input.stream ?? `entity-${subject ?? 'x'}`;
  const revision = input.revision ?? 0;
  const source = {
    kind: 'agency',
    agency: '11440300MB2D01234X',
    form: 'test@1',
    assertedOn,
    batch: stream,
    line: revision,
  } as const;
  return {
    v: 1,
    id: eventId(stream, revision, source),
    stream,
    revision,
    type: 'Happened',
    schema: 1,
    about: subject === undefined ? [] : [{ subject, role: 'subject' }],
    source,
    nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
    data: {},
    ...input,
  };
};

/** Appends one event after the other, each to its subject's stream at the next revision. */
export const appendAll = async (store: EventStore, inputs: readonly EventInput[]): Promise<void> => {
  const revisions = new Map<string, number>();
  for (const input of inputs) {
    const stream = input.stream ?? `entity-${input.subject ?? 'x'}`;
    const before = revisions.get(stream) ?? (await store.readStreams([stream])).get(stream)?.length ?? 0;
    revisions.set(stream, before + 1);
    await store.append([{ stream, expected: before - 1, events: [eventOf({ ...input, stream, revision: before })] }]);
  }
};

/** `count` events of `subjects` subjects in turn, each adding its number. */
export const manyEvents = (count: number, subjects: number): EventInput[] =>
  Array.from({ length: count }, (_, n) => ({ subject: `s${n % subjects}`, data: { add: n + 1 } }));

const numberIn = (data: EventData, member: string): number => {
  const value = data[member];
  return typeof value === 'number' ? value : 0;
};

interface Total {
  readonly events: number;
  readonly sum: number;
}

/** Counts and sums by subject; an event with `poison` throws, one with `gone` removes the row. */
export const totals: AnyProjection = defineProjection<Total>({
  name: 'totals',
  version: 1,
  kind: 'fold',
  columns: [{ name: 'sum', type: 'bigint' }],
  indexes: [{ name: 'by_sum', columns: ['sum'] }],
  keys: ({ event }) => event.about.map(({ subject }) => subject),
  fold: (total = { events: 0, sum: 0 }, { event: { data } }) => {
    if (data['poison'] === true) throw new TypeError('cannot read this event');
    return data['gone'] === true ? undefined : { events: total.events + 1, sum: total.sum + numberIn(data, 'add') };
  },
  cells: ({ sum }) => [BigInt(sum)],
});

/** One row an event. */
export const journal: AnyProjection = defineProjection<{ readonly id: string }>({
  name: 'journal',
  version: 1,
  kind: 'append',
  columns: [{ name: 'id', type: 'uuid' }],
  indexes: [],
  keys: ({ event, position }) => event.about.map(({ subject }) => `${subject} ${String(position).padStart(9, '0')}`),
  fold: (_none, { event }) => ({ id: event.id }),
  cells: ({ id }) => [id],
});

export const openMemory = async (inputs: readonly EventInput[], projections: readonly AnyProjection[], parts = 1) => {
  const clock = fixedClock();
  const store = memoryEventStore(clock);
  const readModel = memoryReadModel(clock);
  await readModel.prepare(projections, parts);
  await appendAll(store, inputs);
  return { clock, store, readModel, projections, parts, signal: new AbortController().signal };
};

export const differences = async (
  store: EventStore,
  readModel: ReadModel,
  projections: readonly AnyProjection[],
  eventsPerPassMax?: number,
): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const one of checkReadModels({ store, readModel, projections, eventsPerPassMax })) found.push(one);
  return found;
};

/** Rows as `key text`, in key order. */
export const storedRows = async (readModel: ReadModel, projection: AnyProjection): Promise<readonly string[]> => {
  const rows: string[] = [];
  for await (const page of readModel.rows(projection)) rows.push(...page.map(({ key, text }) => `${key} ${text}`));
  return rows;
};
