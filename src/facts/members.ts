// Members that several fact types share, with their limits.
import { z } from 'zod';
import { day } from '../day.ts';
import { USCC_FORM } from '../uscc.ts';

/** Names, numbers, codes: one line. */
export const SHORT_TEXT_MAX = 500;
/** Free text: business scope, facts of a case. */
export const LONG_TEXT_MAX = 20_000;

export const shortText = z.string().min(1).max(SHORT_TEXT_MAX);
export const longText = z.string().min(1).max(LONG_TEXT_MAX);

/** Eighteen characters in the form of a unified social credit code (GB 32100-2015); the check is not asked here. */
export const usccForm = z.string().regex(USCC_FORM);

/** Where a sealed text stands in `data`. */
export const sealedMember = <Slot extends string>(slot: Slot) => z.strictObject({ $sealed: z.literal(slot) });

/** Registered capital (注册资本): `amount` in units of the currency as decimal text, absent when unknown. */
export const capital = z.strictObject({
  amount: z
    .string()
    .regex(/^(0|[1-9]\d{0,20})(\.\d{1,6})?$/)
    .optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  original: shortText,
});

/** What a register says of an organisation. Absent: the source did not say. */
export const registrationMembers = {
  address: shortText.optional().describe('Domicile or place of business (住所) as registered.'),
  businessScope: longText.optional().describe('Business scope (经营范围).'),
  capital: capital.optional().describe('Registered capital (注册资本); `original` is the cell as read.'),
  city: shortText.optional().describe('City of the register, as stated.'),
  entityType: shortText.optional().describe('Type (类型) in the register’s own words.'),
  name: shortText.describe('Full registered name (名称).'),
  personInCharge: shortText
    .optional()
    .describe(
      'Legal representative, person in charge or operator (法定代表人、负责人、经营者) as entered in the register.',
    ),
  province: shortText.optional().describe('Province of the register, as stated.'),
  registeredOn: day.optional().describe('Day of establishment (成立日期).'),
} as const;
