// Canonical JSON: one text a value, the published vectors as far as our limits reach, and every refusal with its place.
import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, canonicalOrder, NotCanonical, type Json } from '../../../src/ledger/canonical-json.ts';
import { encodeEvent } from '../../../src/ledger/event.ts';
import { anyEvent, anyJson, anyText } from '../../arbitrary-event.ts';

const PROPERTY = { seed: 20260301, numRuns: 300 };
const VECTORS = new URL('../../../../shared/vectors/jcs-rfc8785/testdata/', import.meta.url);

const placeOf = (value: unknown): string | undefined => {
  try {
    canonicalJson(value as Json);
    return undefined;
  } catch (error) {
    if (error instanceof NotCanonical) return error.path;
    throw error;
  }
};

describe('canonical JSON', () => {
  test.each<[Json, string]>([
    [
      { b: 1, a: [true, false], $sealed: 'x', aB: {}, ab: [] },
      '{"$sealed":"x","a":[true,false],"aB":{},"ab":[],"b":1}',
    ],
    [{ a: undefined, b: { c: undefined } }, '{"b":{}}'],
    [{ a10: 1, a9: 2, a: 3 }, '{"a":3,"a10":1,"a9":2}'],
    [[Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0], '[9007199254740991,-9007199254740991,0]'],
    ['\b\t\n\f\r"\\/\u0001\u001f\u007f\u2028', '"\\b\\t\\n\\f\\r\\"\\\\/\\u0001\\u001f\u007f\u2028"'],
    ['惠信 𠮷 é é', '"惠信 𠮷 é é"'],
  ])('writes %j', (value, text) => expect(canonicalJson(value)).toBe(text));

  test('does not depend on the order in which members were set', () =>
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
      PROPERTY,
    ));

  test('is read back as the same value and then gives the same text', () =>
    fc.assert(
      fc.property(anyJson, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
        expect(JSON.stringify(canonicalOrder(value))).toBe(text);
      }),
      PROPERTY,
    ));

  test.each<[string, unknown, string]>([
    ['the first half of a surrogate pair', { data: { note: 'a\ud800' } }, '/data/note'],
    ['the second half of a surrogate pair', { data: ['ok', '\udc00a'] }, '/data/1'],
    ['U+0000', { note: 'a\u0000b' }, '/note'],
    ['-0', { a: [0, -0] }, '/a/1'],
    ['a fraction', { fineYuan: 0.5 }, '/fineYuan'],
    ['a number past the safe integers', { a: { b: 2 ** 53 } }, '/a/b'],
    ['NaN', [Number.NaN], '/0'],
    ['null', { a: { b: [null] } }, '/a/b/0'],
    ['null alone', null, ''],
    ['an absent item of a list', ['a', undefined], '/1'],
    ['a bigint', { a: 1n }, '/a'],
    ['a function', { a: () => 1 }, '/a'],
  ])('refuses %s and names its place', (_case, value, place) => expect(placeOf(value)).toBe(place));

  test.each(['', 'A', 'a-b', 'a_b', '1', '__proto__', 'é', 'a/b', 'a~b', 'a b', '名'])(
    'refuses the member name %j and names its holder',
    (name) => expect(placeOf({ a: [JSON.parse(`{${JSON.stringify(name)}:1}`)] })).toBe('/a/0'),
  );

  test('says nothing of the value that it refuses', () => {
    expect(() => canonicalJson({ data: { phone: 'secret\ud800' } })).toThrow(/^at \/data\/phone: (?!.*secret)/);
    expect(() => canonicalJson({ data: { fine: 31_337.5 } })).toThrow(/^at \/data\/fine: (?!.*31337)/);
  });
});

describe('the text of an event', () => {
  test('put together from head, instant and tail is its canonical JSON', () =>
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { recordedAt, ...unrecorded } = event;
        const { head, tail } = encodeEvent(unrecorded);
        expect(head + recordedAt + tail).toBe(canonicalJson(event as unknown as Json));
      }),
      PROPERTY,
    ));

  test('is not made of an event that leaves the limits', () =>
    fc.assert(
      fc.property(anyEvent, anyText, (event, text) => {
        const broken = { ...event, data: { ...event.data, note: `${text}\u0000` } };
        expect(() => encodeEvent(broken)).toThrow(NotCanonical);
      }),
      PROPERTY,
    ));
});

describe.skipIf(!existsSync(VECTORS))('RFC 8785 files (needs ../shared/vectors)', () => {
  const files = ['arrays', 'french', 'structures', 'unicode', 'values', 'weird'];
  test.each(files)('%s: every text and every value within our limits is written as the file has it', (file) => {
    const [input, output] = read(file);
    const within = insides(input).filter((value) => placeOf(value) === undefined);
    expect(within.length).toBeGreaterThan(0);
    for (const value of within) expect(output).toContain(canonicalJson(value as Json));
  });

  test.each([
    ['arrays', '/1'], // Its first name in order is "1", before the null.
    ['french', ''],
    ['structures', ''],
    ['unicode', ''],
    ['values', '/literals/0'],
    ['weird', ''],
  ])('%s: is refused as a whole, as it leaves our limits at %j', (file, place) => {
    expect(placeOf(read(file)[0])).toBe(place);
  });
});

const read = (file: string): [unknown, string] => [
  JSON.parse(readFileSync(new URL(`input/${file}.json`, VECTORS), 'utf8')),
  readFileSync(new URL(`output/${file}.json`, VECTORS), 'utf8').trim(),
];

const reversed = (value: Json): Json => {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(reversed);
  const members = Object.entries(value).toReversed();
  return Object.fromEntries(members.map(([name, inner]) => [name, inner === undefined ? undefined : reversed(inner)]));
};

/** A value, its member names and everything nested in it. */
const insides = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null
    ? [value, ...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(insides)]
    : [value];
