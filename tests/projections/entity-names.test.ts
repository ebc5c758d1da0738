// The plain index of organisations.
import { describe, expect, test } from 'vitest';
import { entityNames } from '../../projections/entity-names.ts';
import { catchUp } from '../../projections/run.ts';
import type { Day } from '../../src/day.ts';
import type { EventData } from '../../src/ledger/event.ts';
import { differences, type EventInput, openMemory } from './given-events.ts';

const registered = (subject: string, data: EventData, assertedOn: Day = '2025-01-01') =>
  ({ type: 'EntityRegistered', subject, assertedOn, valid: { from: assertedOn }, data }) as const;

const indexed = async (inputs: readonly EventInput[]) => {
  const given = await openMemory(inputs, [entityNames], 2);
  await catchUp({ ...given, owner: 'a', limits: { eventsPerPageMax: 2 } });
  expect(await differences(given.store, given.readModel, [entityNames])).toEqual([]);
  const keys = async (index: string, equal: readonly string[], prefix?: string) =>
    (await given.readModel.scan(entityNames, { index, equal, prefix, limit: 9 })).map(({ key }) => key);
  return { ...given, keys };
};

const A = 'uscc:91440300MA5F00000X';
const B = 'uscc:92440300MA5F00001X';
const OLD = 'regno:440301100000000';
const PERSON = `person:${'x'.repeat(43)}`;

describe('the index of organisations', () => {
  test('finds by the beginning of a name, however it is typed', async () => {
    const { keys } = await indexed([registered(A, { name: '甲乙（集团）公司' }), registered(B, { name: '甲丙商行' })]);
    expect(await keys('by_name', [], '甲乙集团')).toEqual([A]);
    expect(await keys('by_name', [], '甲')).toEqual([B, A]);
  });

  test('finds by old number and by the code that was joined to it', async () => {
    const { keys } = await indexed([
      registered(OLD, { name: '甲' }),
      { type: 'EntityChanged', subject: OLD, data: { uscc: '91440300MA5F00000X' } },
    ]);
    expect(await keys('by_regno', ['440301100000000'])).toEqual([OLD]);
    expect(await keys('by_joined_uscc', ['91440300MA5F00000X'])).toEqual([OLD]);
    expect(await keys('by_kind', ['ENTERPRISE'])).toEqual([OLD]);
  });

  test('finds by kind, status and district', async () => {
    const { keys } = await indexed([
      registered(A, { name: '甲', address: '深圳市南山区一路' }),
      registered(B, { name: '乙', address: '一路' }),
      {
        type: 'EntityDeregistered',
        subject: B,
        assertedOn: '2025-03-01',
        valid: { from: '2025-02-01' },
        data: { manner: 'revoked', endedOn: '2025-02-01' },
      },
    ]);
    expect(await keys('by_kind', ['INDIVIDUAL_BUSINESS'])).toEqual([B]);
    expect(await keys('by_status', ['REVOKED'])).toEqual([B]);
    expect(await keys('by_status', ['REGISTERED'])).toEqual([A]);
    expect(await keys('by_district', ['440305'])).toEqual([A]);
  });

  test('takes the later asserted name, also when it arrived first', async () => {
    const { readModel } = await indexed([
      registered(A, { name: '乙' }, '2025-06-01'),
      registered(A, { name: '甲' }, '2025-01-01'),
    ]);
    expect(await readModel.get(entityNames, A)).toMatchObject({ name: '乙', nameKey: '乙', status: 'REGISTERED' });
  });

  test('never holds a person, nor a subject that no register spoke of', async () => {
    const { readModel } = await indexed([
      registered(PERSON, { name: '甲' }),
      { type: 'PenaltyDecided', subject: B, data: { name: '乙' } },
    ]);
    expect(await readModel.getMany(entityNames, [PERSON, B])).toEqual(new Map());
  });

  test('loses an organisation whose only statement was taken back', async () => {
    const first = registered(A, { name: '甲' });
    const { store } = await openMemory([first], [entityNames]);
    const [stored] = await store.readAll({ after: 0n, limit: 1 });
    const event = stored?.event.id ?? '';
    const { readModel } = await indexed([first, { ...first, relates: { kind: 'retracts', event } }]);
    expect(await readModel.get(entityNames, A)).toBeUndefined();
  });

  test('keeps an organisation without a name out of the names only', async () => {
    const { keys, readModel } = await indexed([
      { type: 'EntityDeregistered', subject: A, data: { manner: 'deregistered', endedOn: '2025-02-01' } },
    ]);
    expect(await keys('by_name', [])).toEqual([]);
    expect(await keys('by_status', ['DEREGISTERED'])).toEqual([A]);
    expect(await readModel.get(entityNames, A)).toMatchObject({ name: '91440300MA5F00000X', nameKey: '' });
  });
});
