// Half-width reading keeps every offset.
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { halfWidth } from '../../src/half-width.ts';

test.each([
  ['ＡＢｃ１２（３）', 'ABc12(3)'],
  ['1–2—3−4－5', '1-2-3-4-5'],
  ['1\u30002\u00a03', '1 2 3'],
  ['深圳abc', '深圳abc'],
])('reads %s as %s', (text, expected) => expect(halfWidth(text)).toBe(expected));

test('never moves a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(halfWidth(text).length === text.length).toBe(true);
    }),
    { seed: 20261122 },
  );
});
