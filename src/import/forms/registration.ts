// Form `registration`: a register's list of its organisations, one a row.
import { parseCapital } from '../../capital.ts';
import { parseDay, type Day } from '../../day.ts';
import type { Fact, FactDefinition } from '../../fact.ts';
import { entityRegistered } from '../../facts/entity-registered.ts';
import { LONG_TEXT_MAX, SHORT_TEXT_MAX } from '../../facts/members.ts';
import type { EventData } from '../../ledger/event.ts';
import { subjectId, type SubjectId } from '../../subject.ts';
import { classifyCode } from '../../uscc.ts';
import { cleanLine, cleanText, isNothing, type CleanText } from '../clean-text.ts';
import type { Cells, Column, Remark, RowReading, TableForm } from '../form.ts';

const columns = [
  {
    name: 'name',
    aliases: ['企业名称', '名称', '单位名称', '市场主体名称', '机构名称', 'company_name'],
    isRequired: true,
  },
  {
    name: 'uscc',
    aliases: ['统一社会信用代码', 'code', '社会信用代码', '统一信用代码', '统一社会信用代码/注册号', 'credit_code'],
    isRequired: true,
  },
  { name: 'reg_date', aliases: ['成立日期', '注册日期', '设立日期', '登记日期', 'registered_on', 'registration_date'] },
  { name: 'type', aliases: ['类型', '企业类型', '市场主体类型', '主体类型', 'entity_type', 'company_type'] },
  {
    name: 'legal_rep',
    aliases: [
      '法定代表人/负责人',
      '法定代表人',
      '负责人',
      '法人代表',
      '经营者',
      '法定代表人(负责人)',
      '法定代表人姓名',
      'legal_representative',
      'person_in_charge',
    ],
  },
  { name: 'capital', aliases: ['注册资本', '注册资金', 'registered_capital'] },
  { name: 'scope', aliases: ['经营范围', 'business_scope'] },
  { name: 'province', aliases: ['省', '省份', '所属省份'] },
  { name: 'city', aliases: ['市', '城市', '所属城市'] },
  {
    name: 'address',
    aliases: ['地址', '住所', '注册地址', '企业地址', '经营场所', '住所(经营场所)', 'registered_address'],
  },
] as const satisfies readonly Column[];

type RegistrationCells = Cells<(typeof columns)[number]['name']>;

/**
 * Only a name and a code are needed; what else cannot be read is left out with a notice and kept as `original`. This form
 * speaks for the register: a code with a wrong check character is recorded and flagged. A code that is none waits; one that
 * is the identity number of a person waits too, and stands nowhere in clear.
 */
export const registration: TableForm = {
  name: 'registration',
  version: 1,
  format: 'table',
  columns,
  sourceRequired: true,
  columnOf: {
    name: 'name',
    registeredOn: 'reg_date',
    entityType: 'type',
    personInCharge: 'legal_rep',
    capital: 'capital',
    businessScope: 'scope',
    province: 'province',
    city: 'city',
    address: 'address',
  },
  read: (cells) => readRegistration(cells as RegistrationCells),
};

const readRegistration = (cells: RegistrationCells): RowReading => {
  const row = rowReader();
  const name = row.line(cells.name, 'name');
  if (name === undefined) return row.notices.length === 0 ? NAME_MISSING : NAME_TOO_LONG;
  const code = readCode(cells.uscc);
  if ('outcome' in code) return code;
  if (code.notice !== undefined) row.notices.push(code.notice);
  const data: EventData = {
    address: row.line(cells.address, 'address'),
    businessScope: row.text(cells.scope, 'scope'),
    capital: row.capital(cells.capital),
    checkCharacter: code.checkCharacter,
    city: row.line(cells.city, 'city'),
    entityType: row.line(cells.type, 'type'),
    name,
    personInCharge: row.line(cells.legal_rep, 'legal_rep'),
    province: row.line(cells.province, 'province'),
    registeredOn: row.day(cells.reg_date),
  };
  const fact: Fact = {
    type: entityRegistered.type,
    about: [{ subject: code.subject, role: 'subject' }],
    data,
    seal: NOTHING_SEALED,
    ...(row.original.length === 0 ? {} : { original: row.original }),
  };
  return { outcome: 'facts', facts: [{ fact, definition }], notices: row.notices };
};

const definition = entityRegistered as unknown as FactDefinition;
const NOTHING_SEALED = {};

interface Code {
  readonly subject: SubjectId;
  readonly checkCharacter?: 'wrong' | 'exception';
  readonly notice?: Remark;
}

const readCode = (cell: string): Code | RowReading => {
  const code = classifyCode(cell);
  switch (code.kind) {
    case 'uscc': {
      const subject = subjectId('uscc', code.code);
      if (code.conforming) return { subject };
      return code.legalException
        ? { subject, checkCharacter: 'exception' }
        : { subject, checkCharacter: 'wrong', notice: WRONG_CHECK };
    }
    case 'regno':
      return { subject: subjectId('regno', code.code), ...(code.checkOk ? {} : { notice: WRONG_CHECK }) };
    case 'personal':
      return CODE_PERSONAL;
    case 'absent':
      return CODE_MISSING;
    case 'sentinel':
    case 'other':
    default:
      return CODE_UNKNOWN;
  }
};

/** Reads the cells of one row and gathers what was lost on the way. */
const rowReader = () => {
  const original: [string, string][] = [];
  const notices: Remark[] = [];

  const keep = (column: string, cell: string): void => {
    original.push([column, cell]);
  };
  const leaveOut = (column: string, cell: string, notice: Remark): undefined => {
    keep(column, cell);
    notices.push(notice);
  };
  const limited = ({ text, isCut }: CleanText, column: string, cell: string, lengthMax: number): string | undefined => {
    if (isNothing(text)) return undefined;
    if (text.length > lengthMax) return leaveOut(column, cell, tooLong(column, lengthMax));
    if (isCut) keep(column, cell);
    return text;
  };

  return {
    original,
    notices,
    line: (cell: string, column: string) =>
      cell === '' ? undefined : limited(cleanLine(cell), column, cell, SHORT_TEXT_MAX),
    text: (cell: string, column: string) =>
      cell === '' ? undefined : limited(cleanText(cell), column, cell, LONG_TEXT_MAX),
    day: (cell: string): Day | undefined => {
      if (cell === '') return undefined;
      const { text } = cleanLine(cell);
      return isNothing(text) ? undefined : (parseDay(text) ?? leaveOut('reg_date', cell, DAY_UNREADABLE));
    },
    /** The words of the register stay beside what was read from them. */
    capital: (cell: string): EventData[string] => {
      const original = cell === '' ? undefined : limited(cleanLine(cell), 'capital', cell, SHORT_TEXT_MAX);
      if (original === undefined) return undefined;
      const { amount, currency, problem } = parseCapital(original);
      if (problem !== undefined) notices.push(CAPITAL_NOTICES[problem]);
      return { amount, currency, original };
    },
  };
};

const tooLong = (column: string, lengthMax: number): Remark => ({
  code: 'cell-too-long',
  message: `the cell has more than ${lengthMax} characters: it was left out and is kept as read`,
  fix: 'shorten the cell',
  column,
});

const waits = (code: Remark['code'], message: string, fix: string): RowReading => ({
  outcome: 'quarantined',
  remarks: [{ code, message, fix, column: 'uscc' }],
});
const refused = (code: Remark['code'], message: string, fix: string, column: string): RowReading => ({
  outcome: 'refused',
  remarks: [{ code, message, fix, column }],
});

const NAME_MISSING = refused('name-missing', 'the row has no name', 'state the registered name', 'name');
const NAME_TOO_LONG = refused(
  'name-missing',
  `the name has more than ${SHORT_TEXT_MAX} characters and cannot be one`,
  'state the registered name',
  'name',
);
const CODE_MISSING = refused('code-missing', 'the row has no code', 'state the unified social credit code', 'uscc');
const CODE_UNKNOWN = waits(
  'code-unknown',
  'the code is neither a unified social credit code nor a registration number: the row waits, sealed',
  'state 18 characters as on the business licence, or the older number of 13 or 15 digits',
);
const CODE_PERSONAL = waits(
  'code-personal',
  'the code is the identity number of a natural person: the row waits, sealed',
  'state the code of the business, not of its operator',
);
const WRONG_CHECK: Remark = {
  code: 'code-wrong-check',
  message: 'the check character of the code does not fit: recorded as the register states it, and flagged',
  fix: 'compare the code with the business licence',
  column: 'uscc',
};
const DAY_UNREADABLE: Remark = {
  code: 'day-unreadable',
  message: 'the day cannot be read: it was left out and is kept as read',
  fix: 'write it as 2026-05-06',
  column: 'reg_date',
};
const CAPITAL_NOTICES = {
  'capital-unreadable': {
    code: 'capital-unreadable',
    message: 'the capital has no amount that can be read: only its words were recorded',
    fix: 'write it as 500万元人民币',
    column: 'capital',
  },
  'capital-unit-missing': {
    code: 'capital-unit-missing',
    message: 'the capital does not say in which unit it is: only its words were recorded',
    fix: 'write the unit: 70万元人民币',
    column: 'capital',
  },
} as const satisfies { readonly [Problem in 'capital-unreadable' | 'capital-unit-missing']: Remark };
