// How a later fact says which rating it is about.
import { day } from '../day.ts';
import type { KeyInput } from '../fact.ts';
import type { Json } from '../ledger/canonical-json.ts';
import type { EventData } from '../ledger/event.ts';
import { eventIdForm } from './event-id-form.ts';
import { hasPlatform, namedRatingKey, ratingNames, SHOP_NEEDS_PLATFORM } from './rating-given.ts';

/** Either what names the rating, as it was given, or its event: whoever sets a rating aside does not know the rater. */
export const ratingReference = {
  ...ratingNames,
  ratedOn: day.optional().describe('Day of the rating, where its rater names it.'),
  rating: eventIdForm.optional().describe('Id of the RatingGiven event, where neither order nor rater can be stated.'),
} as const;

export const WHICH_RATING = `state orderRef, rating, or the sealed rater with ratedOn; ${SHOP_NEEDS_PLATFORM}`;

/** Whether the reference leads to a rating. */
export const namesRating = (data: EventData): boolean =>
  hasPlatform({ platform: text(data['platform']), shopId: text(data['shopId']) }) &&
  (data['orderRef'] !== undefined ||
    data['rating'] !== undefined ||
    (data['rater'] !== undefined && data['ratedOn'] !== undefined));

/** The stream of the rating when it is named as it was given; else one of its own that the event's id names. */
export const ratingReferenceKey = (input: KeyInput<EventData>): readonly Json[] =>
  namedRatingKey(input) ?? ['event', input.data['rating'] ?? ''];

const text = (value: EventData[string]): string | undefined => (typeof value === 'string' ? value : undefined);
