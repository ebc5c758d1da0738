// Terms or state of a licence that changed.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact } from '../fact.ts';
import { bodyCode } from './authority.ts';
import {
  endBeforeStart,
  hasOneEnd,
  hasOneNumber,
  LICENCE_KINDS,
  licenceKey,
  licenceNumbers,
  licenceTerms,
  ONE_END,
  ONE_NUMBER,
} from './licence-granted.ts';
import { longText, sealedMember, shortText } from './members.ts';
import { fullText } from './party.ts';
import { notYet } from './stream-rules.ts';

/** States of a licence that is not over: 正常, 暂扣, 异议, 其他. */
export const LICENCE_STATES = ['valid', 'suspended', 'objected', 'other'] as const;

/** The members that name the licence, so that they are no change. */
const NAMES_ONLY = new Set([...Object.keys(licenceNumbers), 'changedOn', 'changeDocumentNo', 'reason', 'reasonFull']);

/**
 * Change (变更), renewal of the term (延续) or suspension of a licence; members left out stay as they were. `documentNo`
 * and `licenceNo` are those of the grant. Refuses: `in-the-future`, `ends-before-start`.
 * Source: Administrative Licensing Law (2019), arts. 49 and 50.
 */
export const licenceChanged = defineFact({
  type: 'LicenceChanged',
  schema: 1,
  description: 'Terms or state of a licence changed (许可变更); members left out stay as they were.',
  data: z
    .strictObject({
      ...licenceNumbers,
      ...licenceTerms,
      newLicenceNo: shortText.optional().describe('Number of the certificate from now on.'),
      newAuthority: bodyCode.optional().describe('Code of the authority that answers for the licence from now on.'),
      kind: z.enum(LICENCE_KINDS).optional().describe('Kind of licence (许可类别) from now on.'),
      content: longText.optional().describe('What is allowed (许可内容) from now on.'),
      contentFull: sealedMember('contentFull').optional(),
      state: z.enum(LICENCE_STATES).optional().describe('State (当前状态) from now on.'),
      changedOn: day.optional().describe('First day on which the change holds.'),
      changeDocumentNo: shortText.optional().describe('Number of the decision on the change.'),
      reason: longText.optional().describe('Reason as published.'),
      reasonFull: sealedMember('reasonFull').optional(),
    })
    .refine(hasOneNumber, ONE_NUMBER)
    .refine(hasOneEnd, ONE_END)
    .refine(
      (data) => Object.keys(data).some((name) => !NAMES_ONLY.has(name)),
      'state at least one member that changed',
    ),
  seals: { contentFull: fullText('content'), reasonFull: fullText('reason') },
  subject: 'required',
  category: 'licence',
  key: licenceKey,
  repeat: 'changes',
  opening: { type: 'LicenceGranted', kind: 'changes' },
  validFrom: ({ changedOn }) => changedOn,
  decide: ({ data }, _stream, today) => notYet(data, ['changedOn'], today) ?? endBeforeStart(data),
});
