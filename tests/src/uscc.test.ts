// Unified social credit codes: check character, classes of text in a code column, kinds of entity.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { citizenCheckCharacter } from '../../src/citizen-id.ts';
import { organizationCheckCharacter } from '../../src/organization-code.ts';
import { registrationCheckDigit } from '../../src/registration-no.ts';
import {
  classifyCode,
  ENTITY_KINDS,
  entityKindOf,
  isConformingUscc,
  normaliseCode,
  subjectCodeOf,
  uscc,
  USCC_ALPHABET,
  usccCheckCharacter,
} from '../../src/uscc.ts';

const DIGITS = '0123456789'.split('');

const SEED = 20261122;
/** Codes of the division 990000, which is not assigned. */
const bodies = fc
  .tuple(
    fc.constantFrom('91', '92', '93', '12', '51'),
    fc.string({ unit: fc.constantFrom(...DIGITS), minLength: 8, maxLength: 8 }),
  )
  .map(([kind, organization]) => `${kind}990000${organization}${organizationCheckCharacter(organization)}`);
const codes = bodies.map((body) => `${body}${usccCheckCharacter(body)}`);

/** A citizen identity number of the division 999999, which is not assigned. */
const citizenId = (birth: string): string => `999999${birth}001${citizenCheckCharacter(`999999${birth}001`)}`;

describe('check character', () => {
  test.each([
    ['91440300192317458', 'F'],
    ['91440300100012316', 'L'],
    ['9144030027939873X', '7'],
    ['91230500MA1B3N1N2', 'M'],
    ['9144030019231745', undefined],
    ['9144030019231745O', undefined],
  ])('of %s is %s', (body, expected) => expect(usccCheckCharacter(body)).toBe(expected));

  test('detects every change of one character', () => {
    const change = fc.tuple(codes, fc.nat(17), fc.constantFrom(...USCC_ALPHABET.split('')));
    fc.assert(
      fc.property(change, ([code, at, character]) => {
        fc.pre(code.charAt(at) !== character);
        expect(!isConformingUscc(code.slice(0, at) + character + code.slice(at + 1))).toBe(true);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('detects every swap of two neighbours', () => {
    fc.assert(
      fc.property(codes, fc.nat(16), (code, at) => {
        const [left, right] = [code.charAt(at), code.charAt(at + 1)];
        fc.pre(left !== right);
        expect(!isConformingUscc(code.slice(0, at) + right + left + code.slice(at + 2))).toBe(true);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

describe('classifyCode', () => {
  test.each([
    '91440300192317458F',
    ' 91440300192317458f ',
    '９１４４０３００１９２３１７４５８Ｆ',
    '9144 0300 1923 1745 8F',
    '91440300-19231745-8F',
  ])('reads %j as one conforming code', (text) =>
    expect(classifyCode(text)).toEqual({ kind: 'uscc', code: '91440300192317458F', conforming: true }),
  );

  test.each([
    ['914403001922038217', false],
    ['91350100M0001TGQXM', true],
    ['91350211M0000XUF46', true],
    ['91350203M0001FUE2P', true],
  ])('keeps %s with its wrong check character; a legal exception: %s', (code, legalException) =>
    expect(classifyCode(code)).toEqual({ kind: 'uscc', code, conforming: false, legalException }),
  );

  test.each([
    ['440301103097413', true],
    ['110108000000016', true],
    ['440301103097414', false],
    ['4403012012345', true],
  ])('takes %s as a registration number, check digit right: %s', (code, checkOk) =>
    expect(classifyCode(code)).toEqual({ kind: 'regno', code, checkOk }),
  );

  test.each(['00000000000000000X', '00000000000000000x', '000000000000000000'])('knows the sentinel %s', (text) =>
    expect(classifyCode(text)).toEqual({ kind: 'sentinel' }),
  );

  test.each(['', '  ', '-', '/', '无', 'N/A', 'null'])('takes %j as absent', (text) =>
    expect(classifyCode(text)).toEqual({ kind: 'absent' }),
  );

  test.each([
    ['a citizen identity number', citizenId('19490228')],
    ['one with separators', citizenId('19800101').replace(/^(.{6})(.{8})/, '$1-$2 ')],
    ['the old tax number of a sole trader', `${citizenId('19800101')}01`],
    ['a number of 15 digits without a right check digit', '829999800101123'],
  ])('gives nothing back of %s', (_what, text) => expect(classifyCode(text)).toEqual({ kind: 'personal' }));

  test.each([
    ['another division than a province', '999999800101123', 'regno'],
    ['a date of birth that is none', '829999801301123', 'regno'],
    ['a date of birth that is none, 18 digits', citizenId('19801301'), 'uscc'],
    ['a year of birth before 1900', citizenId('18991231'), 'uscc'],
  ])('does not take for personal what has %s', (_what, text, kind) => expect(classifyCode(text).kind).toBe(kind));

  test.each([
    '某公司',
    '13830295-X',
    '企合苏总字第000063',
    '000000000000000',
    '0000000000000',
    '91440300I922038216',
    '1'.repeat(14),
    '9'.repeat(65),
  ])('takes %s as something else', (text) => expect(classifyCode(text)).toEqual({ kind: 'other' }));

  test('takes 15 digits with their right check digit as a registration number, whatever date they seem to hold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), (sequence) => {
        const body = `44030180010${String(sequence).padStart(3, '0')}`;
        expect(classifyCode(`${body}${registrationCheckDigit(body)}`).kind === 'regno').toBe(true);
      }),
      { seed: SEED },
    );
  });

  test('takes every conforming code with its right organisation code as a code, never as personal', () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(classifyCode(code).kind === 'uscc').toBe(true);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('takes every citizen identity number for personal, also one that is a conforming code by chance', () => {
    const numbers = Array.from({ length: 999 }, (_, n) => `99999919800101${String(n).padStart(3, '0')}`);
    const ids = numbers.map((body) => `${body}${citizenCheckCharacter(body)}`);
    expect(ids.some(isConformingUscc)).toBe(true);
    expect(ids.filter((id) => classifyCode(id).kind !== 'personal')).toEqual([]);
  });

  test('normalises once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const once = normaliseCode(text);
        expect(normaliseCode(once) === once).toBe(true);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

describe('kind of entity', () => {
  test.each([
    ['91440300192317458F', 'ENTERPRISE'],
    ['11230500001755309F', 'STATE_ORGAN'],
    ['92990000', 'INDIVIDUAL_BUSINESS'],
    ['93990000', 'FARMERS_COOPERATIVE'],
    ['12990000', 'PUBLIC_INSTITUTION'],
    ['53990000', 'SOCIAL_ORGANISATION'],
    ['81990000', 'TRADE_UNION'],
    ['N2990000', 'VILLAGE_COLLECTIVE'],
    ['99990000', 'UNKNOWN'],
    ['', 'UNKNOWN'],
  ])('of %s is %s', (code, kind) => {
    expect(entityKindOf(code)).toBe(kind);
    expect(ENTITY_KINDS).toContain(kind);
  });
});

test('the organisation code stands in positions 9 to 17', () =>
  expect(subjectCodeOf('91440300192317458F')).toBe('192317458'));

describe('schema of a code', () => {
  test.each(['91440300192317458F', '914403001922038217'])('accepts the form of %s', (code) =>
    expect(uscc.parse(code)).toBe(code),
  );
  test.each(['91440300192317458f', '9144030019231745', '9144030019231745IF', '440301103097413'])('refuses %s', (code) =>
    expect(uscc.safeParse(code).success).toBe(false),
  );
});

const VECTORS = new URL('../../../shared/data/vectors-uscc/python-stdnum.csv', import.meta.url);
test.skipIf(!existsSync(VECTORS))('agrees with every published vector (needs ../shared/data)', () => {
  const [, ...lines] = readFileSync(VECTORS, 'utf8').trim().split(/\r?\n/);
  const wrong = lines.filter((line) => {
    const [code = '', expected] = line.split(',');
    return isConformingUscc(normaliseCode(code)) !== (expected === 'valid');
  });
  expect(lines.length).toBeGreaterThan(200);
  expect(wrong).toEqual([]);
});
