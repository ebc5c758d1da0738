// Unified social credit codes (统一社会信用代码) and what else stands in their column.
import { z } from 'zod';
import { isCitizenId, isOldCitizenId, startsWithProvince } from './citizen-id.ts';
import { halfWidth } from './half-width.ts';
import { isOrganizationCode } from './organization-code.ts';
import { hasRightCheckDigit, isRegistrationNo } from './registration-no.ts';

/** The 31 characters of a code by their values; I, O, S, V and Z are not used. */
export const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** Form of a unified social credit code; its check is not asked. */
export const USCC_FORM = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

/** Longest text that is looked at as a code; a longer one is of kind `other`. */
const CODE_TEXT_LENGTH_MAX = 64;

/** Stands where a sole trader has no code: 17 zeros and X, by the double-publicity forms; also seen with a zero. */
const SENTINELS = new Set(['00000000000000000X', '000000000000000000']);

/** What people write into a column to say that there is nothing. */
const NOTHING_WORDS = new Set(['', '无', '暂无', '/', '\\', 'N/A', 'NA', 'NULL', 'NONE']);

/** Codes of the early pilots in Fujian and Xiamen: legal, although their check character is another one. */
const LEGAL_EXCEPTIONS = new Set(['91350100M0001TGQXM', '91350211M0000XUF46', '91350203M0001FUE2P']);

/** Schema of a code in a fact: the form only, because registers hold legal codes with a wrong check character. */
export const uscc = z
  .string()
  .regex(USCC_FORM, 'a unified social credit code: 18 characters, 3 to 8 digits, no I O S V Z');

/**
 * What a text in a code column is. `code` is normalised. `uscc` with `conforming: false` has the form and the wrong
 * check character: the caller decides by who says it. `personal` and `other` may name a person, so they give no text
 * back.
 */
export type CodeClass =
  | { readonly kind: 'uscc'; readonly code: string; readonly conforming: true }
  | { readonly kind: 'uscc'; readonly code: string; readonly conforming: false; readonly legalException: boolean }
  /** 13 or 15 digits; `checkOk` is true for 13, which carry no check digit. */
  | { readonly kind: 'regno'; readonly code: string; readonly checkOk: boolean }
  | { readonly kind: 'sentinel' }
  | { readonly kind: 'personal' }
  | { readonly kind: 'other' }
  | { readonly kind: 'absent' };

/** The code in half-width capitals, without spaces, hyphens and marks that cannot be seen. */
export const normaliseCode = (text: string): string =>
  CLEAN_CODE.test(text)
    ? text
    : halfWidth(text)
        .replace(/[\s\u200b-\u200f\u2060\ufeff\u00ad-]/g, '')
        .toUpperCase();

const CLEAN_CODE = /^[0-9A-Z]*$/;

/** Whether a normalised text has the form of a code: alphabet, length, six digits of division. */
export const isUsccForm = (code: string): boolean => USCC_FORM.test(code);

/**
 * Check character over the first 17 characters, or undefined when the body is not 17 characters of the alphabet.
 * Source: GB 32100-2015; weights 3^(i-1) mod 31.
 */
export const usccCheckCharacter = (body: string): string | undefined => {
  if (body.length !== 17) return undefined;
  let [weight, sum] = [1, 0];
  for (const character of body) {
    const value = USCC_ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return USCC_ALPHABET.charAt((31 - (sum % 31)) % 31);
};

/** Whether a normalised text is a code with its right check character. */
export const isConformingUscc = (code: string): boolean =>
  isUsccForm(code) && usccCheckCharacter(code.slice(0, 17)) === code.charAt(17);

/** Organisation code (positions 9 to 17) inside a code: the same before and after the authority or district changed. */
export const subjectCodeOf = (uscc: string): string => uscc.slice(8, 17);

/** Says what a text in a code column is. Never throws. */
export const classifyCode = (text: string): CodeClass => {
  if (text.length > CODE_TEXT_LENGTH_MAX) return { kind: 'other' };
  const code = normaliseCode(text);
  if (NOTHING_WORDS.has(code)) return { kind: 'absent' };
  if (SENTINELS.has(code)) return { kind: 'sentinel' };
  if (isPersonal(code)) return { kind: 'personal' };
  if (isConformingUscc(code)) return { kind: 'uscc', code, conforming: true };
  if (isUsccForm(code)) return { kind: 'uscc', code, conforming: false, legalException: LEGAL_EXCEPTIONS.has(code) };
  if (!isRegistrationNo(code) || /^0+$/.test(code)) return { kind: 'other' };
  return { kind: 'regno', code, checkOk: code.length === 13 || hasRightCheckDigit(code) };
};

/**
 * Whether a code begins as those of organisations do: a class of the standard, then a province or the national
 * register.
 */
export const startsAsUscc = (code: string): boolean =>
  entityKindOf(code) !== 'UNKNOWN' && (startsWithProvince(code.slice(2)) || code.startsWith('10', 2));

/**
 * Whether a normalised text is a citizen identity number where a code should be. Some are conforming codes by chance:
 * such a one is taken for a code only if its beginning and its embedded organisation code are right as well. A right
 * registration number is never personal. With two digits after it, it is the tax number of a sole trader of old.
 */
const isPersonal = (code: string): boolean => {
  if (code.length === 15) return isOldCitizenId(code) && !hasRightCheckDigit(code);
  if (code.length === 20) return isCitizenId(code.slice(0, 18)) && /\d\d$/.test(code);
  if (!isCitizenId(code)) return false;
  return !(isConformingUscc(code) && startsAsUscc(code) && isOrganizationCode(subjectCodeOf(code)));
};

/**
 * Kinds of entity, told by the first two characters of a code. `OTHER`: a class "other" of the standard, or too
 * rare here.
 */
export const ENTITY_KINDS = [
  'ENTERPRISE',
  'INDIVIDUAL_BUSINESS',
  'FARMERS_COOPERATIVE',
  'STATE_ORGAN',
  'PUBLIC_INSTITUTION',
  'MASS_ORGANISATION',
  'SOCIAL_ORGANISATION',
  'LAW_PRACTICE',
  'LEGAL_SERVICE',
  'RELIGIOUS_SITE',
  'TRADE_UNION',
  'VILLAGE_COLLECTIVE',
  'FOREIGN_BODY',
  'OTHER',
  'UNKNOWN',
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** Registration authority (position 1) and class of body (position 2), GB 32100-2015 with its amendment sheet. */
const KIND_BY_CLASS: { readonly [authorityAndClass: string]: EntityKind } = {
  '11': 'STATE_ORGAN', // 机关
  '12': 'PUBLIC_INSTITUTION', // 事业单位
  '13': 'MASS_ORGANISATION', // 群众团体
  '19': 'OTHER',
  '21': 'FOREIGN_BODY', // 外国常驻新闻机构
  '29': 'OTHER',
  '31': 'LAW_PRACTICE', // 律师执业机构
  '32': 'LEGAL_SERVICE', // 公证处
  '33': 'LEGAL_SERVICE', // 基层法律服务所
  '34': 'LEGAL_SERVICE', // 司法鉴定机构
  '35': 'LEGAL_SERVICE', // 仲裁委员会
  '39': 'OTHER',
  '41': 'FOREIGN_BODY', // 外国在华文化中心
  '49': 'OTHER',
  '51': 'SOCIAL_ORGANISATION', // 社会团体
  '52': 'SOCIAL_ORGANISATION', // 民办非企业单位
  '53': 'SOCIAL_ORGANISATION', // 基金会
  '59': 'OTHER',
  '61': 'FOREIGN_BODY', // 外国旅游部门常驻代表机构
  '62': 'FOREIGN_BODY', // 港澳台旅游部门常驻机构
  '69': 'OTHER',
  '71': 'RELIGIOUS_SITE', // 宗教活动场所
  '72': 'OTHER', // 宗教院校
  '79': 'OTHER',
  '81': 'TRADE_UNION', // 基层工会
  '89': 'OTHER',
  '91': 'ENTERPRISE', // 企业
  '92': 'INDIVIDUAL_BUSINESS', // 个体工商户
  '93': 'FARMERS_COOPERATIVE', // 农民专业合作社
  A1: 'PUBLIC_INSTITUTION', // 军队事业单位
  A9: 'OTHER',
  N1: 'VILLAGE_COLLECTIVE', // 组级集体经济组织
  N2: 'VILLAGE_COLLECTIVE', // 村级集体经济组织
  N3: 'VILLAGE_COLLECTIVE', // 乡镇级集体经济组织
  N9: 'OTHER',
  Y1: 'OTHER',
};

/**
 * Kind of the entity that a code stands for; `UNKNOWN` when its first two characters are not in the standard's
 * table.
 */
export const entityKindOf = (uscc: string): EntityKind => KIND_BY_CLASS[uscc.slice(0, 2)] ?? 'UNKNOWN';
