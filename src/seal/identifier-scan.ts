// Finds personal numbers in free text, so that they are sealed before the text is recorded.
import { halfWidth } from '../half-width.ts';
import { classifyCode, isConformingUscc, isUsccForm, startsAsUscc } from '../uscc.ts';

export type IdentifierKind = 'citizen-id' | 'phone' | 'bank-card' | 'passport';

/** A personal number in a text: `start` and `end` (exclusive) are UTF-16 offsets in the text as it was given. */
export interface Hit {
  readonly kind: IdentifierKind;
  readonly start: number;
  readonly end: number;
}

/** Longest text that is scanned, in UTF-16 units. */
export const SCAN_LENGTH_MAX = 100_000;

/** What stands in a text for a number that was sealed. */
export const REDACTED = '［已遮盖］';

/** A number looked for has at least seven digits near each other; most texts end here. */
const ENOUGH_DIGITS = /(?:[0-9０-９][^0-9０-９]{0,3}){7}/;

/** A text that is the id of an event and nothing else: groups of its digits may look like a phone. */
const EVENT_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Digits with at most three spaces, hyphens or dots between two of them, and the X that may end an identity number. */
const CHAIN = /\d(?:[ .-]{0,3}\d)*(?:[ -]{0,3}X)?/gi;
const GROUP = /\d+|X/gi;
const CHAIN_LENGTH_MIN = 11;
/** The longest number: a citizen identity number and two digits, once the tax number of a sole trader. */
const DIGITS_MAX = 20;

/** A document of travel is told only by the word in front of it. */
const PASSPORT = /(?:护照|通行证|passport)[^0-9\n]{0,15}?([a-z]{1,2}\d{7,10})(?![0-9a-z])/gi;

const MOBILE = /^((?:00)?86|0)?1[3-9]\d{9}$/;
/** How a mobile number is grouped when it is grouped; a date with a number after it is not. */
const MOBILE_SHAPES = new Set(['11', '3-4-4', '3-8', '7-4', '3-3-5', Array(11).fill('1').join('-')]);
/** First digits of payment cards, ISO/IEC 7812: 3 to 6, and 9 for those numbered nationally. */
const CARD = /^[34569]\d{15,18}$/;
const CARD_SHAPE = /^(?:1[6-9]|4-4-4-4(?:-[123])?|4-4-4-[5-7]|6-1[0-3]|6-4-4-[2-5])$/;
const OLD_CITIZEN_SHAPES = new Set(['15', '6-6-3', '6-2-2-2-3']);

/** What makes a number in front of it an amount, and one behind it the fraction or the price. */
const AMOUNT_AFTER = /^ ?(?:\.\d|%|元|圆|亿|股|份|吨|美元|港元|港币|欧元|日元|人民币)/;
const AMOUNT_BEFORE = /(?:[¥￥$]|(?<!\d)0\.|人民币) ?$/;
/** A decision is numbered `…〔2019〕123号` or `第123号`. */
const DOCUMENT_BEFORE = /[〕\])】第] ?$/;
/** Letters in one word with more digits, or only such as hexadecimal numbers have: a code, a serial number. */
const CODE_BEFORE = /\d[a-z]{1,8}$/i;
const CODE_AFTER = /^[a-z]{1,8}\d/i;
const HEXADECIMAL = /^[a-f]+$/;
const LOOK_AROUND = 9;

/**
 * Personal numbers in a text, in order, without overlap: citizen identity numbers (GB 11643; those of 15 digits by
 * date of birth), mainland mobile numbers, payment cards (Luhn), passports named as such; in any width and with spaces
 * or hyphens. Codes of organisations, landlines, amounts, dates and document numbers are left. Time is linear in the
 * text.
 * @throws RangeError when the text is longer than SCAN_LENGTH_MAX; the caller limits what it takes in.
 */
export const scanIdentifiers = (text: string): readonly Hit[] => {
  if (text.length > SCAN_LENGTH_MAX) {
    throw new RangeError(`scan for identifiers: text of ${text.length} characters, at most ${SCAN_LENGTH_MAX}`);
  }
  if (!ENOUGH_DIGITS.test(text) || EVENT_ID.test(text)) return [];
  const plain = halfWidth(text);
  const hits: Hit[] = [];
  for (const chain of plain.matchAll(CHAIN)) {
    if (chain[0].length >= CHAIN_LENGTH_MIN) scanChain(plain, chain[0], chain.index, hits);
  }
  for (const { 0: found, 1: passport = '', index } of plain.matchAll(PASSPORT)) {
    const end = index + found.length;
    hits.push({ kind: 'passport', start: end - passport.length, end });
  }
  let end = 0;
  return hits
    .sort((a, b) => a.start - b.start)
    .filter((hit) => {
      const apart = hit.start >= end;
      if (apart) ({ end } = hit);
      return apart;
    });
};

/**
 * The text with each hit replaced by `REDACTED`. The caller guarantees hits of this very text, as the scan gave
 * them.
 */
export const redact = (text: string, hits: readonly Hit[]): string => {
  let [kept, from] = ['', 0];
  for (const { start, end } of hits) {
    kept += text.slice(from, start) + REDACTED;
    from = end;
  }
  return kept + text.slice(from);
};

/** Unbroken digits (or the final X) within a chain. */
interface Group {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const scanChain = (plain: string, chain: string, offset: number, hits: Hit[]): void => {
  const groups: Group[] = [];
  for (const { 0: text, index } of chain.matchAll(GROUP)) {
    groups.push({ text: text.toUpperCase(), start: offset + index, end: offset + index + text.length });
  }
  for (let first = 0; first < groups.length; first += 1) {
    const found = hitFrom(plain, groups, first, hits.at(-1)?.end ?? 0);
    if (found === undefined) continue;
    hits.push(found.hit);
    first = found.last;
  }
};

/** The longest number that begins with a group. What ends before `from` is a number of its own and no surrounding. */
const hitFrom = (
  plain: string,
  groups: readonly Group[],
  first: number,
  from: number,
): { hit: Hit; last: number } | undefined => {
  const start = groups[first]?.start ?? 0;
  let digits = '';
  let found: { hit: Hit; last: number } | undefined;
  const lengths: number[] = [];
  for (let last = first; last < groups.length; last += 1) {
    const { text, end } = groups[last] ?? { text: '', end: start };
    if (digits.length + text.length > DIGITS_MAX) break;
    digits += text;
    lengths.push(text.length);
    const kind = digits.length < CHAIN_LENGTH_MIN ? undefined : kindOf(digits, lengths);
    if (kind === undefined) continue;
    const before = plain.slice(Math.max(from, start - LOOK_AROUND), start);
    if (isNumberOfThings(kind, digits, before, plain.slice(end, end + LOOK_AROUND))) continue;
    found = { hit: { kind, start: withPlus(before, digits, start), end }, last };
  }
  return found;
};

const withPlus = (before: string, digits: string, start: number): number =>
  before.endsWith('+') && digits.startsWith('86') ? start - 1 : start;

/** What the digits alone are, by how they are grouped (`3-4-4`). */
const kindOf = (digits: string, lengths: readonly number[]): IdentifierKind | undefined => {
  if ((digits.length === 18 || digits.length === 20) && isPersonal(digits)) return 'citizen-id';
  if (digits.length === 15 && OLD_CITIZEN_SHAPES.has(lengths.join('-')) && isPersonal(digits)) return 'citizen-id';
  if (isMobile(digits, lengths)) return 'phone';
  return isCard(digits, lengths) ? 'bank-card' : undefined;
};

const isPersonal = (digits: string): boolean => classifyCode(digits).kind === 'personal';

/**
 * Whether what stands around the digits makes them an amount, a document number or a part of a code. The check
 * character of a citizen identity number is proof enough: there the surroundings do not matter.
 */
const isNumberOfThings = (kind: IdentifierKind, { length }: string, before: string, after: string): boolean => {
  if (kind === 'citizen-id' && length >= 18) return false;
  if (AMOUNT_AFTER.test(after) || AMOUNT_BEFORE.test(before)) return true;
  if (after.startsWith('号') && DOCUMENT_BEFORE.test(before)) return true;
  const [lettersBefore = ''] = /[a-z]*$/i.exec(before) ?? [];
  const [lettersAfter = ''] = /^[a-z]*/i.exec(after) ?? [];
  const letters = lettersBefore + lettersAfter;
  if (letters === '') return false;
  return kind === 'bank-card' || HEXADECIMAL.test(letters) || CODE_BEFORE.test(before) || CODE_AFTER.test(after);
};

const isMobile = (digits: string, lengths: readonly number[]): boolean => {
  const prefix = MOBILE.exec(digits);
  if (prefix === null) return false;
  const [first = 0, ...others] = lengths;
  const left = first - (prefix[1] ?? '').length;
  return left >= 0 && MOBILE_SHAPES.has((left === 0 ? others : [left, ...others]).join('-'));
};

const isCard = (digits: string, lengths: readonly number[]): boolean =>
  CARD.test(digits) && CARD_SHAPE.test(lengths.join('-')) && !isOrganisation(digits) && hasRightLuhnDigit(digits);

/** A code of an organisation, also when a digit of it is wrong. */
const isOrganisation = (digits: string): boolean =>
  isConformingUscc(digits) || (isUsccForm(digits) && startsAsUscc(digits));

/** ISO/IEC 7812-1, annex B. */
const hasRightLuhnDigit = (digits: string): boolean => {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - place));
    sum += place % 2 === 0 ? digit : ((digit * 2) % 10) + Math.floor(digit / 5);
  }
  return sum % 10 === 0;
};
