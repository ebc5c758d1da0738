// Exactly once, whatever breaks between two steps: every read model is put through it with the runner.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryEventStore } from '../../infra/stores/memory-event-store.ts';
import type { AnyProjection } from '../../projections/projection.ts';
import { type Lease, type ReadModel, ReadModelUnavailable } from '../../projections/read-model.ts';
import { catchUp, type PartReport, runProjections } from '../../projections/run.ts';
import {
  appendAll,
  differences,
  fixedClock,
  journal,
  manyEvents,
  storedRows,
  totals,
} from '../projections/given-events.ts';

/** Pseudo-random numbers in [0, 1) from a seed (mulberry32). */
const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const LIMITS = { eventsPerPageMax: 9, retryDelayMinMs: 1, retryDelayMaxMs: 2, claimPauseMs: 4, leaseMs: 60_000 };
const EVENTS = 150;
const SUBJECTS = 12;

type Method = 'claim' | 'getMany' | 'commit' | 'release' | 'halt';
type Fault = (method: Method, when: 'before' | 'after') => void;

/** The same read model; `fault` may throw before a call reaches it or after the call was carried out. */
const faulty = (readModel: ReadModel, fault: Fault): ReadModel => {
  const around = async <T>(method: Method, call: () => Promise<T>): Promise<T> => {
    fault(method, 'before');
    const result = await call();
    fault(method, 'after');
    return result;
  };
  return {
    ...readModel,
    claim: (...args) => around('claim', () => readModel.claim(...args)),
    getMany: (...args) => around('getMany', () => readModel.getMany(...args)),
    commit: (...args) => around('commit', () => readModel.commit(...args)),
    release: (...args) => around('release', () => readModel.release(...args)),
    halt: (...args) => around('halt', () => readModel.halt(...args)),
  };
};

export const exactlyOnce = (
  adapter: string,
  open: () => Promise<{ readonly readModel: ReadModel; readonly close: () => Promise<void> }>,
) => {
  describe(`exactly once: ${adapter}`, () => {
    let readModel: ReadModel;
    let close: () => Promise<void>;
    let nth = 0;
    beforeAll(async () => {
      ({ readModel, close } = await open());
    });
    afterAll(async () => close());

    const given = async (parts: number) => {
      nth += 1;
      const named = (one: AnyProjection): AnyProjection => ({ ...one, name: `${one.name}_${nth}` });
      const projections = [named(totals), named(journal)];
      const store = memoryEventStore(fixedClock());
      await appendAll(store, manyEvents(EVENTS, SUBJECTS));
      await readModel.prepare(projections, parts);
      const signal = new AbortController().signal;
      return { store, projections, parts, signal, limits: LIMITS, random: seeded(nth) };
    };

    const sound = async ({ store, projections }: Awaited<ReturnType<typeof given>>): Promise<void> => {
      expect(await differences(store, readModel, projections)).toEqual([]);
      const [sums = totals, entries = journal] = projections;
      const rows = (await storedRows(readModel, sums)).map((row) => JSON.parse(row.slice(row.indexOf('{'))) as Total);
      expect(rows.reduce((sum, total) => sum + total.sum, 0)).toBe((EVENTS * (EVENTS + 1)) / 2);
      expect(await storedRows(readModel, entries)).toHaveLength(EVENTS);
    };

    test.each([
      ['before commits', 'commit', 'before'],
      ['after commits, so that their answer is lost', 'commit', 'after'],
      ['before reads', 'getMany', 'before'],
      ['after reads', 'getMany', 'after'],
      ['before claims', 'claim', 'before'],
      ['after claims', 'claim', 'after'],
      ['before releases', 'release', 'before'],
      ['after releases', 'release', 'after'],
    ] as const)('holds when the read model fails %s', async (_what, method, when) => {
      const one = await given(3);
      let faults = 0;
      let calls = 0;
      const broken = faulty(readModel, (called, moment) => {
        if (called !== method || moment !== when) return;
        calls += 1;
        if (calls % 3 !== 1) return;
        faults += 1;
        throw new ReadModelUnavailable('injected');
      });
      await catchUp({ ...one, readModel: broken, owner: randomUUID() });
      expect(faults).toBeGreaterThan(0);
      await sound(one);
    });

    test.each([1, 2, 3, 4, 5, 6])('holds when processes die between any two steps (seed %i)', async (seed) => {
      const one = await given(4);
      const random = seeded(seed);
      let deaths = 0;
      for (let process = 0; process < 60; process += 1) {
        const owner = randomUUID();
        const death = new AbortController();
        const dying = faulty(readModel, (method) => {
          if (!death.signal.aborted && (process >= 40 || random() > 0.04)) return;
          if (!death.signal.aborted) deaths += 1;
          death.abort();
          throw new ReadModelUnavailable(`died in ${method}`);
        });
        // Leases of the dead run out at once; the clock of leases is the read model's own.
        const shortLived: ReadModel = {
          ...dying,
          claim: (ref, name) => dying.claim(ref, name, 0),
          commit: (lease, step) => dying.commit(lease, step, 0),
        };
        const signal = AbortSignal.any([one.signal, death.signal]);
        const states = await catchUp({ ...one, readModel: shortLived, owner, signal });
        if (!death.signal.aborted && states.every(({ position }) => position === BigInt(EVENTS))) break;
      }
      expect(deaths).toBeGreaterThan(3);
      await sound(one);
    });

    test('holds while two runners compete for the parts', async () => {
      const one = await given(4);
      const reports: PartReport[] = [];
      const onState = (report: PartReport): void => void reports.push(report);
      await Promise.all(
        ['a', 'b'].map((owner) => catchUp({ ...one, readModel, owner: `${owner}-${randomUUID()}`, onState })),
      );
      expect(reports.some(({ state }) => state === 'waiting')).toBe(true);
      await sound(one);
    });

    test('hands the parts over when the holder stops', async () => {
      const one = await given(2);
      const stop = new AbortController();
      const first = runProjections({ ...one, readModel, owner: randomUUID(), signal: stop.signal });
      await waitFor(async () =>
        (await readModel.states()).some(({ name, position }) => isOf(one, name) && position > 0n),
      );
      const second = catchUp({ ...one, readModel, owner: randomUUID() });
      stop.abort();
      await Promise.all([first, second]);
      await sound(one);
    });

    test('fences a writer out whose lease ran out while it slept', async () => {
      const one = await given(1);
      const [projection = totals] = one.projections;
      const ref = { projection, part: 0, parts: 1 };
      const asleep = await readModel.claim(ref, 'sleeper', 0);
      await catchUp({ ...one, readModel, owner: randomUUID() });
      const late = {
        from: 0n,
        to: 9n,
        inserts: [{ key: 'late', doc: { events: 9, sum: 9 } }],
        updates: [],
        deletes: [],
      };
      expect(await readModel.commit(asleep as Lease, late, LIMITS.leaseMs)).toBe(false);
      await sound(one);
    });

    test('a fenced runner stops writing and learns where the part stands', async () => {
      const one = await given(1);
      let stolen = 0;
      const owner = randomUUID();
      const robbed: ReadModel = {
        ...readModel,
        async commit(lease, step) {
          stolen += 1;
          if (stolen !== 2 && stolen !== 5) return readModel.commit(lease, step, 0);
          // While this one sleeps its lease runs out, and another takes the part, writes the same step and goes.
          const thief = await readModel.claim(lease.ref, `thief-${randomUUID()}`, LIMITS.leaseMs);
          expect(await readModel.commit(thief as Lease, step, LIMITS.leaseMs)).toBe(true);
          await readModel.release(thief as Lease);
          const done = await readModel.commit(lease, step, LIMITS.leaseMs);
          expect(done).toBe(false);
          return done;
        },
        claim: (ref, name) => readModel.claim(ref, name, 0),
      };
      await catchUp({ ...one, readModel: robbed, owner });
      expect(stolen).toBeGreaterThan(5);
      await sound(one);
    });

    test('a runner that follows the head builds anew when the rows are dropped under it', async () => {
      const one = await given(2);
      const [sums = totals] = one.projections;
      const stop = new AbortController();
      const running = runProjections({
        ...one,
        limits: { ...LIMITS, leaseMs: 30 },
        readModel,
        owner: randomUUID(),
        signal: stop.signal,
      });
      const isBuilt = async (): Promise<boolean> =>
        (await readModel.states())
          .filter(({ name }) => isOf(one, name))
          .every(({ position }) => position === BigInt(EVENTS));
      await waitFor(isBuilt);
      await readModel.drop(sums);
      await waitFor(isBuilt);
      stop.abort();
      await running;
      await sound(one);
    });
  });
};

interface Total {
  readonly sum: number;
}

const isOf = ({ projections }: { readonly projections: readonly AnyProjection[] }, name: string): boolean =>
  projections.some((one) => one.name === name);

/** Asks again and again; gives up after ten seconds. */
const waitFor = async (isSo: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 5_000; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('waited in vain');
};
