// A case that its body did not take up.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact } from '../fact.ts';
import { caseKey, caseMembers, noteSlot } from './complaint-filed.ts';
import { sealedMember } from './members.ts';
import { contradiction, notYet } from './stream-rules.ts';

/** Grounds of refusal by regime and number, because the numbers changed: art. 15 of order 20, art. 16 of order 121. */
export const refusalReason = z.discriminatedUnion('regime', [
  z.strictObject({ regime: z.literal('SAMR-20'), n: z.int().min(1).max(6) }),
  z.strictObject({ regime: z.literal('SAMR-121'), n: z.int().min(1).max(7) }),
]);

const EXCLUDED = new Set(['ComplaintAccepted', 'ComplaintSettled', 'ComplaintTerminated']);

/**
 * Refusal (不予受理) of a case. Refuses: `in-the-future`; `contradicts` when the same agency accepted or closed it (a
 * ground found later terminates a case instead). Source: 市监总局令20号 (2020), art. 15; 121号 (2026), art. 16.
 */
export const complaintRefused = defineFact({
  type: 'ComplaintRefused',
  schema: 1,
  description: 'The body refused the case (不予受理).',
  data: z.strictObject({
    ...caseMembers,
    refusedOn: day.describe('Day of refusal (不予受理日期).'),
    reason: refusalReason
      .optional()
      .describe('Ground: `regime` SAMR-20 (until 2026-04-14) or SAMR-121, `n` the number in its list.'),
    note: sealedMember('note').optional(),
  }),
  seals: { note: noteSlot },
  subject: 'optional',
  category: 'complaint',
  key: caseKey,
  repeat: 'corrects',
  opening: { type: 'ComplaintFiled', kind: 'ends' },
  validFrom: ({ refusedOn }) => refusedOn,
  decide: (fact, stream, today) =>
    notYet(fact.data, ['refusedOn'], today) ?? contradiction(fact, stream, ({ type }) => EXCLUDED.has(type)),
});
