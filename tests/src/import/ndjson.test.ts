// NDJSON files: which lines are facts, who states them, and which of them wait.
import { describe, expect, test } from 'vitest';
import { ndjson } from '../../../src/import/forms/ndjson.ts';
import { usccCheckCharacter } from '../../../src/uscc.ts';
import { countsOf, importText, memoryLedger, type ImportOptions } from '../../importing.ts';
import { AUTHORITY, OTHER_BODY, sampleOf } from '../../sample-facts.ts';

const code = (n: number): string => {
  const body = `91990000MA${String(n).padStart(7, '0')}`;
  return `${body}${usccCheckCharacter(body)}`;
};
const WRONG_CODE = `${code(1).slice(0, -1)}${code(1).endsWith('0') ? '1' : '0'}`;

const line = (data: object, more: object = {}): string =>
  `${JSON.stringify({ type: 'EntityRegistered', about: [{ subject: `uscc:${code(1)}`, role: 'subject' }], data, ...more })}\n`;

describe('an ndjson file', () => {
  test.each([
    ['any fact', line({ name: '甲' }), 'recorded 1'],
    ['an empty line', `\n${line({ name: '甲' })}\n \n`, 'recorded 1'],
    ['a byte order mark', `\ufeff${line({ name: '甲' })}`, 'recorded 1'],
    ['no line break at the end', line({ name: '甲' }).trimEnd(), 'recorded 1'],
    ['CRLF', line({ name: '甲' }).replace('\n', '\r\n'), 'recorded 1'],
    ['no JSON', `{\n${line({ name: '甲' })}`, 'recorded 1, refused 1'],
    ['an unknown member', line({ name: '甲', nick: 'x' }), 'refused 1'],
    ['an unknown type', line({}, { type: 'Nothing' }), 'refused 1'],
    ['U+0000', line({ name: '甲\u0000' }), 'refused 1'],
    ['damaged text', line({ name: '甲\ufffd' }), 'refused 1'],
    ['a day to come', line({ name: '甲', registeredOn: '2027-01-01' }), 'refused 1'],
    ['a list', '[1]\n', 'refused 1'],
  ])('with %s', async (_name, text, counts) => {
    expect(countsOf(await importText(memoryLedger(), text, { form: ndjson }))).toBe(counts);
  });

  test.each([
    ['a wrong check character waits', WRONG_CODE, 'quarantined 1'],
    ['a legal exception to it is recorded', '91350100M0001TGQXM', 'recorded 1'],
  ])('whose subject has %s', async (_name, subject, counts) => {
    const text = line({ name: '甲' }, { about: [{ subject: `uscc:${subject}`, role: 'subject' }] });
    const result = await importText(memoryLedger(), text, { form: ndjson });
    expect(countsOf(result)).toBe(counts);
    expect(result.problems.map(({ code }) => code)).toEqual(counts === 'recorded 1' ? [] : ['code-wrong-check']);
  });

  test('without a source is stated by the body that each fact names, and refused where it names none', async () => {
    const ledger = memoryLedger();
    const stating = [AUTHORITY, OTHER_BODY, AUTHORITY];
    const penalties = stating.map(
      (authority, n) =>
        `${JSON.stringify(sampleOf('PenaltyDecided', { authority, documentNo: `样罚〔2026〕${n}号` }))}\n`,
    );
    const options: ImportOptions = { form: ndjson, agency: '' };
    const text = [...penalties, line({ name: '甲' })].join('');
    const result = await importText(ledger, text, options);
    expect(result.problems).toMatchObject([{ line: 4, code: 'code-missing', severity: 'refused' }]);
    expect(result.problems[0]?.fix).toContain('--source');
    expect(
      (await ledger.recorder.store.readAll({ after: 0n, limit: 10 })).map(({ event }) => event.source.agency),
    ).toEqual(stating);
    expect(countsOf(await importText(ledger, text, options))).toBe('alreadyThere 3, refused 1');
  });
});
