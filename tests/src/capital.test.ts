// Registered capital: the dirty text of registers.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { parseCapital } from '../../src/capital.ts';

describe('parseCapital', () => {
  test.each([
    ['39,076.8700(万元人民币)', '390768700', 'CNY'],
    ['600（万元）', '6000000', 'CNY'],
    ['3.24（万元）', '32400', 'CNY'],
    ['9万人民币', '90000', 'CNY'],
    ['9(万人民币元)', '90000', 'CNY'],
    ['787(万元(人民币))', '7870000', 'CNY'],
    ['300(万元（人民币）)', '3000000', 'CNY'],
    ['50(万人民币 )', '500000', 'CNY'],
    ['9人民币元', '9', 'CNY'],
    ['4元人民币', '4', 'CNY'],
    ['500万元整', '5000000', 'CNY'],
    ['人民币500万元', '5000000', 'CNY'],
    ['RMB 500万', '5000000', 'CNY'],
    ['9E-4万人民币', '9', 'CNY'],
    ['1E-06万人民币', '0.01', 'CNY'],
    ['1.5亿元', '150000000', 'CNY'],
    ['2千万元', '20000000', 'CNY'],
    ['８００（万元人民币）', '8000000', 'CNY'],
    ['【800】〔万元〕', '8000000', 'CNY'],
    ['835(万美元)', '8350000', 'USD'],
    ['38.5714(万美元 )', '385714', 'USD'],
    ['750(万元美元)', '7500000', 'USD'],
    ['865(万元(美元))', '8650000', 'USD'],
    ['USD 1,965万', '19650000', 'USD'],
    ['25,220(万香港元)', '252200000', 'HKD'],
    ['100(万元（港币）)', '1000000', 'HKD'],
    ['19万港元 ', '190000', 'HKD'],
    ['121,293(万日元)', '1212930000', 'JPY'],
    ['135.5980(万欧元)', '1355980', 'EUR'],
    ['231.9121(万英镑)', '2319121', 'GBP'],
    ['400(万德国马克)', '4000000', 'DEM'],
    ['550(万新加坡元)', '5500000', 'SGD'],
  ])('reads %s as %s %s', (text, amount, currency) => expect(parseCapital(text)).toEqual({ amount, currency }));

  test.each([
    ['210(万)', '2100000'],
    ['56.5万', '565000'],
  ])('leaves the currency of %s open', (text, amount) => expect(parseCapital(text)).toEqual({ amount }));

  test.each(['0（万元）', '0万港币', '0.0000(万元人民币)', '0', '', '  ', '()', '(万元)', '（万美元）'])(
    'takes %j as not stated',
    (text) => expect(parseCapital(text)).toEqual({}),
  );

  test.each(['70()', '4,603()', '500'])('asks for the unit of %s', (text) =>
    expect(parseCapital(text)).toEqual({ problem: 'capital-unit-missing' }),
  );

  test.each([
    '某某某',
    'SOMEBODY）',
    '电热多用锅',
    '-5万元',
    '5.5.5万元',
    '1,6670000(万元人民币)',
    '500万美元300万人民币',
    '人民币500万美元',
    '500万贝壳',
    '1E99万元',
    `${'9'.repeat(60)}万元人民币`,
  ])('finds no amount in %s', (text) => expect(parseCapital(text)).toEqual({ problem: 'capital-unreadable' }));

  test('is exact for every amount with four decimals', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 18n }), (yuan) => {
        const digits = String(yuan).padStart(5, '0');
        const wan = `${digits.slice(0, -4)}.${digits.slice(-4)}(万元人民币)`;
        expect(parseCapital(wan)).toEqual({ amount: String(yuan), currency: 'CNY' });
      }),
      { seed: 20261122 },
    );
  });

  test('never throws, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom(...'09.,E-+万亿元人民币美(（) X'.split('')), maxLength: 30 });
    fc.assert(
      fc.property(text, (written) => {
        const { amount, problem } = parseCapital(written);
        expect(amount === undefined || problem === undefined).toBe(true);
      }),
      { seed: 20261122, numRuns: 2000 },
    );
  });
});

const REGISTER = new URL('../../../shared/data/cn-enterprise-registration/', import.meta.url);
test.skipIf(!existsSync(REGISTER)).each(['shenzhen', 'listed-companies'])(
  'reads 99.9 per cent of the capital cells of a real register: %s (needs ../shared/data)',
  (name) => {
    const bytes = gunzipSync(readFileSync(new URL(`${name}.csv.gz`, REGISTER)));
    const rows: { capital: string }[] = parse(bytes, { columns: true });
    const cells = rows.map(({ capital }) => capital).filter((text) => text.trim() !== '');
    const unread = cells.filter((text) => parseCapital(text).problem !== undefined);
    expect(unread.length / cells.length).toBeLessThan(0.001);
  },
);
