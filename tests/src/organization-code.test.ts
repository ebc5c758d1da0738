// Organisation codes.
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { isOrganizationCode, organizationCheckCharacter } from '../../src/organization-code.ts';

const DIGITS = '0123456789'.split('');

describe('organisation code', () => {
  test.each([
    ['19220382', '1'],
    ['27939873', 'X'],
    ['19218149', '0'],
    ['MA1B3N1N', '2'],
  ])('the check character of %s is %s', (body, expected) => {
    expect(organizationCheckCharacter(body)).toBe(expected);
    expect(isOrganizationCode(body + expected)).toBe(true);
  });

  test.each(['', '1922038', '192203821', '1922038-', 'ma1b3n1n'])('%j has no check character', (body) =>
    expect(organizationCheckCharacter(body)).toBeUndefined(),
  );

  test.each(['192203822', '27939873x', '19220382-1'])('%s is none', (code) =>
    expect(isOrganizationCode(code)).toBe(false),
  );

  test('a change of one digit is detected', () => {
    const digits = fc.string({ unit: fc.constantFrom(...DIGITS), minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(digits, fc.nat(7), fc.integer({ min: 1, max: 9 }), (body, at, step) => {
        const other = body.slice(0, at) + String((Number(body.charAt(at)) + step) % 10) + body.slice(at + 1);
        expect(organizationCheckCharacter(body) !== organizationCheckCharacter(other)).toBe(true);
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });
});
