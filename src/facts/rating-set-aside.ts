// A rating that stays on record and no longer counts.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact } from '../fact.ts';
import { sealedMember, shortText } from './members.ts';
import { raterSlot } from './rating-given.ts';
import { namesRating, ratingReference, ratingReferenceKey, WHICH_RATING } from './rating-reference.ts';
import { notYet } from './stream-rules.ts';

/** A rating does not count from a day on, because it is doubtful; it stays readable. Refuses: `in-the-future`. */
export const ratingSetAside = defineFact({
  type: 'RatingSetAside',
  schema: 1,
  description: 'A doubtful rating was set aside (不计入评分): it stays on record and no longer counts.',
  data: z
    .strictObject({
      ...ratingReference,
      setAsideOn: day.describe('First day on which it does not count.'),
      ground: z
        .enum(['burst', 'duplicate', 'own-shop', 'no-purchase', 'paid', 'unlawful-content', 'other'])
        .describe('`burst`: one of many at once; `own-shop`: by the shop or a competitor; `paid`: bought (刷单).'),
      rule: shortText.optional().describe('Name and version of the rule that found it.'),
      note: sealedMember('note').optional(),
    })
    .refine(namesRating, WHICH_RATING),
  seals: {
    rater: raterSlot,
    note: { person: 'rater', description: 'Evidence, in the words of whoever set it aside.' },
  },
  subject: 'optional',
  category: 'rating',
  key: ratingReferenceKey,
  repeat: 'changes',
  opening: { type: 'RatingGiven', kind: 'changes' },
  validFrom: ({ setAsideOn }) => setAsideOn,
  decide: ({ data }, _stream, today) => notYet(data, ['setAsideOn'], today),
});
