// Consumer ratings: what is accepted, what is refused, and by which code.
import { describe, expect, test } from 'vitest';
import { given, keyOf } from '../../given.ts';
import { sampleOf, SHOP, type Stated } from '../../sample-facts.ts';

const rated = sampleOf('RatingGiven');
const withoutOrder = (changes: { readonly [name: string]: unknown } = {}): Stated =>
  sampleOf('RatingGiven', { orderRef: undefined, ...changes });
const nameless = (changes: { readonly [name: string]: unknown } = {}): Stated => ({
  ...withoutOrder(changes),
  seal: { text: '味道好' },
});

describe('rating given', () => {
  test('is accepted', () => given().when(rated).accepts());
  test('is accepted for a shop on a platform that nobody identified', () =>
    given()
      .when({ ...rated, about: [] })
      .accepts());
  test('is accepted for premises', () =>
    given()
      .when({
        ...withoutOrder({ platform: undefined, shopId: undefined }),
        about: [{ subject: 'premises:A-1', role: 'subject' }],
      })
      .accepts());
  test.each([1, 10])('is accepted with %i half stars', (halfStars) =>
    given().when(sampleOf('RatingGiven', { halfStars })).accepts(),
  );

  test.each([
    ['in-the-future', 'ratedOn', { ratedOn: '2026-11-23' }],
    ['invalid', 'halfStars', { halfStars: 0 }],
    ['invalid', 'halfStars', { halfStars: 11 }],
    ['invalid', 'halfStars', { halfStars: 4.5 }],
    ['invalid', undefined, { platform: undefined }], // A shop number without its platform.
  ] as const)('is refused with %s for %s', (code, member, changes) =>
    given().when(sampleOf('RatingGiven', changes)).refuses(code, member),
  );
  test('is refused when it names no shop', () =>
    given()
      .when({ ...sampleOf('RatingGiven', { platform: undefined, shopId: undefined }), about: [] })
      .refuses('invalid', 'shopId'));
});

describe('the key of a rating', () => {
  test('is its order on its platform', () => expect(keyOf(rated)).toEqual(['order', 'sample-platform', 'O-1']));
  test('is its order at its subject where no platform is stated', () =>
    expect(keyOf(sampleOf('RatingGiven', { platform: undefined, shopId: undefined }))).toEqual(['order', SHOP, 'O-1']));
  test('is rater, day and shop without an order', () =>
    expect(keyOf(withoutOrder())).toEqual(['rater', 'hash(user-1)', '2026-05-06', 'sample-platform', '1001']));
  test('stays when the shop is identified later', () =>
    expect(keyOf({ ...withoutOrder(), about: [] })).toEqual(keyOf(withoutOrder())));
  test('is rater, day and subject without a shop', () =>
    expect(keyOf(withoutOrder({ platform: undefined, shopId: undefined }))).toEqual([
      'rater',
      'hash(user-1)',
      '2026-05-06',
      SHOP,
    ]));
  test('is all it says where nobody is named', () => {
    expect(keyOf(nameless())).toEqual(keyOf(nameless()));
    expect(keyOf(nameless())).not.toEqual(keyOf(nameless({ halfStars: 8 })));
    expect(keyOf(nameless())).not.toEqual(keyOf({ ...nameless(), seal: { text: '味道差' } }));
  });
});

describe.each([
  ['RatingWithdrawn', 'withdrawnOn'],
  ['RatingSetAside', 'setAsideOn'],
  ['RatingRestored', 'restoredOn'],
] as const)('%s', (type, day) => {
  test('is accepted before the rating is known', () => given().when(sampleOf(type)).accepts());
  test('is accepted after the rating', () => given(rated).when(sampleOf(type)).accepts());
  test('has one stream with the rating by its order', () => expect(keyOf(sampleOf(type))).toEqual(keyOf(rated)));
  test('has one stream with the rating by its rater', () =>
    expect(keyOf(sampleOf(type, { orderRef: undefined }))).toEqual(keyOf(withoutOrder())));
  test('has a stream of its own by the id of the rating alone', () => {
    const reference = { ...sampleOf(type, { orderRef: undefined, ratedOn: undefined }), seal: {} };
    expect(keyOf(reference)).toEqual(['event', '00000000-0000-8000-8000-000000000001']);
  });
  test('is refused before its day', () =>
    given()
      .when(sampleOf(type, { [day]: '2026-11-23' }))
      .refuses('in-the-future', day));
  test('is refused when it names no rating', () =>
    given()
      .when({ ...sampleOf(type, { orderRef: undefined, rating: undefined }), seal: {} })
      .refuses('invalid'));
});
