// Recording: what becomes of a statement, depending on what its source stated before.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entityRegistered } from '../../../src/facts/entity-registered.ts';
import { foldEntityProfile, type EntityProfile } from '../../../projections/entity-profile.ts';
import { entityOn } from '../../../projections/entity-view.ts';
import { citizenCheckCharacter } from '../../../src/citizen-id.ts';
import type { Day } from '../../../src/day.ts';
import { unseal } from '../../../src/seal/seal.ts';
import { aesGcm } from '../../../src/seal/cipher.ts';
import { handIn, memoryRecorder, registration, SUBJECT, type HandedIn } from '../../recorder.ts';

const A = registration('甲店');
const B = registration('乙店');

const outcomesOf = async (files: readonly HandedIn[]) => {
  const recorder = memoryRecorder();
  const outcomes: string[] = [];
  for (const file of files) outcomes.push(...(await handIn(recorder, file)).map(({ outcome }) => outcome));
  const events = (await recorder.store.readAll({ after: 0n, limit: 1_000 })).map(({ event }) => event);
  return { outcomes, events };
};

describe('a statement', () => {
  test('is recorded as the first event of its stream, valid from the day it was asserted', async () => {
    const { outcomes, events } = await outcomesOf([{ facts: [A], asOf: '2026-01-31' }]);
    expect(outcomes).toEqual(['recorded']);
    expect(events[0]).toMatchObject({
      stream: `entity-${SUBJECT}`,
      revision: 0,
      valid: { from: '2026-01-31' },
      data: { name: '甲店' },
    });
    expect(events[0]?.relates).toBeUndefined();
  });

  test('of the same content by the same agency is already there', async () => {
    const { outcomes, events } = await outcomesOf([
      { facts: [A], file: 'one' },
      { facts: [A, A], file: 'two' },
    ]);
    expect(outcomes).toEqual(['recorded', 'alreadyThere', 'alreadyThere']);
    expect(events).toHaveLength(1);
  });

  test('A, B, A from three files is three events, and the first file again is none', async () => {
    const files = [
      { facts: [A], file: '1' },
      { facts: [B], file: '2' },
      { facts: [A], file: '3' },
      { facts: [A], file: '1' },
    ];
    const { outcomes, events } = await outcomesOf(files);
    expect(outcomes).toEqual(['recorded', 'changed', 'changed', 'alreadyThere']);
    expect(events.map(({ data, relates }) => [data['name'], relates?.kind])).toEqual([
      ['甲店', undefined],
      ['乙店', 'changes'],
      ['甲店', 'changes'],
    ]);
    expect(events[2]?.relates?.event).toBe(events[1]?.id);
  });

  test('by another agency stands beside the first and relates to nothing', async () => {
    const { outcomes, events } = await outcomesOf([{ facts: [A] }, { facts: [B], agency: '91440300192317458F' }]);
    expect(outcomes).toEqual(['recorded', 'recorded']);
    expect(events[1]?.relates).toBeUndefined();
  });

  test('unchanged as of a later day is already there, but the later day is noted', async () => {
    const { outcomes, events } = await outcomesOf([
      { facts: [A], asOf: '2026-01-31' },
      { facts: [A], asOf: '2026-03-31' },
      { facts: [B], asOf: '2026-02-28' },
    ]);
    expect(outcomes).toEqual(['recorded', 'alreadyThere', 'changed']);
    expect(events.map(({ relates }) => relates?.kind)).toEqual([undefined, 'confirms', 'changes']);
  });

  test('unchanged as of a day between two others is noted, so that earlier days do not depend on the order of arrival', async () => {
    const { outcomes, events } = await outcomesOf([
      { facts: [A], asOf: '2026-01-31' },
      { facts: [B], asOf: '2026-04-30' },
      { facts: [A], asOf: '2026-03-31' },
    ]);
    expect(outcomes).toEqual(['recorded', 'changed', 'alreadyThere']);
    expect(events[2]?.relates).toEqual({ kind: 'confirms', event: events[0]?.id });
  });

  test('of an older day than all that is known is kept as earlier history', async () => {
    const { outcomes, events } = await outcomesOf([
      { facts: [A], asOf: '2026-03-31' },
      { facts: [B], asOf: '2026-01-31' },
    ]);
    expect(outcomes).toEqual(['recorded', 'changed']);
    expect(events[1]).toMatchObject({ valid: { from: '2026-01-31' } });
    expect(events[1]?.relates).toBeUndefined();
  });

  test('repeated within one call is decided in the order of its lines', async () => {
    const { outcomes, events } = await outcomesOf([{ facts: [A, B, B, A] }]);
    expect(outcomes).toEqual(['recorded', 'changed', 'alreadyThere', 'changed']);
    expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2]);
  });

  test('that relates to an event by its source’s word keeps that relation', async () => {
    const { events } = await outcomesOf([{ facts: [A] }]);
    const target = events[0]?.id ?? '';
    const corrected = registration('丙店', { relates: { kind: 'corrects', event: target, reason: 'typing-error' } });
    const after = await outcomesOf([{ facts: [A] }, { facts: [corrected] }]);
    expect(after.outcomes).toEqual(['recorded', 'corrected']);
    expect(after.events[1]?.relates).toEqual({ kind: 'corrects', event: target, reason: 'typing-error' });
  });

  test('that relates in the same way from another file is already there', async () => {
    const { events } = await outcomesOf([{ facts: [A] }]);
    const relates = { kind: 'corrects' as const, event: events[0]?.id ?? '', reason: 'typing-error' };
    const corrected = registration('丙店', { relates });
    const after = await outcomesOf([
      { facts: [A] },
      { facts: [corrected], file: '2' },
      { facts: [corrected], file: '3' },
    ]);
    expect(after.outcomes).toEqual(['recorded', 'corrected', 'alreadyThere']);
  });

  test('taken back falls with everything that only confirmed it', async () => {
    const recorder = memoryRecorder();
    await handIn(recorder, { facts: [A], asOf: '2026-01-31' });
    await handIn(recorder, { facts: [A], asOf: '2026-02-28' });
    const [first] = await recorder.store.readAll({ after: 0n, limit: 1 });
    const retracted = registration('甲店', { relates: { kind: 'retracts', event: first?.event.id ?? '' } });
    await handIn(recorder, { facts: [retracted], asOf: '2026-03-31' });
    let profile: EntityProfile | undefined;
    for (const one of await recorder.store.readAll({ after: 0n, limit: 9 }))
      profile = foldEntityProfile(profile, one, SUBJECT);
    expect(profile?.statements).toEqual([]);
    expect((await handIn(recorder, { facts: [A], asOf: '2026-04-30' }))[0]?.outcome).toBe('recorded');
  });

  test('whose stream is full is refused, and what was there stays', async () => {
    const many = Array.from({ length: 1_001 }, (_, n) => registration(`第${n}名`));
    const { outcomes, events } = await outcomesOf([{ facts: many }]);
    expect(events).toHaveLength(1_000);
    expect(outcomes.at(-1)).toBe('refused');
  });

  test('with half a surrogate pair is refused by code, and the rest is recorded', async () => {
    const recorder = memoryRecorder();
    const outcomes = await handIn(recorder, { facts: [registration('半\ud800'), A] });
    expect(outcomes).toMatchObject([
      { outcome: 'refused', refusal: { code: 'not-canonical' } },
      { outcome: 'recorded' },
    ]);
  });
});

describe('writers at once', () => {
  test('both statements of a race are there in the end', async () => {
    const recorder = memoryRecorder();
    const outcomes = (
      await Promise.all([A, B].map((fact, n) => handIn(recorder, { facts: [fact], file: `race ${n}` })))
    ).flat();
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['changed', 'recorded']);
    expect(await recorder.store.head()).toBe(2n);
  });
});

describe('a personal number in a text that should hold none', () => {
  // Division 999999 is not assigned; the check character is computed for it.
  const number = `99999919900101001${citizenCheckCharacter('99999919900101001')}`;
  const scope = `日用百货零售。联系人证件${number}`;

  test('stands nowhere in the event, and the whole text can be unsealed with its key', async () => {
    const recorder = memoryRecorder();
    await handIn(recorder, {
      facts: [registration('甲店', { data: { name: '甲店', businessScope: scope }, original: [['scope', scope]] })],
    });
    const [recorded] = await recorder.store.readAll({ after: 0n, limit: 1 });
    expect(recorded?.text).not.toContain(number);
    expect(recorded?.event.data['businessScope']).toBe('日用百货零售。联系人证件［已遮盖］');
    const sealed = recorded?.event.sealed?.['businessScope'];
    if (recorded === undefined || sealed === undefined) throw new Error('nothing was sealed');
    const [key] = await recorder.vault.keysOf([sealed]);
    if (key === undefined || key === 'erased') throw new Error('no key');
    expect(unseal({ eventId: recorded.event.id, slot: 'businessScope', sealed }, key, aesGcm)).toBe(scope);
    expect(() => unseal({ eventId: recorded.event.id, slot: 'name', sealed }, key, aesGcm)).toThrow(/authenticate/);
  });

  test('is no amount of money that has as many digits as a phone', async () => {
    const recorder = memoryRecorder();
    const capitals = [
      { amount: '16000000000', currency: 'CNY', original: '1600000（万元）' },
      { amount: '19900000123', original: '电话19900000123' },
    ];
    await handIn(recorder, {
      facts: capitals.map((capital) => registration('甲店', { data: { name: '甲店', capital } })),
    });
    const recorded = await recorder.store.readAll({ after: 0n, limit: 2 });
    expect(recorded.map(({ event }) => event.data['capital'])).toEqual([capitals[0], { original: '电话［已遮盖］' }]);
    expect(recorded.every(({ event }) => entityRegistered.data.safeParse(event.data).success)).toBe(true);
    expect(recorded[1]?.text).not.toContain('19900000123');
  });

  test('in a member that may hold only a code is refused, not redacted', async () => {
    const changed = { ...registration('甲店'), type: 'EntityChanged', data: { uscc: number } };
    const [outcome] = await handIn(memoryRecorder(), { facts: [changed] });
    expect(outcome).toMatchObject({ outcome: 'refused', refusal: { code: 'code-personal', member: 'uscc' } });
  });

  test('stated again is recognised by its keyed hash', async () => {
    const fact = registration('甲店', { data: { name: '甲店', businessScope: scope } });
    const { outcomes } = await outcomesOf([
      { facts: [fact], file: '1' },
      { facts: [fact], file: '2' },
    ]);
    expect(outcomes).toEqual(['recorded', 'alreadyThere']);
  });
});

describe('monthly files', () => {
  const months: readonly Day[] = ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30'];

  test('in any order give the same value for every day', async () => {
    const names = fc.array(fc.constantFrom('甲', '乙', '丙'), { minLength: months.length, maxLength: months.length });
    const order = fc.shuffledSubarray([...months.keys()], { minLength: months.length, maxLength: months.length });
    await fc.assert(
      fc.asyncProperty(names, order, async (monthly, shuffled) => {
        const recorder = memoryRecorder();
        for (const month of shuffled) {
          await handIn(recorder, {
            facts: [registration(monthly[month] ?? '')],
            asOf: months[month] ?? '2026-01-31',
            file: `${month}`,
          });
        }
        let profile: EntityProfile | undefined;
        for (const recorded of await recorder.store.readAll({ after: 0n, limit: 100 }))
          profile = foldEntityProfile(profile, recorded, SUBJECT);
        if (profile === undefined) throw new Error('nothing was recorded');
        const known = profile;
        expect(months.map((month) => entityOn(known, month).name)).toEqual(monthly);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
