// A case that ended without an agreement.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact } from '../fact.ts';
import { caseKey, caseMembers, noteSlot } from './complaint-filed.ts';
import { pausedDays } from './complaint-settled.ts';
import { sealedMember } from './members.ts';
import { contradiction, notYet } from './stream-rules.ts';

/** Grounds of termination by regime and number: art. 21 of order 20, art. 23 of order 121. */
export const terminationReason = z.discriminatedUnion('regime', [
  z.strictObject({ regime: z.literal('SAMR-20'), n: z.int().min(1).max(7) }),
  z.strictObject({ regime: z.literal('SAMR-121'), n: z.int().min(1).max(8) }),
]);

const EXCLUDED = new Set(['ComplaintRefused', 'ComplaintSettled']);

/**
 * Termination of mediation (终止调解). Refuses: `in-the-future`; `contradicts` when the same agency refused or settled
 * the case.
 * Source: 市监总局令20号 (2020), art. 21; 121号 (2026), art. 23.
 */
export const complaintTerminated = defineFact({
  type: 'ComplaintTerminated',
  schema: 1,
  description: 'Mediation of the case was terminated (终止调解).',
  data: z.strictObject({
    ...caseMembers,
    terminatedOn: day.describe('Day of termination (终止调解日期).'),
    reason: terminationReason
      .optional()
      .describe('Ground: `regime` SAMR-20 (until 2026-04-14) or SAMR-121, `n` the number in its list.'),
    pausedDays,
    note: sealedMember('note').optional(),
  }),
  seals: { note: noteSlot },
  subject: 'optional',
  category: 'complaint',
  key: caseKey,
  repeat: 'corrects',
  opening: { type: 'ComplaintFiled', kind: 'ends' },
  validFrom: ({ terminatedOn }) => terminatedOn,
  decide: (fact, stream, today) =>
    notYet(fact.data, ['terminatedOn'], today) ?? contradiction(fact, stream, ({ type }) => EXCLUDED.has(type)),
});
