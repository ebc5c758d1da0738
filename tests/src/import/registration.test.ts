// Form `registration`: what a row of a register becomes, trap by trap.
import { describe, expect, test } from 'vitest';
import { entityRegistered } from '../../../src/facts/entity-registered.ts';
import { registration } from '../../../src/import/forms/registration.ts';
import { ImportMistake } from '../../../src/import/import-mistake.ts';
import { readRows, type ReadRow } from '../../../src/import/read-rows.ts';
import { registrationCheckDigit } from '../../../src/registration-no.ts';
import { usccCheckCharacter } from '../../../src/uscc.ts';
import { chunksOf, gathered } from '../../chunks.ts';
import { CITIZEN_ID } from '../../sample-facts.ts';

const CODE = '91990000MA0000015Q';
const WRONG = '91990000MA00000151';
/** 14 digits of division 990000 and their check digit. */
const REGNO = `99000010000000${registrationCheckDigit('99000010000000')}`;

const fileOf = (text: string) => readRows(registration, chunksOf(Buffer.from(text)));
const rowsOf = async (text: string): Promise<readonly ReadRow[]> => gathered((await fileOf(text)).rows);

const LABELS = 'name,uscc,reg_date,type,legal_rep,capital,scope,province,city,address';
interface Row {
  readonly [column: string]: string;
}
/** One row under the English header, with a usual name and code. */
const readOne = async (cells: Row): Promise<ReadRow['reading']> => {
  const row: Row = { name: '惠信样例有限公司', uscc: CODE, ...cells };
  const line = LABELS.split(',').map((label) => `"${(row[label] ?? '').replaceAll('"', '""')}"`);
  const [read] = await rowsOf(`${LABELS}\n${line.join(',')}\n`);
  if (read === undefined) throw new Error('the row was left out');
  return read.reading;
};
const factOf = async (cells: Row) => {
  const reading = await readOne(cells);
  if (reading.outcome !== 'facts') throw new Error(`no fact: ${JSON.stringify(reading.remarks)}`);
  const [stated] = reading.facts;
  if (stated === undefined) throw new Error('no fact');
  return { ...stated.fact, notices: reading.notices.map(({ code, column }) => `${code} ${column}`) };
};

test('a full row becomes a registration with every member', async () => {
  const { about, data, original, notices } = await factOf({
    reg_date: '2020/5/6',
    type: '有限责任公司',
    legal_rep: '样甲',
    capital: '500万元人民币',
    scope: '餐饮服务, 食品销售',
    province: '广东',
    city: '深圳',
    address: '样例路1号',
  });
  expect(about).toEqual([{ subject: `uscc:${CODE}`, role: 'subject' }]);
  expect(data).toEqual({
    name: '惠信样例有限公司',
    registeredOn: '2020-05-06',
    entityType: '有限责任公司',
    personInCharge: '样甲',
    capital: { amount: '5000000', currency: 'CNY', original: '500万元人民币' },
    businessScope: '餐饮服务, 食品销售',
    province: '广东',
    city: '深圳',
    address: '样例路1号',
  });
  expect(entityRegistered.data.safeParse(data).success).toBe(true);
  expect([original, notices]).toEqual([undefined, []]);
});

describe('the code', () => {
  test.each([
    ['as it is', CODE, `uscc:${CODE}`, undefined, []],
    ['in full width and lower case', ' ９1990000ma0000015q ', `uscc:${CODE}`, undefined, []],
    ['with hyphens', '91990000-MA0000015-Q', `uscc:${CODE}`, undefined, []],
    ['with a wrong check character', WRONG, `uscc:${WRONG}`, 'wrong', ['code-wrong-check uscc']],
    ['that is a known exception', '91350100M0001TGQXM', 'uscc:91350100M0001TGQXM', 'exception', []],
    ['of 15 digits', REGNO, `regno:${REGNO}`, undefined, []],
    ['of 15 digits with a wrong one', '990000100000001', 'regno:990000100000001', undefined, ['code-wrong-check uscc']],
    ['of 13 digits', '9900001000001', 'regno:9900001000001', undefined, []],
  ])('%s names the subject', async (_name, uscc, subject, checkCharacter, notices) => {
    const fact = await factOf({ uscc });
    expect([fact.about[0]?.subject, fact.data['checkCharacter'], fact.notices]).toEqual([
      subject,
      checkCharacter,
      notices,
    ]);
  });

  test.each([
    ['quarantined', 'code-personal', CITIZEN_ID],
    ['quarantined', 'code-personal', `${CITIZEN_ID}01`],
    ['quarantined', 'code-unknown', '00000000000000000X'],
    ['quarantined', 'code-unknown', '000000000000000000'],
    ['quarantined', 'code-unknown', '91990000MA0000015'],
    ['quarantined', 'code-unknown', '企合粤深总字第000000号'],
    ['quarantined', 'code-unknown', 'x'.repeat(10_000)],
    ['refused', 'code-missing', ''],
    ['refused', 'code-missing', ' 无 '],
    ['refused', 'code-missing', 'N/A'],
  ])('leaves a row %s as %s', async (outcome, code, uscc) => {
    const reading = await readOne({ uscc });
    expect(reading).toMatchObject({ outcome, remarks: [{ code, column: 'uscc' }] });
    expect(uscc.length > 5 && JSON.stringify(reading).includes(uscc)).toBe(false);
  });

  test('of the samples is right where it should be', () => {
    expect(usccCheckCharacter(CODE.slice(0, 17))).toBe('Q');
    expect(usccCheckCharacter(WRONG.slice(0, 17))).not.toBe('1');
  });
});

describe('the name', () => {
  test.each([
    ['样例（深圳）有限公司', '样例（深圳）有限公司', undefined],
    ['  样例有限公司　', '样例有限公司', undefined],
    ['样例有限公司〓〓', '样例有限公司', '样例有限公司〓〓'],
    ['样例\u0007有限\u200b公司', '样例有限公司', '样例\u0007有限\u200b公司'],
    ['Sample  Co   Ltd', 'Sample Co Ltd', 'Sample  Co   Ltd'],
    ['样例\n有限公司', '样例 有限公司', '样例\n有限公司'],
    ['样〓例有限公司', '样〓例有限公司', undefined],
  ])('%j is recorded as %j', async (cell, name, original) => {
    const fact = await factOf({ name: cell });
    expect([fact.data['name'], fact.original]).toEqual([
      name,
      original === undefined ? undefined : [['name', original]],
    ]);
  });

  test.each(['', '   ', '无', '/', 'N/A', '〓', '\u200b', '名'.repeat(501)])('%j refuses the row', async (name) => {
    expect(await readOne({ name })).toMatchObject({ outcome: 'refused', remarks: [{ code: 'name-missing' }] });
  });
});

describe('other cells', () => {
  test.each([
    ['2020-05-06', '2020-05-06'],
    ['2020年5月6日', '2020-05-06'],
    ['２０２０．５．６', '2020-05-06'],
    ['2020-05-06 00:00:00', '2020-05-06'],
    ['', undefined],
    ['N/A', undefined],
  ])('the day %j is %j', async (reg_date, day) => {
    const fact = await factOf({ reg_date });
    expect([fact.data['registeredOn'], fact.notices, fact.original]).toEqual([day, [], undefined]);
  });

  test.each(['2020-02-30', '43952', '二〇二〇年', '06/05/2020'])(
    'the day %j is left out and kept as read',
    async (reg_date) => {
      const fact = await factOf({ reg_date });
      expect([fact.data['registeredOn'], fact.notices, fact.original]).toEqual([
        undefined,
        ['day-unreadable reg_date'],
        [['reg_date', reg_date]],
      ]);
    },
  );

  test.each([
    ['39,076.8700(万元人民币)', { amount: '390768700', currency: 'CNY' }, []],
    ['600（万元）', { amount: '6000000', currency: 'CNY' }, []],
    ['9万港币', { amount: '90000', currency: 'HKD' }, []],
    ['9(万)', { amount: '90000' }, []],
    ['0万', {}, []],
    ['(万美元)', {}, []],
    ['70()', {}, ['capital-unit-missing capital']],
    ['七十万', {}, ['capital-unreadable capital']],
  ])('the capital %j is read as %j', async (capital, read, notices) => {
    const fact = await factOf({ capital });
    expect(fact.data['capital']).toEqual({ ...read, original: capital });
    expect(fact.notices).toEqual(notices);
  });

  test.each([
    ['scope', '一般项目：\r\n食品销售', 'businessScope', '一般项目：\n食品销售', false],
    ['scope', '食品\u0000'.slice(0, 2) + '\u0001销售', 'businessScope', '食品销售', true],
    ['address', '样例路\t1号', 'address', '样例路 1号', true],
    ['legal_rep', '/', 'personInCharge', undefined, false],
  ])('%s %j is recorded as %s %j', async (column, cell, member, text, isKept) => {
    const fact = await factOf({ [column]: cell });
    expect([fact.data[member], fact.original]).toEqual([text, isKept ? [[column, cell]] : undefined]);
  });

  test.each([
    ['address', 'address', 501],
    ['capital', 'capital', 501],
    ['scope', 'businessScope', 20_001],
  ])('%s that is too long is left out and kept as read', async (column, member, length) => {
    const cell = '长'.repeat(length);
    const fact = await factOf({ [column]: cell });
    expect([fact.data[member], fact.notices, fact.original]).toEqual([
      undefined,
      [`cell-too-long ${column}`],
      [[column, cell]],
    ]);
    expect(entityRegistered.data.safeParse(fact.data).success).toBe(true);
  });
});

describe('the header', () => {
  test.each([
    ['企业名称,统一社会信用代码', '甲有限公司'],
    ['NAME , Code', '甲有限公司'],
    ['"name","USCC"', '甲有限公司'],
    ['名　称,统一 社会信用代码', '甲有限公司'],
    ['\ufeffｎａｍｅ,ｕｓｃｃ', '甲有限公司'],
    ['company name,credit-code', '甲有限公司'],
  ])('%j is understood', async (header, name) => {
    const [row] = await rowsOf(`${header}\n甲有限公司,${CODE}\n`);
    expect(row?.reading).toMatchObject({ outcome: 'facts', facts: [{ fact: { data: { name } } }] });
  });

  test('may stand in any order; a column that the form does not know is told and ignored', async () => {
    const file = await fileOf(`why,法定代表人/负责人,uscc,name\nx,样甲,${CODE},甲\n`);
    expect(file.notices).toMatchObject([{ code: 'column-ignored', message: expect.stringContaining('"why"') }]);
    const [row] = await gathered(file.rows);
    expect(row?.reading).toMatchObject({ facts: [{ fact: { data: { name: '甲', personInCharge: '样甲' } } }] });
  });

  test.each([
    ['', /empty/],
    ['name,address\n', /uscc or 统一社会信用代码 or code/],
    ['甲有限公司,91990000MA0000015Q\n', /name or 企业名称.*uscc/],
    ['name;uscc\n', /separated by commas/],
    ['name,uscc,企业名称\n', /two columns/],
    ['"name,uscc\n', /first row/],
  ])('%j is a mistake that says what is accepted, and repeats nothing', async (text, message) => {
    await expect(fileOf(text)).rejects.toThrow(message);
    await expect(fileOf(text)).rejects.toThrow(ImportMistake);
    await expect(fileOf(text)).rejects.not.toThrow(/甲有限公司/);
  });

  test('a row with another number of cells is refused alone', async () => {
    const rows = await rowsOf(`name,uscc\n甲,${CODE},x\n乙\n丙,${CODE}\n`);
    expect(rows.map(({ line, reading }) => [line, reading.outcome])).toEqual([
      [2, 'refused'],
      [3, 'refused'],
      [4, 'facts'],
    ]);
  });
});
