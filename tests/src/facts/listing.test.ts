// Lists: what is accepted, what is refused, and by which code.
import { describe, expect, test } from 'vitest';
import { given, idAt, keyOf } from '../../given.ts';
import { sampleOf } from '../../sample-facts.ts';

const entered = sampleOf('ListingEntered');
const exited = sampleOf('ListingExited');

describe('listing entered', () => {
  test('is accepted', () => given().when(entered).accepts());
  test('is accepted after its exit arrived', () => given(exited).when(entered).accepts());
  test.each([
    ['in-the-future', 'enteredOn', { enteredOn: '2026-11-23' }],
    ['invalid', 'list', { list: 'naughty' }],
    ['invalid', 'partyName', { partyKind: 'person' }],
  ] as const)('is refused with %s for %s', (code, member, changes) =>
    given().when(sampleOf('ListingEntered', changes)).refuses(code, member),
  );
  test('contradicts an exit before that day', () =>
    given(exited)
      .when(sampleOf('ListingEntered', { enteredOn: '2026-01-16' }))
      .refuses('contradicts'));
});

describe('listing exited', () => {
  test('is accepted before the entry is known', () => given().when(exited).accepts());
  test('is accepted on the day of entry', () =>
    given(entered)
      .when(sampleOf('ListingExited', { exitedOn: '2025-07-05' }))
      .accepts());
  test.each([
    ['in-the-future', 'exitedOn', { exitedOn: '2026-11-23' }],
    ['ends-before-start', 'exitedOn', { exitedOn: '2025-07-04' }],
    ['invalid', undefined, { documentNo: undefined, enteredOn: undefined }],
  ] as const)('is refused with %s for %s', (code, member, changes) =>
    given().when(sampleOf('ListingExited', changes)).refuses(code, member),
  );
  test('contradicts an entry after that day', () =>
    given(entered)
      .when(sampleOf('ListingExited', { enteredOn: undefined, exitedOn: '2025-07-04' }))
      .refuses('contradicts'));
  test('is accepted when it corrects the record', () =>
    given(entered)
      .when({
        ...sampleOf('ListingExited', { enteredOn: undefined, exitedOn: '2025-07-04' }),
        relates: { kind: 'corrects', event: idAt(0) },
      })
      .accepts());
});

describe('the key of a listing', () => {
  test('is shared by entry and exit through the document', () => expect(keyOf(exited)).toEqual(keyOf(entered)));
  test('is shared through the day of entry where there is no document', () =>
    expect(keyOf(sampleOf('ListingExited', { documentNo: undefined }))).toEqual(
      keyOf(sampleOf('ListingEntered', { documentNo: undefined })),
    ));
  test('is another when the subject comes back to the list', () =>
    expect(keyOf(sampleOf('ListingEntered', { documentNo: '样列〔2026〕8号' }))).not.toEqual(keyOf(entered)));
});
