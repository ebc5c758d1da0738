// Money: exact fen from the two written units.
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { fen, fenFromWanYuan, fenFromYuan, yuanText } from '../../src/money.ts';

const SEED = 20261122;
const amounts = fc.maxSafeNat();

describe('fenFromWanYuan', () => {
  test.each([
    ['0.2', 200_000],
    ['0.000001', 1],
    ['1', 1_000_000],
    ['1.500000', 1_500_000],
    ['1,000.5', 1_000_500_000],
    ['０．２', 200_000],
    ['0', 0],
    ['9007199254.740991', Number.MAX_SAFE_INTEGER],
  ])('%s is %i fen', (text, expected) => expect(fenFromWanYuan(text)).toBe(expected));

  test.each(['0.0000001', '0.2000000', '-1', '', '1万', 'abc', '9007199254.740992'])('refuses %j', (text) =>
    expect(fenFromWanYuan(text)).toBeUndefined(),
  );

  test('gives back every amount to the fen', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const digits = String(amount).padStart(7, '0');
        expect(fenFromWanYuan(`${digits.slice(0, -6)}.${digits.slice(-6)}`)).toBe(amount);
      }),
      { seed: SEED },
    );
  });
});

describe('fenFromYuan', () => {
  test.each([
    ['2000', 200_000],
    ['0.29', 29],
    ['1,234.5', 123_450],
  ])('%s is %i fen', (text, expected) => expect(fenFromYuan(text)).toBe(expected));

  test.each(['0.001', '1.000', '¥5', '-0.01'])('refuses %j', (text) => expect(fenFromYuan(text)).toBeUndefined());
});

describe('yuanText', () => {
  test.each([
    [200_000, '2000.00'],
    [0, '0.00'],
    [7, '0.07'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ])('%i fen is %s', (amount, expected) => expect(yuanText(amount)).toBe(expected));

  test('is read back as the same amount', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        expect(fenFromYuan(yuanText(amount)) === amount).toBe(true);
      }),
      { seed: SEED },
    );
  });
});

test.each([0.5, -1, Number.MAX_SAFE_INTEGER + 1, '5'])('schema of fen refuses %s', (value) =>
  expect(fen.safeParse(value).success).toBe(false),
);
test('schema of fen accepts zero', () => expect(fen.parse(0)).toBe(0));
