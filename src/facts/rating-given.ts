// A consumer's rating of a shop.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact, refusal, type KeyInput, type Slot } from '../fact.ts';
import type { Json } from '../ledger/canonical-json.ts';
import type { EventData } from '../ledger/event.ts';
import { subjectOf } from '../subject.ts';
import { longText, sealedMember, shortText } from './members.ts';
import { notYet } from './stream-rules.ts';

/** Stars in halves: 1 is half a star, 10 is five stars. */
const halfStars = z.int().min(1).max(10);

/** What names a rating: its order where there is one, else its rater, day and shop. */
export const ratingNames = {
  platform: shortText.optional().describe('Platform on which the rating was given.'),
  shopId: shortText.optional().describe('The platform’s number of the shop; needs `platform`.'),
  orderRef: shortText.optional().describe('Reference of the order (订单号), unique on its platform.'),
  rater: sealedMember('rater').optional(),
} as const;

export const raterSlot: Slot = {
  person: 'rater',
  identifies: true,
  description: 'Who rated, as the platform numbers its users.',
};

export const SHOP_NEEDS_PLATFORM = 'a shopId needs its platform';
export const hasPlatform = (data: { platform?: string | undefined; shopId?: string | undefined }): boolean =>
  data.shopId === undefined || data.platform !== undefined;

/** Key made of an order or of rater, day and shop; undefined when neither is stated. */
export const namedRatingKey = ({ about, data, hashOf }: KeyInput<EventData>): readonly Json[] | undefined => {
  const subject = subjectOf(about) ?? '';
  if (data['orderRef'] !== undefined) return ['order', data['platform'] ?? subject, data['orderRef']];
  const rater = hashOf('rater');
  if (rater === undefined || data['ratedOn'] === undefined) return undefined;
  return ['rater', rater, data['ratedOn'], ...shopOf(subject, data)];
};

/** The shop on its platform, else the subject, so that identifying the shop later makes no second rating. */
const shopOf = (subject: string, data: EventData): readonly Json[] =>
  data['shopId'] === undefined ? [subject] : [data['platform'] ?? '', data['shopId']];

/** A rating of which neither order nor rater is known is known by all it says: the same words on one day count once. */
const nameless = ({ about, data, hashOf }: KeyInput<EventData>): readonly Json[] => [
  'content',
  ...shopOf(subjectOf(about) ?? '', data),
  data['ratedOn'] ?? '',
  data['halfStars'] ?? 0,
  data['tasteHalfStars'] ?? 0,
  data['environmentHalfStars'] ?? 0,
  data['serviceHalfStars'] ?? 0,
  hashOf('text') ?? '',
  data['publicText'] ?? '',
];

/**
 * Consumer rating (消费评价) of a shop or a subject. `…HalfStars`: 1 (half a star) to 10 (five stars).
 * Refuses: `in-the-future`, `invalid` when it names neither a subject nor a shop on a platform.
 */
export const ratingGiven = defineFact({
  type: 'RatingGiven',
  schema: 1,
  description: 'A consumer rated a shop (消费评价).',
  data: z
    .strictObject({
      ...ratingNames,
      ratedOn: day.describe('Day of the rating (评价日期).'),
      halfStars: halfStars.describe('Stars (星级) in halves: 1 is half a star, 10 is five stars.'),
      tasteHalfStars: halfStars.optional().describe('Taste (口味), in half stars.'),
      environmentHalfStars: halfStars.optional().describe('Environment (环境), in half stars.'),
      serviceHalfStars: halfStars.optional().describe('Service (服务), in half stars.'),
      product: shortText.optional().describe('What was bought.'),
      text: sealedMember('text').optional(),
      publicText: longText.optional().describe('Review for the public, free of anything personal.'),
    })
    .refine(hasPlatform, SHOP_NEEDS_PLATFORM),
  seals: { rater: raterSlot, text: { person: 'rater', description: 'The review in the rater’s words (评价内容).' } },
  subject: 'optional',
  category: 'rating',
  key: (input) => namedRatingKey(input) ?? nameless(input),
  repeat: 'corrects',
  validFrom: ({ ratedOn }) => ratedOn,
  decide: ({ about, data }, _stream, today) =>
    subjectOf(about) === undefined && data.shopId === undefined
      ? refusal('invalid', 'the rating names no shop', 'state a subject, or platform and shopId', 'shopId')
      : notYet(data, ['ratedOn'], today),
});
