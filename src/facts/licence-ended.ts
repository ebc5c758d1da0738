// The end of a licence.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact } from '../fact.ts';
import { hasOneNumber, licenceKey, licenceNumbers, ONE_NUMBER } from './licence-granted.ts';
import { longText, sealedMember, shortText } from './members.ts';
import { fullText } from './party.ts';
import { notYet } from './stream-rules.ts';

/** How a licence ends: 吊销, 撤销, 撤回, 注销, 期满; `unstated` where the source only shows that it is no longer valid. */
export const LICENCE_ENDS = ['revoked', 'annulled', 'withdrawn', 'cancelled', 'expired', 'unstated'] as const;

/**
 * A licence is over; whoever only lets it expire needs not state it. `documentNo` and `licenceNo` are those of the
 * grant.
 * Refuses: `in-the-future`. Source: Administrative Licensing Law (2019), arts. 8, 69 and 70.
 */
export const licenceEnded = defineFact({
  type: 'LicenceEnded',
  schema: 1,
  description:
    'A licence ended: revoked (吊销), annulled (撤销), withdrawn (撤回), cancelled (注销) or expired (期满).',
  data: z
    .strictObject({
      ...licenceNumbers,
      manner: z.enum(LICENCE_ENDS).describe('How it ended; `unstated` when the source only shows it as not valid.'),
      endedOn: day.optional().describe('First day on which it is no longer valid.'),
      endDocumentNo: shortText.optional().describe('Number of the decision on the end.'),
      reason: longText.optional().describe('Reason as published.'),
      reasonFull: sealedMember('reasonFull').optional(),
    })
    .refine(hasOneNumber, ONE_NUMBER),
  seals: { reasonFull: fullText('reason') },
  subject: 'required',
  category: 'licence',
  key: licenceKey,
  repeat: 'changes',
  opening: { type: 'LicenceGranted', kind: 'ends' },
  validFrom: ({ endedOn }) => endedOn,
  decide: ({ data }, _stream, today) => notYet(data, ['endedOn'], today),
});
