// A case that its body took up.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact } from '../fact.ts';
import { bodyCode } from './authority.ts';
import { caseKey, caseMembers, noteSlot } from './complaint-filed.ts';
import { sealedMember, shortText } from './members.ts';
import { contradiction, notYet } from './stream-rules.ts';

/**
 * Acceptance (受理) of a case; the time for mediation runs from here. Refuses: `in-the-future`; `contradicts` when the
 * same agency refused the case. Source: 市监总局令20号 (2020), art. 14; 121号 (2026), form 5.
 */
export const complaintAccepted = defineFact({
  type: 'ComplaintAccepted',
  schema: 1,
  description: 'The body accepted the case (受理).',
  data: z.strictObject({
    ...caseMembers,
    acceptedOn: day.describe('Day of acceptance (受理日期).'),
    handledBy: bodyCode.optional().describe('Code of the body that handles the case, where it is another one.'),
    handledByName: shortText.optional().describe('Name of the body that handles the case.'),
    note: sealedMember('note').optional(),
  }),
  seals: { note: noteSlot },
  subject: 'optional',
  category: 'complaint',
  key: caseKey,
  repeat: 'corrects',
  opening: { type: 'ComplaintFiled', kind: 'changes' },
  validFrom: ({ acceptedOn }) => acceptedOn,
  decide: (fact, stream, today) =>
    notYet(fact.data, ['acceptedOn'], today) ?? contradiction(fact, stream, ({ type }) => type === 'ComplaintRefused'),
});
