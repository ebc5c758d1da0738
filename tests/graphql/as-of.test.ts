// The two days of a read.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, type Day } from '../../src/day.ts';
import { type AsOf, atText, parseAtText, settleAsOf, wasKnown } from '../../graphql/as-of.ts';

const TODAY: Day = '2026-11-22';
const TOMORROW: Day = '2026-11-23';

describe('what is asked of the past', () => {
  test.each<[string, AsOf | undefined, object | undefined]>([
    ['nothing is the present', undefined, undefined],
    ['no member is the present', {}, undefined],
    ['validOn alone is known until now', { validOn: '2026-01-31' }, { validOn: '2026-01-31' }],
    [
      'knownOn alone is valid on that day too',
      { knownOn: '2026-01-31' },
      { validOn: '2026-01-31', knownOn: '2026-01-31' },
    ],
    ['position alone is valid today', { position: 7n }, { validOn: TODAY, position: 7n }],
    ['today is no future', { validOn: TODAY, knownOn: TODAY }, { validOn: TODAY, knownOn: TODAY }],
  ])('%s', (_name, asked, settled) => expect(settleAsOf(asked, TODAY)).toEqual(settled));

  test.each<[string, AsOf]>([
    ['a validOn after today', { validOn: TOMORROW }],
    ['a knownOn after today', { knownOn: TOMORROW }],
    ['a position together with a knownOn', { knownOn: TODAY, position: 7n }],
  ])('refuses %s', (_name, asked) =>
    expect(() => settleAsOf(asked, TODAY)).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } })),
  );
});

describe('what was known', () => {
  test.each([
    ['at the last instant of the day in Asia/Shanghai', '2026-01-31T15:59:59.999Z', true],
    ['at the first instant of the next day there', '2026-01-31T16:00:00.000Z', false],
  ])('%s', (_name, recordedAt, known) =>
    expect(wasKnown({ knownOn: '2026-01-31' }, { position: 1n, recordedAt })).toBe(known),
  );

  test('by a position includes that position and nothing behind it', () => {
    const recordedAt = '2026-01-31T00:00:00.000Z';
    const known = [4n, 5n, 6n].map((position) => wasKnown({ position: 5n }, { position, recordedAt }));
    expect(known).toEqual([true, true, false]);
  });
});

describe('the text of a read of the past', () => {
  const day = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays('1990-01-01', days));
  const at = fc.oneof(
    fc.record({ validOn: day }),
    fc.record({ validOn: day, knownOn: day }),
    fc.record({ validOn: day, position: fc.bigInt(0n, 10n ** 18n) }),
  );
  test('is read back as it was', () =>
    fc.assert(
      fc.property(at, (one) => {
        expect(parseAtText(atText(one))).toEqual(one);
      }),
      { seed: 1 },
    ));
  test.each([
    '',
    '2026-13-01',
    '2026-01-31.',
    '2026-01-31.x1',
    '2026-01-31.k2026',
    '2026-01-31.p-1',
    '2026-01-31.p1.p2',
  ])('refuses %j', (text) => expect(parseAtText(text)).toBeUndefined());
});
