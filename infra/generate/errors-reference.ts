// The reference of codes, docs/errors.md: why a row was not recorded, why a query has no answer, how a command ended.
import { ERROR_CODES } from '../../graphql/errors.ts';
import type { RefusalCode } from '../../src/fact.ts';
import type { NoticeCode } from '../../src/import/form.ts';
import { EXIT } from '../commands/command.ts';

interface Meaning {
  readonly zh: string;
  readonly en: string;
}

/** Meaning of each refusal. The message of a single row says more: the member, what was wanted, how to mend it. */
export const REFUSALS: Readonly<Record<RefusalCode, Meaning>> = {
  'unknown-type': { zh: '没有这种事实类型。', en: 'This version knows no such type of fact.' },
  invalid: {
    zh: '成员缺失、多余或形式不符。',
    en: 'A member is missing, unknown or of another form than its type asks.',
  },
  'not-canonical': {
    zh: '文本或数字无法原样保存（残缺字符、U+0000、小数）。',
    en: 'A text or number cannot be stored exactly: half a character, U+0000, a fraction.',
  },
  'name-missing': { zh: '没有名称，或名称过长。', en: 'The row has no name, or one too long to be one.' },
  'code-missing': {
    zh: '没有代码，或没有说明由哪个机关陈述。',
    en: 'The row has no code, or nothing says which body states it: add `--source`.',
  },
  'code-unknown': {
    zh: '既不是统一社会信用代码，也不是注册号；该行待人工判断。',
    en: 'The code is neither a unified social credit code nor a registration number. In `registration` the row waits, sealed, for a person.',
  },
  'code-wrong-check': {
    zh: '代码校验位不符；登记表照录并标记，其他格式的该行待人工判断。',
    en: 'The check character does not fit. `registration` speaks for the register: recorded, flagged, and told as a notice; in `ndjson` the row waits, sealed, for a person.',
  },
  'code-personal': {
    zh: '代码是自然人的身份号码；不以明文保存。',
    en: 'The code is the identity number of a person. In `registration` the row waits, sealed; in a fact it is refused.',
  },
  'day-unreadable': {
    zh: '日期无法读取；照录原文，不填日期。',
    en: 'The day cannot be read. `registration` leaves it out, keeps the cell as read and tells it as a notice.',
  },
  'in-the-future': { zh: '日期在今天之后。', en: 'A day on which something happened lies after today.' },
  'ends-before-start': { zh: '结束早于开始。', en: 'An end lies before its beginning.' },
  'identifier-in-key': {
    zh: '文号等编号本身是个人号码。',
    en: 'The number that names the record is itself a personal number.',
  },
  contradicts: {
    zh: '与同一来源先前的陈述矛盾。',
    en: 'It contradicts what the same body stated before in the same record.',
  },
  'stream-full': { zh: '该记录的事件已达上限。', en: 'The record has as many events as one may have.' },
  'row-unreadable': {
    zh: '该行无法按格式读取。',
    en: 'The row cannot be read: a quote, the number of cells, or no JSON.',
  },
  'text-damaged': {
    zh: '该行文字已损坏（编码）。',
    en: 'The row holds bytes that are no text in the encoding of the file.',
  },
  'line-too-long': { zh: '该行过长。', en: 'The row, or one of its cells, is longer than the limit.' },
  'seal-unknown': {
    zh: '该类型没有这个密封项，或密封项与成员不配套。',
    en: 'The type has no such slot to seal, or a sealed member and its text do not come together.',
  },
  conflict: {
    zh: '其他写入者三次抢先；请重试。',
    en: 'Other writers were first three times in a row: hand it in again.',
  },
};

/** Meaning of each notice: the row was recorded all the same. Codes of refusals can be notices too. */
export const NOTICES: Readonly<Record<NoticeCode, Meaning>> = {
  'column-ignored': { zh: '表单没有此列，已忽略。', en: 'The form has no such column: it was ignored.' },
  'cell-too-long': { zh: '单元格过长，未录入，原文保留。', en: 'The cell is too long: left out, and kept as read.' },
  'capital-unreadable': {
    zh: '注册资本没有可读的金额。',
    en: 'The capital has no amount that can be read: only its words are kept.',
  },
  'capital-unit-missing': {
    zh: '注册资本没有单位。',
    en: 'The capital does not say its unit: only its words are kept.',
  },
};

/** Meaning of each exit code, by its name in the code. */
const EXITS: Readonly<Record<keyof typeof EXIT, Meaning>> = {
  done: { zh: '完成。', en: 'Done.' },
  doneWithRefusals: {
    zh: '完成，有被拒绝或待判断的行。',
    en: 'Done, with refused or quarantined rows; they are listed.',
  },
  usage: { zh: '命令、文件或设置有误。', en: 'A mistake in the command, the file or the settings.' },
  dependencyDown: {
    zh: '依赖的服务不可用、忙或被中断，或程序故障；可再次执行。',
    en: 'Something it depends on is down, busy or cannot be used, such as PostgreSQL; it was interrupted; or an unexpected fault of the program. Run it again.',
  },
  integrity: { zh: '完整性被破坏。', en: 'What is stored contradicts itself.' },
};

/** The whole page. Codes stand first in their rows, in backquotes. */
export const errorsMarkdown = (): string =>
  [
    '# Codes',
    'Generated from `infra/generate/errors-reference.ts` and the lists in the code. The lists are closed: nothing else is\n' +
      'answered. No message repeats text of the input.',
    '## Refusals of facts and rows',
    'A fact or row that is refused is not recorded; the others are. `huixin import` lists line, column, code, message and\n' +
      'remedy. The list is `REFUSAL_CODES` in `src/fact.ts`.',
    table(['code', '说明', 'meaning'], rowsOf(REFUSALS)),
    '## Notices of an import',
    'The row was recorded; something about it should be known. `code-wrong-check` is told of each row; other notices that\n' +
      'are alike are told once, with their number of rows.',
    table(['code', '说明', 'meaning'], rowsOf(NOTICES)),
    '## Errors of the API',
    'In `errors[].extensions.code` of an answer, beside a `requestId` that finds the line in the log. The status is that of\n' +
      'a request that was not executed; an answer that was executed has 200.',
    table(
      ['code', 'status', '说明', 'meaning'],
      Object.entries(ERROR_CODES).map(([code, { status, zh, en }]) => [`\`${code}\``, String(status), zh, en]),
    ),
    '## Exit codes of the command line',
    table(
      ['code', '说明', 'meaning'],
      Object.entries(EXITS).map(([name, { zh, en }]) => [`\`${EXIT[name as keyof typeof EXIT]}\``, zh, en]),
    ),
  ].join('\n\n') + '\n';

const rowsOf = (meanings: Readonly<Record<string, Meaning>>): readonly (readonly string[])[] =>
  Object.entries(meanings).map(([code, { zh, en }]) => [`\`${code}\``, zh, en]);

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
