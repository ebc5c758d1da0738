// Registration numbers of 15 and 13 digits.
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { hasRightCheckDigit, isRegistrationNo, registrationCheckDigit } from '../../src/registration-no.ts';

const DIGITS = '0123456789'.split('');

describe('registration number', () => {
  test.each(['440301103097413', '440301102900139', '100000000012314', '110108000000016'])(
    '%s has its check digit',
    (text) => expect(hasRightCheckDigit(text)).toBe(true),
  );

  test.each(['440301103097414', '4403012012345', '', '44030110309741X'])('%j has none', (text) =>
    expect(hasRightCheckDigit(text)).toBe(false),
  );

  test.each([
    ['440301103097413', true],
    ['4403012012345', true],
    ['44030110309741', false],
    ['企合粤深总字第000001', false],
  ])('the form of %s is one: %s', (text, expected) => expect(isRegistrationNo(text)).toBe(expected));

  test('a change of one digit is detected', () => {
    const digits = fc.string({ unit: fc.constantFrom(...DIGITS), minLength: 14, maxLength: 14 });
    fc.assert(
      fc.property(digits, fc.nat(14), fc.integer({ min: 1, max: 9 }), (body, at, step) => {
        const whole = `${body}${registrationCheckDigit(body)}`;
        const other = whole.slice(0, at) + String((Number(whole.charAt(at)) + step) % 10) + whole.slice(at + 1);
        expect(hasRightCheckDigit(whole) && !hasRightCheckDigit(other)).toBe(true);
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });
});
