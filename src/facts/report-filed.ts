// A report of a suspected breach of market rules.
import { z } from 'zod';
import { defineFact } from '../fact.ts';
import { caseKey, caseMembers, disputeMembers } from './complaint-filed.ts';
import { sealedMember } from './members.ts';
import { notYet } from './stream-rules.ts';

/**
 * Report (举报): anyone tells of a suspected breach. The informant stays secret always, and nothing of the text is
 * public. Its steps are those of a complaint, under the same case number. Refuses: `in-the-future`.
 * Source: rules on complaints and reports, 市监总局令20号 (2020), arts. 3, 31 and 33, and 121号 (2026), form 2.
 */
export const reportFiled = defineFact({
  type: 'ReportFiled',
  schema: 1,
  description: 'A body received a report (举报) of a suspected breach of market rules.',
  data: z.strictObject({
    ...caseMembers,
    ...disputeMembers,
    named: z.boolean().optional().describe('Whether the informant gave a real identity (实名举报).'),
    summary: sealedMember('summary').optional(),
    informantDocument: sealedMember('informantDocument').optional(),
    informantPhone: sealedMember('informantPhone').optional(),
    informantName: sealedMember('informantName').optional(),
    informantAddress: sealedMember('informantAddress').optional(),
  }),
  seals: {
    informantDocument: { person: 'informant', identifies: true, description: 'Document number of the informant.' },
    informantPhone: { person: 'informant', identifies: true, description: 'Phone of the informant (举报人电话).' },
    informantName: { person: 'informant', description: 'Name of the informant (举报人).' },
    informantAddress: { person: 'informant', description: 'Address of the informant.' },
    summary: { person: 'informant', description: 'The report in the informant’s words (举报内容).' },
  },
  subject: 'optional',
  category: 'complaint',
  key: caseKey,
  repeat: 'corrects',
  validFrom: ({ filedOn }) => filedOn,
  decide: ({ data }, _stream, today) => notYet(data, ['filedOn'], today),
});
