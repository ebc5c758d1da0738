// Personal numbers in free text: what is found, what is left, how fast.
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { citizenCheckCharacter } from '../../../src/citizen-id.ts';
import { organizationCheckCharacter } from '../../../src/organization-code.ts';
import { registrationCheckDigit } from '../../../src/registration-no.ts';
import { redact, REDACTED, SCAN_LENGTH_MAX, scanIdentifiers } from '../../../src/seal/identifier-scan.ts';
import { usccCheckCharacter } from '../../../src/uscc.ts';

const DIGITS = '0123456789'.split('');

const SEED = 20261122;
/** Numbers that nobody has: a division that is not assigned, a subscriber of zeros, a card number for tests. */
const withCheck = (body: string): string => `${body}${citizenCheckCharacter(body)}`;
const CITIZEN = withCheck('99999919800101001');
const CITIZEN_X =
  Array.from({ length: 99 }, (_, n) => withCheck(`99999919800101${100 + n}`)).find((id) => id.endsWith('X')) ?? '';
const OLD = '829999800101123';
const PHONE = '13800000000';
const CARD = '6222020000000000000';
const CARD_16 = '4111111111111111';

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...DIGITS), minLength: length, maxLength: length });
const wide = (text: string): string =>
  text.replace(/[0-9A-Z]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
const grouped = (text: string, lengths: readonly number[], separator: string): string => {
  let at = 0;
  return lengths.map((length) => text.slice(at, (at += length))).join(separator);
};

describe('scanIdentifiers finds', () => {
  test.each([
    ['citizen-id', CITIZEN],
    ['citizen-id', CITIZEN_X],
    ['citizen-id', CITIZEN_X.toLowerCase()],
    ['citizen-id', wide(CITIZEN_X)],
    ['citizen-id', grouped(CITIZEN, [6, 8, 4], ' ')],
    ['citizen-id', grouped(CITIZEN_X, [6, 4, 2, 2, 4], '-')],
    ['citizen-id', grouped(CITIZEN, Array<number>(18).fill(1), ' ')],
    ['citizen-id', `${CITIZEN}01`],
    ['citizen-id', OLD],
    ['citizen-id', grouped(OLD, [6, 6, 3], ' ')],
    ['phone', PHONE],
    ['phone', wide(PHONE)],
    ['phone', grouped(PHONE, [3, 4, 4], ' ')],
    ['phone', grouped(PHONE, [3, 4, 4], '-')],
    ['phone', grouped(PHONE, [3, 4, 4], '－')],
    ['phone', grouped(PHONE, [3, 4, 4], '.')],
    ['phone', grouped(PHONE, Array<number>(11).fill(1), ' ')],
    ['phone', `+86${PHONE}`],
    ['phone', `+86 ${grouped(PHONE, [3, 4, 4], ' ')}`],
    ['phone', `0086-${PHONE}`],
    ['phone', `0${PHONE}`],
    ['bank-card', CARD],
    ['bank-card', CARD_16],
    ['bank-card', grouped(CARD_16, [4, 4, 4, 4], ' ')],
    ['bank-card', grouped(CARD, [4, 4, 4, 4, 3], ' ')],
  ] as const)('%s %s in a sentence, exactly', (kind, number) => {
    for (const [before, after] of [
      ['联系人：', '，谢谢'],
      ['(', ')'],
      ['', ''],
      ['某人', '某处'],
    ] as const) {
      const start = before.length;
      expect(scanIdentifiers(before + number + after)).toEqual([{ kind, start, end: start + number.length }]);
    }
  });

  test.each([
    ['phone', `tel${PHONE}`],
    ['phone', `${PHONE}wechat`],
    ['phone', `${PHONE}-2`],
    ['phone', `0755-83450000 ${PHONE}`],
    ['phone', `2019-01-02 ${PHONE}`],
    ['citizen-id', `ID${CITIZEN}号`],
    ['passport', '护照号码：E00000001'],
    ['passport', '护照 No. EA0000001'],
    ['passport', '港澳居民来往内地通行证H00000001'],
  ] as const)('a %s in %s', (kind, text) => expect(scanIdentifiers(text).map((hit) => hit.kind)).toEqual([kind]));

  test('every number of a list, in order', () => {
    const text = `${PHONE}、${PHONE}/${PHONE},${PHONE} ${CITIZEN} 卡号${CARD}`;
    expect(scanIdentifiers(text).map((hit) => hit.kind)).toEqual([
      'phone',
      'phone',
      'phone',
      'phone',
      'citizen-id',
      'bank-card',
    ]);
  });
});

describe('scanIdentifiers leaves', () => {
  test.each([
    ['a unified social credit code', '91440300192317458F'],
    ['one with X before the end', '9144030027939873X7'],
    ['one of digits with a wrong check digit', '914403001922038217'],
    ['one in groups', '9144 0300 1922 0382 16'],
    ['a registration number of 15 digits', '440301103097413'],
    ['a registration number of 13 digits', '4403012012345'],
    ['a decision number', '深市监罚字〔2019〕13800000000号'],
    ['a decision number with 第', '某罚决字第13800000000号'],
    ['a short decision number', '深市监罚字〔2019〕稽123号'],
    ['the id of an event', '01717867-7316-4bd2-80df-d5d32047d0f9'],
    ['a landline', '0755-83450000'],
    ['a landline without hyphen', '075583450000'],
    ['a landline with country code', '+86 755 8345 0000'],
    ['a service number', '400-000-0000'],
    ['an amount', '注册资本13800000000元'],
    ['an amount with a sign', '¥13800000000'],
    ['an amount with a fraction', '13800000000.00'],
    ['an amount in groups', '13,800,000,000'],
    ['a count of shares', '13800000000股'],
    ['dates', '1999-12-31 2000-01-01 2001/02/03'],
    ['a day and a number', '1999-12-31 235件'],
    ['a card number with a wrong last digit', '6222020000000000009'],
    ['an identity number with a wrong check digit', `${CITIZEN.slice(0, 17)}${(Number(CITIZEN[17]) + 1) % 10}`],
    ['a code with more digits', 'A1B13800000000'],
    ['a hexadecimal number', '13800000000b'],
    ['a longer run of digits', `1${PHONE}23`],
    ['a licence number', 'JY14403050000000'],
    ['an approval number', '国药准字Z20090059'],
    ['an office number after 护照', '护照办理电话：83450000'],
    ['no text', ''],
    ['text without digits', '某某公司经营范围：日用百货的销售'],
  ])('%s', (_what, text) => expect(scanIdentifiers(text)).toEqual([]));

  test('every conforming code and every right registration number', () => {
    fc.assert(
      fc.property(digits(8), digits(8), (organization, sequence) => {
        const body = `91990000${organization}${organizationCheckCharacter(organization)}`;
        const registration = `440301${sequence}`;
        const text = `${body}${usccCheckCharacter(body)}、${registration}${registrationCheckDigit(registration)}`;
        expect(scanIdentifiers(text).length === 0).toBe(true);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
});

describe('redact', () => {
  test('puts the mark in the place of each number and keeps the rest', () => {
    const text = `张某，身份证${CITIZEN}，电话 +86 ${PHONE}。`;
    expect(redact(text, scanIdentifiers(text))).toBe(`张某，身份证${REDACTED}，电话 ${REDACTED}。`);
  });

  test('returns a text without hits as it is', () => expect(redact('无', [])).toBe('无'));

  test('leaves nothing that is found again, for any mixture of numbers and separators', () => {
    const piece = fc.constantFrom(
      PHONE,
      CITIZEN,
      CITIZEN_X,
      OLD,
      CARD,
      '护照E00000001',
      ' ',
      '-',
      '，',
      '元',
      '1',
      '86',
      '某',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const hits = scanIdentifiers(text);
        const apart = hits.every(({ start, end }, at) => start < end && start >= (hits[at - 1]?.end ?? 0));
        expect(apart && scanIdentifiers(redact(text, hits)).length === 0).toBe(true);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
});

describe('limits', () => {
  test('refuses a text above its length', () =>
    expect(() => scanIdentifiers('1'.repeat(SCAN_LENGTH_MAX + 1))).toThrow(RangeError));

  test.each([
    ['1'],
    ['1 '],
    ['1...'],
    ['138 1234 '],
    ['护照A'],
    ['1234567某'],
    ['1a'],
    [`${PHONE} `],
    ['9'.repeat(17)],
  ])('scans the longest text made of %j within two seconds', (piece) => {
    const text = piece.repeat(SCAN_LENGTH_MAX).slice(0, SCAN_LENGTH_MAX);
    const startedAtMs = performance.now();
    scanIdentifiers(text);
    expect(performance.now() - startedAtMs).toBeLessThan(2000);
  });
});
