// A consumer's complaint as a body received it.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact, type KeyInput, type Slot } from '../fact.ts';
import type { Json } from '../ledger/canonical-json.ts';
import { fen } from '../money.ts';
import { bodyCode, documentKey } from './authority.ts';
import { longText, sealedMember, shortText } from './members.ts';
import { notYet } from './stream-rules.ts';

/** What names a case: the body that received it and its number there. */
export const caseMembers = {
  caseNo: shortText.describe('Number of the case (登记编号) at the body that received it.'),
  receivedBy: bodyCode.describe('Code of the body that received the case.'),
} as const;

/** Natural key of a case: receiving body and number. Its steps state the same two. */
export const caseKey = ({
  data,
}: Pick<KeyInput<{ readonly receivedBy: string; readonly caseNo: string }>, 'data'>): readonly Json[] => [
  data.receivedBy,
  documentKey(data.caseNo),
];

/** Against whom and about what, as the case names it; a shop that is not identified is known by these alone. */
export const disputeMembers = {
  receivedByName: shortText.optional().describe('Name of the body that received the case.'),
  category: shortText.describe('Category of the problem in the source’s own words (问题类别).'),
  filedOn: day.describe('Day on which the case was received (登记日期).'),
  channel: shortText.optional().describe('Channel, for instance 12315 or 12345.'),
  businessName: shortText.optional().describe('Name of the business as the case states it.'),
  businessAddress: shortText.optional().describe('Address of the business as the case states it.'),
  platform: shortText.optional().describe('Platform on which the shop trades.'),
  shopId: shortText.optional().describe('The platform’s number of the shop.'),
  product: shortText.optional().describe('Goods or service (商品或服务).'),
  amountFen: fen.optional().describe('Amount in dispute (争议金额), fen.'),
} as const;

/** A free text of an agency about a case, which is about natural persons too. */
export const noteSlot: Slot = {
  person: 'case',
  description: 'What the case file says of this step, in its own words.',
};

/**
 * Complaint (投诉) of a consumer against a business, or a request for advice (咨询); a report (举报) is ReportFiled, and a
 * mixed submission is stated as both. Never published without `publishConsent`. Refuses: `in-the-future`.
 * Source: rules on complaints and reports, 市监总局令20号 (2020), arts. 3, 7 and 9, and 121号 (2026), form 1.
 */
export const complaintFiled = defineFact({
  type: 'ComplaintFiled',
  schema: 1,
  description: 'A body received a consumer’s complaint (投诉) or request for advice (咨询).',
  data: z.strictObject({
    ...caseMembers,
    ...disputeMembers,
    kind: z.enum(['complaint', 'advice']).describe('`complaint` (投诉) or `advice` (咨询).'),
    requests: z
      .array(z.enum(['repair', 'redo', 'replacement', 'return', 'missing-quantity', 'refund', 'compensation', 'other']))
      .min(1)
      .max(8)
      .optional()
      .describe('What the complainant asks for (诉求): 修理, 重作, 更换, 退货, 补足数量, 退款, 赔偿, 其他.'),
    publishConsent: z
      .boolean()
      .optional()
      .describe('Whether the complainant lets the complaint be published (是否同意公示).'),
    delegationConsent: z
      .boolean()
      .optional()
      .describe('Whether the complainant agrees to delegated mediation (委托调解).'),
    publicSummary: longText.optional().describe('Summary for the public, free of anything personal.'),
    summary: sealedMember('summary').optional(),
    complainantDocument: sealedMember('complainantDocument').optional(),
    complainantPhone: sealedMember('complainantPhone').optional(),
    complainantName: sealedMember('complainantName').optional(),
    complainantAddress: sealedMember('complainantAddress').optional(),
  }),
  seals: {
    complainantDocument: {
      person: 'complainant',
      identifies: true,
      description: 'Document number (证件号码) of the complainant.',
    },
    complainantPhone: {
      person: 'complainant',
      identifies: true,
      description: 'Phone of the complainant (投诉人电话).',
    },
    complainantName: { person: 'complainant', description: 'Name of the complainant (投诉人).' },
    complainantAddress: { person: 'complainant', description: 'Address of the complainant.' },
    summary: { person: 'complainant', description: 'The complaint in the complainant’s words (投诉内容).' },
  },
  subject: 'optional',
  category: 'complaint',
  key: caseKey,
  repeat: 'corrects',
  validFrom: ({ filedOn }) => filedOn,
  decide: ({ data }, _stream, today) => notYet(data, ['filedOn'], today),
});
