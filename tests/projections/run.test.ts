// The runner: exactly once, resumable, shared, and loud about poison.
import { describe, expect, test } from 'vitest';
import type { AnyProjection } from '../../projections/projection.ts';
import type { ReadModel } from '../../projections/read-model.ts';
import { catchUp, type PartReport, rebuildProjection, runProjections } from '../../projections/run.ts';
import { EventStoreIntegrityError, EventStoreUnavailable, type EventStore } from '../../src/ledger/event-store.ts';
import { appendAll, differences, journal, manyEvents, openMemory, storedRows, totals } from './given-events.ts';

const LIMITS = { eventsPerPageMax: 7, retryDelayMinMs: 1, retryDelayMaxMs: 2, claimPauseMs: 5 };

describe('catching up', () => {
  test.each([1, 2, 4])('folds every event once into %i parts', async (parts) => {
    const given = await openMemory(manyEvents(100, 9), [totals, journal], parts);
    const states = await catchUp({ ...given, owner: 'a', limits: LIMITS });
    expect(states.map(({ position }) => position)).toEqual(Array(2 * parts).fill(100n));
    expect(await differences(given.store, given.readModel, given.projections)).toEqual([]);
    expect(await storedRows(given.readModel, journal)).toHaveLength(100);
  });

  test('gives the same rows in 1 and in 4 parts, and in pages of any size', async () => {
    const rows = await Promise.all(
      [
        { parts: 1, eventsPerPageMax: 1 },
        { parts: 4, eventsPerPageMax: 13 },
        { parts: 4, eventsPerPageMax: 1_000 },
      ].map(async ({ parts, eventsPerPageMax }) => {
        const given = await openMemory(manyEvents(120, 11), [totals], parts);
        await catchUp({ ...given, owner: 'a', limits: { ...LIMITS, eventsPerPageMax } });
        return storedRows(given.readModel, totals);
      }),
    );
    expect(rows[0]).toHaveLength(11);
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[2]).toEqual(rows[0]);
  });

  test('folds a page upon the documents of the one whose commit is still under way', async () => {
    const given = await openMemory(manyEvents(60, 2), [totals]);
    let reads = 0;
    const readModel: ReadModel = {
      ...given.readModel,
      async getMany(...args) {
        reads += 1;
        return given.readModel.getMany(...args);
      },
      async commit(...args) {
        for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
        return given.readModel.commit(...args);
      },
    };
    await catchUp({ ...given, readModel, owner: 'a', limits: LIMITS });
    expect(reads).toBe(1);
    expect(await differences(given.store, given.readModel, [totals])).toEqual([]);
  });

  test('goes on from where it stood', async () => {
    const given = await openMemory(manyEvents(20, 3), [totals]);
    await catchUp({ ...given, owner: 'a', limits: LIMITS });
    await appendAll(given.store, manyEvents(10, 4));
    const reads: bigint[] = [];
    const store: EventStore = {
      ...given.store,
      subscribe: (from) => {
        reads.push(from.after);
        return given.store.subscribe(from);
      },
    };
    await catchUp({ ...given, store, owner: 'b', limits: LIMITS });
    expect(reads).toEqual([20n]);
    expect(await differences(given.store, given.readModel, [totals])).toEqual([]);
  });

  test('of nothing ends at once', async () => {
    const given = await openMemory([], [totals]);
    expect((await catchUp({ ...given, owner: 'a' })).map(({ position }) => position)).toEqual([0n]);
  });

  test('removes rows that a fold leaves out and makes them again', async () => {
    const inputs = [
      { subject: 'a', data: { add: 1 } },
      { subject: 'b', data: { add: 1 } },
      { subject: 'a', data: { gone: true } },
      { subject: 'b', data: { gone: true } },
      { subject: 'b', data: { add: 5 } },
    ];
    for (const eventsPerPageMax of [1, 2, 5]) {
      const given = await openMemory(inputs, [totals]);
      await catchUp({ ...given, owner: 'a', limits: { ...LIMITS, eventsPerPageMax } });
      expect(await storedRows(given.readModel, totals)).toEqual(['b {"events":1,"sum":5}']);
    }
  });

  test('moves the position over events that touch no row', async () => {
    const given = await openMemory([{ stream: 'other-1' }, { stream: 'other-2' }], [totals], 2);
    const states = await catchUp({ ...given, owner: 'a' });
    expect(states.map(({ position }) => position)).toEqual([2n, 2n]);
  });

  test('builds anew after a rebuild was asked for', async () => {
    const given = await openMemory(manyEvents(20, 3), [totals, journal]);
    await catchUp({ ...given, owner: 'a', limits: LIMITS });
    await rebuildProjection({ readModel: given.readModel, projection: totals, parts: 1 });
    expect(await storedRows(given.readModel, totals)).toEqual([]);
    await catchUp({ ...given, owner: 'b', limits: LIMITS });
    expect(await differences(given.store, given.readModel, given.projections)).toEqual([]);
  });
});

describe('reading', () => {
  test('is shared by projections at one position', async () => {
    const given = await openMemory(manyEvents(50, 5), [totals, journal], 4);
    const { starts, store } = counted(given.store);
    await catchUp({ ...given, store, owner: 'a', limits: LIMITS });
    expect(starts).toEqual([0n]);
  });

  test('is apart for projections at different positions, until they meet', async () => {
    const given = await openMemory(manyEvents(20, 5), [totals, journal]);
    await catchUp({ ...given, projections: [totals], owner: 'a', limits: LIMITS });
    const { starts, store } = counted(given.store);
    const stop = new AbortController();
    const { promise: both, reached } = atPosition(30n, 2);
    const running = runProjections({
      ...given,
      store,
      owner: 'b',
      limits: LIMITS,
      signal: stop.signal,
      onBatch: reached,
    });
    await appendAll(given.store, manyEvents(10, 5));
    await both;
    stop.abort();
    await running;
    expect(new Set(starts)).toEqual(new Set([0n, 20n]));
    expect(starts).toHaveLength(2);
    expect(await differences(given.store, given.readModel, given.projections)).toEqual([]);
  });

  test('stops everything when the store skips a position', async () => {
    const given = await openMemory(manyEvents(20, 5), [totals]);
    const store: EventStore = {
      ...given.store,
      async *subscribe(from) {
        for await (const { events, head } of given.store.subscribe(from)) {
          yield { events: events.filter(({ position }) => position !== 10n), head };
        }
      },
    };
    const run = runProjections({ ...given, store, owner: 'a', limits: LIMITS });
    await expect(run).rejects.toThrow(EventStoreIntegrityError);
    expect((await given.readModel.states())[0]?.position).toBe(7n);
    expect(await given.readModel.claim({ projection: totals, part: 0, parts: 1 }, 'b', 1)).toBeDefined();
  });

  test('goes on after the store could not be reached', async () => {
    const given = await openMemory(manyEvents(40, 5), [totals]);
    let deliveries = 0;
    const store: EventStore = {
      ...given.store,
      async *subscribe(from) {
        for await (const delivery of given.store.subscribe(from)) {
          deliveries += 1;
          if (deliveries % 2 === 0) throw new EventStoreUnavailable('not now');
          yield delivery;
        }
      },
    };
    const reports: PartReport[] = [];
    await catchUp({ ...given, store, owner: 'a', limits: LIMITS, onState: (report) => reports.push(report) });
    expect(reports.some(({ state }) => state === 'retrying')).toBe(true);
    expect(await differences(given.store, given.readModel, [totals])).toEqual([]);
  });
});

describe('a poison event', () => {
  const inputs = [...manyEvents(20, 4), { subject: 's1', data: { poison: true } }, ...manyEvents(20, 4)];

  test('halts its projection at the event, with all before it committed, while others go on', async () => {
    const given = await openMemory(inputs, [totals, journal]);
    const reports: PartReport[] = [];
    const states = await catchUp({ ...given, owner: 'a', limits: LIMITS, onState: (report) => reports.push(report) });
    const [poisoned] = await given.store.readAll({ after: 20n, limit: 1 });
    expect(states).toMatchObject([
      { name: 'journal', position: 41n },
      {
        name: 'totals',
        position: 20n,
        halted: { position: 21n, event: poisoned?.event.id, error: 'TypeError: cannot read this event' },
      },
    ]);
    expect(reports.filter(({ state }) => state === 'halted')).toHaveLength(1);
    expect((await storedRows(given.readModel, totals)).join()).toContain('s0 {"events":5,"sum":45}');
  });

  test('halts only the part whose row it is', async () => {
    const given = await openMemory(inputs, [totals], 4);
    const states = await catchUp({ ...given, owner: 'a', limits: LIMITS });
    expect(states.filter(({ halted }) => halted !== undefined)).toHaveLength(1);
    expect(states.filter(({ position }) => position === 41n)).toHaveLength(3);
  });

  test.each([
    ['its keys cannot be told', { keys: () => raise() }],
    ['its cells cannot be told', { cells: ({ sum }: { sum: number }) => (sum === 21 ? raise() : [BigInt(sum)]) }],
    [
      'its document cannot be written',
      { encode: (doc: { sum: number }) => (doc.sum === 21 ? raise() : JSON.stringify(doc)) },
    ],
  ] as const)('halts when %s', async (_what, broken) => {
    const wrong = { ...totals, ...broken } as AnyProjection;
    const given = await openMemory(manyEvents(6, 1), [wrong]);
    const [state] = await catchUp({ ...given, owner: 'a', limits: LIMITS });
    const at = 'keys' in broken ? 1n : 6n;
    expect(state).toMatchObject({ position: at - 1n, halted: { position: at, error: 'RangeError: out of range' } });
  });

  test('is tried again by the next run, so that a mended projection goes on', async () => {
    const given = await openMemory(inputs, [totals]);
    await catchUp({ ...given, owner: 'a', limits: LIMITS });
    const mended: AnyProjection = { ...totals, fold: (doc = { events: 0, sum: 0 }) => doc };
    const states = await catchUp({ ...given, projections: [mended], owner: 'b', limits: LIMITS });
    expect(states[0]).toMatchObject({ position: 41n });
    expect(states[0]?.halted).toBeUndefined();
  });
});

/** The same store, noting where each subscription starts. */
const counted = (store: EventStore) => {
  const starts: bigint[] = [];
  const subscribe: EventStore['subscribe'] = (from) => {
    starts.push(from.after);
    return store.subscribe(from);
  };
  return { starts, store: { ...store, subscribe } };
};

const raise = (): never => {
  throw new RangeError('out of range');
};

/** Resolves when `count` parts have committed up to `position`. */
const atPosition = (position: bigint, count: number) => {
  const told = new AbortController();
  let left = count;
  const promise = new Promise((resolve) => told.signal.addEventListener('abort', resolve));
  const reached = ({ to }: { readonly to: bigint }): void => {
    if (to === position) left -= 1;
    if (left === 0) told.abort();
  };
  return { promise, reached };
};
