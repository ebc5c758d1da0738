// A licence as its authority granted it.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact, refusal, type KeyInput } from '../fact.ts';
import type { Json } from '../ledger/canonical-json.ts';
import { subjectOf } from '../subject.ts';
import { authorityMembers, documentKey } from './authority.ts';
import { longText, sealedMember, shortText } from './members.ts';
import { fullText, partyMembers, partySlots, personInClear } from './party.ts';
import { notYet } from './stream-rules.ts';

/** Kinds of licence (许可类别): 普通, 特许, 认可, 核准, 登记, 其他. */
export const LICENCE_KINDS = [
  'ordinary',
  'franchise',
  'accreditation',
  'verification',
  'registration',
  'other',
] as const;

/** What names a licence: the decision on the grant and the certificate, whichever the authority issued. */
export const licenceNumbers = {
  authority: authorityMembers.authority,
  documentNo: shortText.optional().describe('Number of the decision that granted the licence (行政许可决定文书号).'),
  licenceNo: shortText.optional().describe('Number of the licence certificate (许可编号).'),
} as const;

export const ONE_NUMBER = 'state documentNo, licenceNo or both, as at the grant';
export const hasOneNumber = (data: { documentNo?: string | undefined; licenceNo?: string | undefined }): boolean =>
  data.documentNo !== undefined || data.licenceNo !== undefined;

type LicenceNumbers = {
  readonly authority: string;
  readonly documentNo?: string | undefined;
  readonly licenceNo?: string | undefined;
};

/** Natural key of a licence: authority, both numbers as at the grant, holder. */
export const licenceKey = ({ about, data }: Pick<KeyInput<LicenceNumbers>, 'about' | 'data'>): readonly Json[] => [
  data.authority,
  documentKey(data.documentNo ?? ''),
  documentKey(data.licenceNo ?? ''),
  subjectOf(about) ?? '',
];

/** What a licence allows and when; the same members say what changed. */
export const licenceTerms = {
  licenceName: shortText.optional().describe('Name of the certificate (许可证书名称).'),
  startsOn: day.optional().describe('First day of validity (有效期自).'),
  expiresOn: day.optional().describe('Last day of validity (有效期至), itself included; left out when without end.'),
  longTerm: z.literal(true).optional().describe('Valid without end (长期), which forms write as 2099-12-31.'),
} as const;

export const ONE_END = 'state expiresOn or longTerm, not both';
export const hasOneEnd = (data: { expiresOn?: string | undefined; longTerm?: true | undefined }): boolean =>
  data.expiresOn === undefined || data.longTerm === undefined;

/** Refuses `ends-before-start` for a validity that ends before its first day. */
export const endBeforeStart = (data: { startsOn?: string | undefined; expiresOn?: string | undefined }) =>
  data.startsOn !== undefined && data.expiresOn !== undefined && data.expiresOn < data.startsOn
    ? refusal('ends-before-start', 'the licence expires before it starts', 'correct one of the two days', 'expiresOn')
    : undefined;

/**
 * Administrative licence (行政许可) granted to one holder by one decision; a renewal by a new decision is a licence of
 * its own.
 * Refuses: `in-the-future`, `ends-before-start`, `code-personal`, `invalid` for a natural person in clear.
 * Source: Administrative Licensing Law (2019), art. 39; double-publicity form of 2018 (发改办财金〔2018〕424号).
 */
export const licenceGranted = defineFact({
  type: 'LicenceGranted',
  schema: 1,
  description: 'An authority granted a licence (行政许可) to one holder.',
  data: z
    .strictObject({
      ...licenceNumbers,
      ...authorityMembers,
      ...licenceTerms,
      ...partyMembers,
      documentName: shortText.optional().describe('Name of the decision (行政许可决定文书名称) or project (项目名称).'),
      itemCode: shortText.optional().describe('Code of the licence item in the catalogue (事项编码).'),
      kind: z.enum(LICENCE_KINDS).describe('Kind of licence (许可类别).'),
      kindStated: shortText.optional().describe('Kind in the source’s own words, where the list does not hold it.'),
      content: longText.describe('What is allowed (许可内容).'),
      contentFull: sealedMember('contentFull').optional(),
      decidedOn: day.describe('Day of the decision (许可决定日期).'),
      note: longText.optional().describe('Remark (备注).'),
      noteFull: sealedMember('noteFull').optional(),
    })
    .refine(hasOneNumber, ONE_NUMBER)
    .refine(hasOneEnd, ONE_END),
  seals: { ...partySlots, contentFull: fullText('content'), noteFull: fullText('note') },
  subject: 'required',
  category: 'licence',
  key: licenceKey,
  repeat: 'corrects',
  validFrom: ({ startsOn, decidedOn }) => startsOn ?? decidedOn,
  decide: (fact, _stream, today) =>
    notYet(fact.data, ['decidedOn'], today) ?? endBeforeStart(fact.data) ?? personInClear(fact),
});
