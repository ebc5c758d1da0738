// The key of a name.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameKey } from '../../src/name-key.ts';

test.each([
  ['深圳市甲乙(集团)有限公司', '深圳市甲乙集团有限公司', 'brackets of one width'],
  ['深圳市甲乙（集团）有限公司', '深圳市甲乙集团有限公司', 'brackets of the other'],
  ['深圳市甲乙〔集团〕有限公司〓', '深圳市甲乙集团有限公司', 'a geta mark at the end'],
  [' 深圳市　甲乙\u200b有限公司\t', '深圳市甲乙有限公司', 'spaces, seen and unseen'],
  ['ＡＢＣ Trading Co., Ltd.', 'abctradingco.,ltd', 'full-width letters and a stop at the end'],
  ['***甲乙商行**', '甲乙商行', 'stars around it'],
  ['“甲乙”商行', '甲乙商行', 'quotation marks'],
  ['甲·乙商行', '甲·乙商行', 'a dot inside, which is part of the name'],
  ['〓〓', '', 'nothing but marks'],
])('of %s is %s: %s', (name, key) => {
  expect(nameKey(name)).toBe(key);
});

test('is the key of itself, for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
      expect(nameKey(nameKey(name))).toBe(nameKey(name));
    }),
    { seed: 1, numRuns: 2_000 },
  );
});
