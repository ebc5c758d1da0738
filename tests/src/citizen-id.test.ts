// Citizen identity numbers; every one here is of a division that is not assigned.
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { citizenCheckCharacter, isCitizenId, isOldCitizenId, startsWithProvince } from '../../src/citizen-id.ts';

const withCheck = (body: string): string => `${body}${citizenCheckCharacter(body)}`;

describe('citizen identity number', () => {
  test.each([
    ['19491231002', true],
    ['20240229001', true],
    ['19000101001', true],
    ['20230229001', false],
    ['18991231001', false],
    ['21000101001', false],
    ['19801301001', false],
    ['19800100001', false],
  ])('of division 999999 with birth and sequence %s: %s', (rest, expected) =>
    expect(isCitizenId(withCheck(`999999${rest}`))).toBe(expected),
  );

  test('ends in X where the check is ten', () => {
    const ends = Array.from({ length: 50 }, (_, sequence) =>
      withCheck(`99999919800101${String(sequence).padStart(3, '0')}`),
    );
    expect(ends.some((id) => id.endsWith('X') && isCitizenId(id))).toBe(true);
  });

  test.each(['', '9999991980010100', '99999919800101001', 'A99999198001010010'])(
    '%j has no check character or is too short',
    (text) => expect(isCitizenId(text)).toBe(false),
  );

  test('every change of one digit is detected', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.nat(16), fc.integer({ min: 1, max: 9 }), (sequence, at, step) => {
        const id = withCheck(`99999919800101${String(sequence).padStart(3, '0')}`);
        const other = id.slice(0, at) + String((Number(id.charAt(at)) + step) % 10) + id.slice(at + 1);
        expect(isCitizenId(id) && !isCitizenId(other)).toBe(true);
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });
});

describe('number of 15 digits', () => {
  test.each([
    ['829999800101123', true],
    ['829999000229123', false],
    ['829999801301123', false],
    ['999999800101123', false],
    ['82999980010112', false],
    ['8299998001011234', false],
  ])('%s can be a citizen identity number of old: %s', (text, expected) => expect(isOldCitizenId(text)).toBe(expected));
});

test.each([
  ['44', true],
  ['11', true],
  ['83', true],
  ['16', false],
  ['38', false],
  ['99', false],
])('%s begins a province: %s', (code, expected) => expect(startsWithProvince(code)).toBe(expected));
