// What a profile says on a day, in any order of arrival.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EntityProfile, entityProfile, foldEntityProfile } from '../../projections/entity-profile.ts';
import { entityOn, profileAsOf } from '../../projections/entity-view.ts';
import type { Day } from '../../src/day.ts';
import { factDefinition } from '../../src/facts/index.ts';
import type { EventData, LedgerEvent } from '../../src/ledger/event.ts';
import { relationOf } from '../../src/ledger/statement.ts';
import { type EventInput, eventOf } from './given-events.ts';

const USCC = '91440300MA5F00000X';
const SUBJECT = `uscc:${USCC}`;

type Input = Omit<EventInput, 'type'> & { readonly type?: string; readonly recordedAt?: string };

const recorded = (inputs: readonly Input[], subject = SUBJECT) =>
  inputs.map(({ recordedAt = '2026-11-01T00:00:00.000Z', ...input }, n) => {
    const event: LedgerEvent = { ...eventOf({ type: 'EntityRegistered', subject, revision: n, ...input }), recordedAt };
    return { position: BigInt(n + 1), event, subject };
  });

const profileOf = (inputs: readonly Input[], subject = SUBJECT): EntityProfile => {
  const profile = recorded(inputs, subject).reduce<EntityProfile | undefined>(
    (before, one) => foldEntityProfile(before, one, subject),
    undefined,
  );
  return profile ?? { subject, statements: [], position: '0' };
};

const on = (inputs: readonly Input[], day: Day, subject = SUBJECT) => entityOn(profileOf(inputs, subject), day);

const snapshot = (assertedOn: Day, data: EventData): Input => ({ assertedOn, valid: { from: assertedOn }, data });

describe('an entity on a day', () => {
  test('has the members of the statements that apply, later ones over earlier ones', () => {
    const inputs = [
      snapshot('2025-01-01', { name: '甲', address: '深圳市南山区一路', personInCharge: '子' }),
      snapshot('2025-06-01', { name: '甲', personInCharge: '丑' }),
    ];
    expect(on(inputs, '2025-03-01')).toMatchObject({ personInCharge: '子', address: '深圳市南山区一路' });
    expect(on(inputs, '2025-06-01')).toMatchObject({ personInCharge: '丑', address: '深圳市南山区一路' });
  });

  test.each<readonly [string, Day, Input['valid'], boolean]>([
    ['the day before it begins', '2024-12-31', { from: '2025-01-01' }, false],
    ['its first day', '2025-01-01', { from: '2025-01-01' }, true],
    ['the day before its end', '2025-01-31', { until: '2025-02-01' }, true],
    ['its end', '2025-02-01', { until: '2025-02-01' }, false],
    ['any day when it names none', '1990-01-01', undefined, true],
  ])('is told by a statement on %s or not', (_what, day, valid, applies) => {
    const { status, name } = on([{ ...(valid === undefined ? {} : { valid }), data: { name: '甲' } }], day);
    expect([status, name]).toEqual(applies ? ['REGISTERED', '甲'] : ['NOT_IN_REGISTER', USCC]);
  });

  test('names its code, kind, organisation code, district and capital', () => {
    const capital = { amount: '500000', currency: 'CNY', original: '50(万元)' };
    const view = on([snapshot('2025-01-01', { name: '甲', address: '深圳市福田区一路', capital })], '2025-01-01');
    expect(view).toMatchObject({
      uscc: USCC,
      kind: 'ENTERPRISE',
      capital,
      district: { code: '440304' },
      identifiers: [
        { scheme: 'USCC', value: USCC },
        { scheme: 'ORGANISATION_CODE', value: USCC.slice(8, 17) },
      ],
    });
  });

  test('of a registration number gets the code that a change joined to it, from that day on', () => {
    const inputs: readonly Input[] = [
      snapshot('2014-01-01', { name: '甲' }),
      { ...snapshot('2016-05-01', { uscc: USCC }), type: 'EntityChanged' },
    ];
    const subject = 'regno:440301100000000';
    expect(on(inputs, '2016-04-30', subject)).toMatchObject({ kind: 'UNKNOWN', registrationNo: '440301100000000' });
    expect(on(inputs, '2016-05-01', subject)).toMatchObject({
      kind: 'ENTERPRISE',
      uscc: USCC,
      identifiers: [{ scheme: 'USCC', value: USCC, from: '2016-05-01' }, {}, { scheme: 'REGISTRATION_NO' }],
    });
  });

  test('has its former names, the latest first, each with the day on which it ended', () => {
    const inputs: readonly Input[] = [
      snapshot('2020-01-01', { name: '甲' }),
      { ...snapshot('2022-01-01', { name: '乙' }), type: 'EntityChanged' },
      snapshot('2022-02-01', { name: '乙' }),
      { ...snapshot('2024-01-01', { name: '丙' }), type: 'EntityChanged' },
    ];
    expect(on(inputs, '2025-01-01')).toMatchObject({
      name: '丙',
      formerNames: [
        { name: '乙', until: '2024-01-01' },
        { name: '甲', until: '2022-01-01' },
      ],
    });
    expect(on(inputs, '2021-01-01')).toMatchObject({ name: '甲', formerNames: [] });
  });

  test.each([
    ['deregistered', 'DEREGISTERED'],
    ['revoked', 'REVOKED'],
  ])('that was %s is %s from the day it ended on, also when that arrived first', (manner, status) => {
    const ended: Input = {
      type: 'EntityDeregistered',
      assertedOn: '2025-09-01',
      valid: { from: '2025-08-01' },
      data: { endedOn: '2025-08-01', manner },
    };
    const inputs = [ended, snapshot('2025-01-01', { name: '甲' })];
    expect(on(inputs, '2025-07-31')).toMatchObject({ status: 'REGISTERED' });
    expect(on(inputs, '2025-08-01')).toMatchObject({ status, endedOn: '2025-08-01', name: '甲' });
  });

  test('keeps the flag of a wrong check character until a later snapshot comes without it', () => {
    const inputs = [
      snapshot('2025-01-01', { name: '甲', checkCharacter: 'wrong' }),
      snapshot('2025-02-01', { name: '甲' }),
    ];
    expect(on(inputs, '2025-01-15').checkCharacter).toBe('wrong');
    expect(on(inputs, '2025-02-15').checkCharacter).toBeUndefined();
  });

  test('loses a statement that was retracted and has a corrected one in its corrected form', () => {
    const [first, second] = recorded([snapshot('2025-01-01', { name: '甲' }), snapshot('2025-02-01', { name: '乙' })]);
    const relating = (kind: 'retracts' | 'corrects', event: string | undefined): Input => ({
      ...snapshot('2025-02-01', { name: '丁' }),
      relates: { kind, event: event ?? '' },
    });
    const of = (third: Input) => on([...[first, second].map((one) => one?.event ?? {}), third], '2025-03-01');
    expect(of(relating('retracts', second?.event.id))).toMatchObject({ name: '甲', formerNames: [] });
    expect(of(relating('corrects', second?.event.id))).toMatchObject({ name: '丁', formerNames: [{ name: '甲' }] });
  });
});

describe('a profile as it was known', () => {
  const history = recorded([
    { ...snapshot('2025-01-01', { name: '甲' }), recordedAt: '2025-01-31T15:59:59.999Z' },
    { ...snapshot('2025-01-01', { name: '乙' }), recordedAt: '2025-01-31T16:00:00.000Z' },
  ]);
  const nameKnown = (until: Parameters<typeof profileAsOf>[1]) => {
    const profile = profileAsOf(history, until);
    return profile === undefined ? undefined : entityOn(profile, '2025-06-01').name;
  };
  test.each<readonly [string, Parameters<typeof profileAsOf>[1], string | undefined]>([
    ['before anything was recorded', { knownUntil: '2025-01-30' }, undefined],
    ['at the end of a day in Asia/Shanghai', { knownUntil: '2025-01-31' }, '甲'],
    ['a day later', { knownUntil: '2025-02-01' }, '乙'],
    ['at a position', { position: 1n }, '甲'],
    ['at a later position', { position: 2n }, '乙'],
    ['at position 0', { position: 0n }, undefined],
    ['now', {}, '乙'],
  ])('%s', (_when, until, name) => {
    expect(nameKnown(until)).toBe(name);
  });
});

const stated = (order: readonly Day[], data: ReadonlyMap<Day, EventData>) =>
  order.map((month) => snapshot(month, data.get(month) ?? {}));

describe('monthly snapshots', () => {
  const MONTHS = Array.from({ length: 8 }, (_, n): Day => `2025-0${n + 1}-01` as Day);
  const definition = factDefinition('EntityRegistered');
  if (definition === undefined) throw new Error('the fact type is gone');

  /** Events that recording makes of snapshots in this order of arrival. */
  const arriving = (order: readonly Day[], contents: ReadonlyMap<Day, EventData>): readonly Input[] => {
    const inputs: Input[] = [];
    for (const assertedOn of order) {
      const data = contents.get(assertedOn) ?? {};
      const event = eventOf({ type: 'EntityRegistered', subject: SUBJECT, revision: inputs.length, assertedOn, data });
      const fact = { ...event, seal: {} };
      const before = recorded(inputs).map((one) => ({ position: one.position, event: one.event }));
      const relation = relationOf({ fact, definition, source: event.source, hashes: {} }, before);
      if (relation.kind === 'known') continue;
      const { relates } = relation;
      inputs.push({ ...snapshot(assertedOn, data), ...(relates === undefined ? {} : { relates }) });
    }
    return inputs;
  };

  const contentOf = fc.record({
    name: fc.constantFrom('甲', '乙', '丙'),
    address: fc.constantFrom('深圳市南山区一路', '深圳市福田区二路'),
  });

  const shuffled = fc.shuffledSubarray(MONTHS, { minLength: MONTHS.length });
  const contents = fc
    .array(contentOf, { minLength: MONTHS.length, maxLength: MONTHS.length })
    .map((datas) => new Map(MONTHS.map((month, n) => [month, datas[n] ?? {}] as const)));
  const LIMITS = { seed: 20_261_122, numRuns: 200 };

  test('give the same entity on every day, in whatever order they arrive', () => {
    fc.assert(
      fc.property(shuffled, contents, (order, data) => {
        for (const day of [...MONTHS, '2026-01-01'] as const) {
          const [inOrder, anyOrder] = [on(stated(MONTHS, data), day), on(stated(order, data), day)];
          expect({ ...anyOrder, statements: [] }).toEqual({ ...inOrder, statements: [] });
        }
      }),
      LIMITS,
    );
  });

  test('as recorded, with repeats left out, give the same current entity in whatever order they arrive', () => {
    fc.assert(
      fc.property(shuffled, contents, (order, data) => {
        const current = (arrival: readonly Day[]) => {
          const { name, address, status } = on(arriving(arrival, data), '2026-01-01');
          return { name, address, status };
        };
        expect(current(order)).toEqual(current(MONTHS));
      }),
      LIMITS,
    );
  });

  test('that say the same are stored once', () => {
    const data = { name: '甲', businessScope: '字'.repeat(300) };
    const inputs = arriving(MONTHS, new Map(MONTHS.map((month) => [month, data])));
    const profile = profileOf(inputs.map((input) => ({ ...input, data: { ...data } })));
    const text = entityProfile.encode(profile);
    expect(profile.statements).toHaveLength(MONTHS.length);
    expect(text.split('字'.repeat(300))).toHaveLength(2);
    expect(entityProfile.decode(text, SUBJECT)).toEqual(profile);
    expect(entityProfile.encode(entityProfile.decode(text, SUBJECT))).toBe(text);
  });
});
