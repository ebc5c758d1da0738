// A rating that counts again.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact } from '../fact.ts';
import { sealedMember } from './members.ts';
import { raterSlot } from './rating-given.ts';
import { namesRating, ratingReference, ratingReferenceKey, WHICH_RATING } from './rating-reference.ts';
import { notYet } from './stream-rules.ts';

/** A rating that was set aside counts again. Refuses: `in-the-future`. */
export const ratingRestored = defineFact({
  type: 'RatingRestored',
  schema: 1,
  description: 'A rating that was set aside counts again (恢复计入评分).',
  data: z
    .strictObject({
      ...ratingReference,
      restoredOn: day.describe('First day on which it counts again.'),
      ground: z.enum(['objection-upheld', 'checked', 'other']).describe('Why it counts again.'),
      note: sealedMember('note').optional(),
    })
    .refine(namesRating, WHICH_RATING),
  seals: { rater: raterSlot, note: { person: 'rater', description: 'Reasons, in the words of whoever restored it.' } },
  subject: 'optional',
  category: 'rating',
  key: ratingReferenceKey,
  repeat: 'changes',
  opening: { type: 'RatingGiven', kind: 'changes' },
  validFrom: ({ restoredOn }) => restoredOn,
  decide: ({ data }, _stream, today) => notYet(data, ['restoredOn'], today),
});
