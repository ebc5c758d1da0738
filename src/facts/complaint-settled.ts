// A case that ended with the parties agreed.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact } from '../fact.ts';
import { fen } from '../money.ts';
import { caseKey, caseMembers, noteSlot } from './complaint-filed.ts';
import { sealedMember } from './members.ts';
import { contradiction, notYet } from './stream-rules.ts';

/** Longest pause of a mediation, in days. */
const PAUSED_DAYS_MAX = 3_650;

/** Days of testing or appraisal, which do not count in the time for mediation. */
export const pausedDays = z
  .int()
  .nonnegative()
  .max(PAUSED_DAYS_MAX)
  .optional()
  .describe('Calendar days of testing or appraisal (检验、鉴定) since acceptance, which do not count.');

const EXCLUDED = new Set(['ComplaintRefused', 'ComplaintTerminated']);

/**
 * Settlement (调解成功、和解). Refuses: `in-the-future`; `contradicts` when the same agency refused or terminated the case.
 * Source: 市监总局令20号 (2020), arts. 18 and 20; 121号 (2026), form 9.
 */
export const complaintSettled = defineFact({
  type: 'ComplaintSettled',
  schema: 1,
  description: 'The case ended in a settlement (调解成功、和解).',
  data: z.strictObject({
    ...caseMembers,
    settledOn: day.describe('Day of the settlement (办结日期).'),
    manner: z
      .enum(['agreement', 'on-the-spot', 'direct', 'self-settled'])
      .optional()
      .describe('调解协议, 当场和解, 先行和解 (by the business, before the body mediated), 自行和解.'),
    recoveredFen: fen.optional().describe('What the complainant got back (挽回经济损失), fen.'),
    pausedDays,
    note: sealedMember('note').optional(),
  }),
  seals: { note: noteSlot },
  subject: 'optional',
  category: 'complaint',
  key: caseKey,
  repeat: 'corrects',
  opening: { type: 'ComplaintFiled', kind: 'ends' },
  validFrom: ({ settledOn }) => settledOn,
  decide: (fact, stream, today) =>
    notYet(fact.data, ['settledOn'], today) ?? contradiction(fact, stream, ({ type }) => EXCLUDED.has(type)),
});
