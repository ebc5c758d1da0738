// The oracle is seen to fail.
import { describe, expect, test } from 'vitest';
import { ReadModelsBusy } from '../../projections/check-read-models.ts';
import type { AnyProjection } from '../../projections/projection.ts';
import type { ReadModel, StoredRow } from '../../projections/read-model.ts';
import { catchUp } from '../../projections/run.ts';
import { appendAll, differences, journal, manyEvents, openMemory, totals } from './given-events.ts';

const caughtUp = async () => {
  const given = await openMemory(manyEvents(30, 5), [totals, journal]);
  await catchUp({ ...given, owner: 'a' });
  return given;
};

/** The same read model, seen through a change of its stored rows. */
const tampered = (
  readModel: ReadModel,
  of: AnyProjection,
  change: (rows: readonly StoredRow[]) => readonly StoredRow[],
): ReadModel => ({
  ...readModel,
  async *rows(projection) {
    for await (const page of readModel.rows(projection)) yield projection === of ? change(page) : page;
  },
});

const emptied = ([first, ...rest]: readonly StoredRow[]): readonly StoredRow[] => [
  { ...(first as StoredRow), text: '{}' },
  ...rest,
];

/** A read model whose positions go on for the first `times` that they are asked for. */
const moving = (readModel: ReadModel, times: number): ReadModel => {
  let asked = 0;
  return {
    ...readModel,
    states: async () => {
      asked += 1;
      const behind = BigInt(Math.max(0, times - asked));
      return (await readModel.states()).map((state) => ({ ...state, position: state.position - behind }));
    },
  };
};

describe('the oracle of the read models', () => {
  test('finds nothing where rows are what the events make', async () => {
    const { store, readModel, projections } = await caughtUp();
    expect(await differences(store, readModel, projections)).toEqual([]);
  });

  test('finds the same in many passes', async () => {
    const { store, readModel, projections } = await caughtUp();
    expect(await differences(store, readModel, projections, 4)).toEqual([]);
    const without = tampered(readModel, totals, (rows) => rows.slice(1));
    expect(await differences(store, without, projections, 4)).toEqual(['totals_v1: row s0 is missing']);
  });

  test.each<readonly [string, (rows: readonly StoredRow[]) => readonly StoredRow[], string]>([
    ['a missing row', (rows) => rows.slice(1), 'totals_v1: row s0 is missing'],
    [
      'a surplus row',
      (rows) => [...rows, { key: 'zz', cells: ['1'], text: '{}' }],
      'totals_v1: row zz is stored but no event makes it',
    ],
    [
      'another text',
      ([first, ...rest]) => [{ ...(first as StoredRow), text: '{"events":6,"sum":97}' }, ...rest],
      'totals_v1: row s0 differs from what its events make',
    ],
    [
      'another cell',
      ([first, ...rest]) => [{ ...(first as StoredRow), cells: ['97'] }, ...rest],
      'totals_v1: row s0 differs from what its events make',
    ],
  ])('finds %s', async (_what, change, sentence) => {
    const { store, readModel, projections } = await caughtUp();
    expect(await differences(store, tampered(readModel, totals, change), projections)).toEqual([sentence]);
  });

  test('finds a changed row of a projection that only appends', async () => {
    const { store, readModel, projections } = await caughtUp();
    expect(await differences(store, tampered(readModel, journal, emptied), projections)).toEqual([
      'journal_v1: row s0 000000001 differs from what its events make',
    ]);
  });

  test('finds a position past the last event and one that was never prepared', async () => {
    const { store, readModel } = await caughtUp();
    const ahead: ReadModel = {
      ...readModel,
      states: async () => (await readModel.states()).map((state) => ({ ...state, position: 31n })),
    };
    expect(await differences(store, ahead, [totals])).toEqual([
      'totals_v1 part 0: stands at position 31, past the last event 30',
    ]);
    expect(await differences(store, readModel, [{ ...totals, name: 'absent' }])).toEqual([
      'absent_v1: was never prepared',
    ]);
  });

  test('compares again when positions moved meanwhile, and tells nothing of what it saw then', async () => {
    const { store, readModel } = await caughtUp();
    expect(await differences(store, moving(readModel, 4), [totals])).toEqual([]);
    const broken = tampered(moving(readModel, 4), totals, (rows) => rows.slice(1));
    expect(await differences(store, broken, [totals])).toEqual(['totals_v1: row s0 is missing']);
  });

  test('gives up as busy, not as broken, when positions never stand still', async () => {
    const { store, readModel } = await caughtUp();
    await expect(differences(store, moving(readModel, 100), [totals])).rejects.toThrow(ReadModelsBusy);
  });

  test('tells a poison event that halted a part', async () => {
    const given = await openMemory([...manyEvents(3, 1), { subject: 's0', data: { poison: true } }], [totals]);
    await catchUp({ ...given, owner: 'a' });
    const found = await differences(given.store, given.readModel, [totals]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^totals_v1 part 0: is halted at position 4 by event [-0-9a-f]{36}: TypeError/);
  });

  test('compares a projection that stands behind the head with the events up to there', async () => {
    const { store, readModel, projections } = await caughtUp();
    await appendAll(store, manyEvents(5, 5));
    expect(await differences(store, readModel, projections)).toEqual([]);
  });
});
