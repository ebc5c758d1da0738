// Days: reading, calendar, the day of an instant.
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { addDays, day, dayOf, isDay, parseDay } from '../../src/day.ts';

const SEED = 20261122;
const days = fc
  .date({ min: new Date('1800-01-01T00:00:00Z'), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => parseDay(date.toISOString().slice(0, 10)) ?? '1800-01-01');

describe('parseDay', () => {
  test.each([
    ['2024-02-29', '2024-02-29'],
    ['2019/01/02', '2019-01-02'],
    ['2019/1/2', '2019-01-02'],
    ['2019-1-2', '2019-01-02'],
    ['2019.01.02', '2019-01-02'],
    ['2019年1月2日', '2019-01-02'],
    ['2019年11月22日', '2019-11-22'],
    [' 2019-01-02 ', '2019-01-02'],
    ['２０１９－０１－０２', '2019-01-02'],
    ['1800-01-01', '1800-01-01'],
    ['2199-12-31', '2199-12-31'],
    ['2099-12-31', '2099-12-31'],
  ])('reads %s as %s', (text, expected) => expect(parseDay(text)).toBe(expected));

  test.each([
    ['2019-01-02 23:59:59', '2019-01-02'],
    ['2019-01-02T23:59:59.123', '2019-01-02'],
    ['2019/1/2 0:00', '2019-01-02'],
    ['2019-01-02 00:00:00.0', '2019-01-02'],
    ['2019年1月2日 10:30', '2019-01-02'],
    ['2019年1月2日10:30', '2019-01-02'],
  ])('drops the time of %s', (text, expected) => expect(parseDay(text)).toBe(expected));

  test.each([
    ['2019-01-01T15:59:59Z', '2019-01-01'],
    ['2019-01-01T16:00:00.000Z', '2019-01-02'],
    ['2019-01-02T00:00:00+08:00', '2019-01-02'],
    ['2019-01-02T00:00:00+0900', '2019-01-01'],
    ['2019-01-01T20:00:00-05:00', '2019-01-02'],
  ])('takes %s, which names its zone, as the day in Shanghai', (text, expected) =>
    expect(parseDay(text)).toBe(expected),
  );

  test.each([
    '',
    '2023-02-29',
    '1900-02-29',
    '2019-13-01',
    '2019-00-10',
    '2019-04-31',
    '2019-01-00',
    '1799-12-31',
    '2200-01-01',
    '20190102',
    '2019-01/02',
    '2019年1月',
    '19-01-02',
    '2019-01-02 25:00',
    '2019-01-02 10:60',
    '2019-01-02 late',
    '2019-01-0210:30',
    '长期',
    `2019-01-02${' '.repeat(40)}`,
  ])('refuses %j', (text) => expect(parseDay(text)).toBeUndefined());

  test('reads every day in each written form alike', () => {
    fc.assert(
      fc.property(days, (written) => {
        const [year, month, date] = written.split('-').map(Number);
        expect(parseDay(`${year}/${month}/${date}`)).toBe(written);
        expect(parseDay(`${year}年${month}月${date}日`)).toBe(written);
        expect(parseDay(written.replaceAll('-', '.'))).toBe(written);
        expect(isDay(written)).toBe(true);
      }),
      { seed: SEED },
    );
  });
});

describe('dayOf', () => {
  test.each([
    ['2026-11-22T15:59:59.999Z', '2026-11-22'],
    ['2026-11-22T16:00:00.000Z', '2026-11-23'],
    ['2024-02-28T16:00:00Z', '2024-02-29'],
    ['1988-07-01T15:30:00Z', '1988-07-01'],
  ])('of %s is %s', (instant, expected) => {
    expect(dayOf(instant)).toBe(expected);
    expect(dayOf(new Date(instant))).toBe(expected);
  });

  test.each(['no instant', '2200-01-01T00:00:00Z'])('throws for %s', (instant) =>
    expect(() => dayOf(instant)).toThrow(RangeError),
  );
});

describe('addDays', () => {
  test.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2023-12-31', 1, '2024-01-01'],
    ['2024-03-01', -1, '2024-02-29'],
    ['2024-03-01', 0, '2024-03-01'],
  ] as const)('%s and %i days is %s', (from, count, expected) => expect(addDays(from, count)).toBe(expected));

  test('there and back is the same day, and later days compare greater', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 20_000 }), (from, count) => {
        if (from > '2140') return;
        const later = addDays(from, count);
        expect(addDays(later, -count)).toBe(from);
        expect(later > from).toBe(true);
      }),
      { seed: SEED },
    );
  });

  test('throws when the result leaves the years of a day', () =>
    expect(() => addDays('2199-12-31', 1)).toThrow(RangeError));
});

describe('schema of a day', () => {
  test.each(['2024-02-29', '1800-01-01'])('accepts %s', (text) => expect(day.parse(text)).toBe(text));
  test.each(['2023-02-29', '2019/01/02', '2200-01-01', '2019-01-02T00:00:00Z', 20190102])('refuses %s', (value) =>
    expect(day.safeParse(value).success).toBe(false),
  );
});
