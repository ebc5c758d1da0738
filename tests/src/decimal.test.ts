// Exact decimals.
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { decimalText, parseDecimal, timesPowerOfTen } from '../../src/decimal.ts';

test.each([
  ['0.2', 1, '0.2'],
  ['39,076.8700', 4, '39076.87'],
  ['9E-4', 4, '0.0009'],
  ['1e-06', 6, '0.000001'],
  ['2.5E3', 0, '2500'],
  ['００７．５', 1, '7.5'],
  ['0.000', 3, '0'],
])('reads %s with %i places, written %s', (text, places, shortest) => {
  const number = parseDecimal(text);
  expect(number?.places).toBe(places);
  expect(number && decimalText(number)).toBe(shortest);
});

test.each(['', '-1', '+1', '.5', '5.', '1,23', '1,2345', '1.2.3', '1e99', '0x10', '١', 'NaN', '1'.repeat(41)])(
  'refuses %j',
  (text) => expect(parseDecimal(text)).toBeUndefined(),
);

test('moving the point there and back changes nothing', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat(10), fc.nat(10), (digits, places, power) => {
      const number = { digits, places };
      expect(decimalText(timesPowerOfTen(timesPowerOfTen(number, power), -power))).toBe(decimalText(number));
    }),
    { seed: 20261122 },
  );
});
