// A rating that was taken back.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact } from '../fact.ts';
import { raterSlot } from './rating-given.ts';
import { namesRating, ratingReference, ratingReferenceKey, WHICH_RATING } from './rating-reference.ts';
import { notYet } from './stream-rules.ts';

/** A rating was taken back by its rater or removed by its platform. Refuses: `in-the-future`. */
export const ratingWithdrawn = defineFact({
  type: 'RatingWithdrawn',
  schema: 1,
  description: 'A rating was taken back (撤回评价) by its rater or removed by its platform.',
  data: z
    .strictObject({
      ...ratingReference,
      withdrawnOn: day.describe('Day on which it was taken back.'),
      withdrawnBy: z.enum(['rater', 'platform']).optional().describe('Who took it back.'),
    })
    .refine(namesRating, WHICH_RATING),
  seals: { rater: raterSlot },
  subject: 'optional',
  category: 'rating',
  key: ratingReferenceKey,
  repeat: 'corrects',
  opening: { type: 'RatingGiven', kind: 'ends' },
  validFrom: ({ withdrawnOn }) => withdrawnOn,
  decide: ({ data }, _stream, today) => notYet(data, ['withdrawnOn'], today),
});
