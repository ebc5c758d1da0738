// The bodies that decide, and the numbers of their documents: members and keys of every decision.
import { z } from 'zod';
import { halfWidth } from '../half-width.ts';
import { shortText } from './members.ts';

/** Code of a body in the form of a unified social credit code; seventeen zeros stand for no body. */
export const bodyCode = z
  .string()
  .regex(
    /^(?!0{17})[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/,
    'the unified social credit code of a body; where it has none, the code of the body that answers for the data',
  );

/** Who decided, and who answers for the data. */
export const authorityMembers = {
  authority: bodyCode.describe('Code of the authority that decided (机关统一社会信用代码).'),
  authorityName: shortText.optional().describe('Name of the authority (机关) as stated.'),
  sourceBody: bodyCode.optional().describe('Code of the body that supplied the data (数据来源单位统一社会信用代码).'),
  sourceBodyName: shortText.optional().describe('Name of the body that supplied the data (数据来源单位).'),
} as const;

/** Every bracket that document numbers are written with. */
const OPENING = /[[{〔【〖﹝]/g;
const CLOSING = /[\]}〕】〗﹞]/g;
const UNSEEN = /[\s\u200b-\u200f\u2060\ufeff]/g;

/**
 * A document number as it stands in a natural key: half-width capitals, one kind of bracket, no spaces. Stream names
 * are made of it, so its result for a given text never changes.
 */
export const documentKey = (number: string): string =>
  halfWidth(number).replace(UNSEEN, '').replace(OPENING, '(').replace(CLOSING, ')').toUpperCase();
