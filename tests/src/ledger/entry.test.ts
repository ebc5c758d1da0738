// Log entry: it commits to every member, opens any choice of them, and tells nothing of the others.
import { createHmac, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NotCanonical, type Json } from '../../../src/ledger/canonical-json.ts';
import {
  disclose,
  logEntry,
  verifyDisclosure,
  type Disclosure,
  type DisclosedMember,
} from '../../../src/ledger/entry.ts';
import type { LedgerEvent } from '../../../src/ledger/event.ts';
import { anyEvent } from '../../arbitrary-event.ts';
import { event as plainEvent } from '../../events.ts';

const PROPERTY = { seed: 20260301, numRuns: 100 };

const golden = JSON.parse(readFileSync(new URL('../../golden/disclosure@1.json', import.meta.url), 'utf8')) as {
  event: LedgerEvent;
  entry: ReturnType<typeof logEntry>;
  pointers: string[];
  members: DisclosedMember[];
};
const note: LedgerEvent = { ...plainEvent('a', 0), recordedAt: '2026-03-01T00:00:00.000Z' };
const pointersOf = (event: LedgerEvent): string[] => Object.keys(logEntry(event).card.parts);
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** An event and any choice of its members, at least one. */
const anyChoice = anyEvent.chain((event) =>
  fc.record({ event: fc.constant(event), pointers: fc.subarray(pointersOf(event), { minLength: 1 }) }),
);

describe('golden disclosure 1', () => {
  test('the entry of the fixed event never changes', () => {
    expect(logEntry(golden.event)).toEqual(golden.entry);
  });

  test('its disclosure never changes and is accepted', () => {
    const disclosure = disclose(golden.event, golden.pointers);
    expect(disclosure).toEqual({ card: golden.entry.card, members: golden.members });
    expect(verifyDisclosure(copy(disclosure))).toEqual({ ok: true, hash: golden.entry.hash, disclosure });
  });
});

describe('the log entry of an event', () => {
  test('has a part for each member one level below its holder, nested values whole', () => {
    expect(
      pointersOf({ ...note, data: { note: 'x', deep: { a: { b: [1] } } }, valid: { from: '2026-01-01' } }),
    ).toEqual([
      '/about/0',
      '/data/deep',
      '/data/note',
      '/source/agency',
      '/source/assertedOn',
      '/source/batch',
      '/source/form',
      '/source/kind',
      '/source/line',
      '/valid/from',
    ]);
  });

  test('tells an empty holder from an absent one', () => {
    expect(pointersOf({ ...note, valid: {}, original: [] })).toEqual(expect.arrayContaining(['/original', '/valid']));
    expect(logEntry({ ...note, valid: {} }).hash).not.toBe(logEntry(note).hash);
    expect(logEntry({ ...note, valid: { from: undefined } }).hash).toBe(logEntry({ ...note, valid: {} }).hash);
  });

  test('does not depend on the order of members', () => {
    const turned = Object.fromEntries(Object.entries(golden.event).toReversed()) as unknown as LedgerEvent;
    expect(logEntry(turned).hash).toBe(golden.entry.hash);
  });

  test('is that of the stored text read back', () =>
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(logEntry(copy(event))).toEqual(logEntry(event));
      }),
      PROPERTY,
    ));

  test('is another one as soon as any member of the event is', () =>
    fc.assert(
      fc.property(anyEvent, anyEvent, (event, other) => {
        const { hash } = logEntry(event);
        const changed = Object.keys(event) as (keyof LedgerEvent)[];
        for (const name of changed) {
          const mixed = { ...event, [name]: other[name] } as LedgerEvent;
          const same = JSON.stringify(sorted(mixed[name])) === JSON.stringify(sorted(event[name]));
          expect([name, logEntry(mixed).hash === hash]).toEqual([name, same]);
        }
      }),
      PROPERTY,
    ));

  test.each([
    '',
    'AAAA',
    'AAAAAAAAAAAAAAAAAAAAAB',
    'AAAAAAAAAAAAAAAAAAAAA=',
    'AAAAAAAAAAAAAAAAAAAAA/',
    `${note.nonce}A`,
  ])('is refused with the nonce %j, and the nonce is not repeated', (nonce) => {
    expect(() => logEntry({ ...note, nonce })).toThrow(/^at \/nonce: a nonce is 128 bits/);
  });

  test.each([
    ['a name with a slash', { ...note, data: { 'a/b': 1 } }],
    ['half a surrogate pair', { ...note, data: { a: ['\ud800'] } }],
    ['a fraction', { ...note, data: { a: 0.5 } }],
    ['half a surrogate pair on the card', { ...note, stream: '\ud800' }],
  ])('is refused with %s', (_case, event) => {
    expect(() => logEntry(event)).toThrow(NotCanonical);
  });
});

describe('a disclosure', () => {
  test('is accepted with the same hash whatever is opened', () =>
    fc.assert(
      fc.property(anyChoice, ({ event, pointers }) => {
        const verdict = verifyDisclosure(copy(disclose(event, pointers)));
        expect(verdict).toMatchObject({ ok: true, hash: logEntry(event).hash });
        expect(verdict.ok && verdict.disclosure.members.map(({ pointer }) => pointer)).toEqual(pointers);
        expect(verifyDisclosure(disclose(event, []))).toMatchObject({ ok: true, hash: logEntry(event).hash });
      }),
      PROPERTY,
    ));

  test('is refused once a value, salt or pointer is another', () =>
    fc.assert(
      fc.property(anyChoice, anyEvent, fc.nat(), ({ event, pointers }, other, pick) => {
        const { card, members } = disclose(event, pointers);
        const at = pick % members.length;
        const swapped = (change: Partial<DisclosedMember>) =>
          verifyDisclosure({ card, members: members.map((one, n) => (n === at ? { ...one, ...change } : one)) });
        const [foreign] = disclose(other, [pointersOf(other)[0] ?? '']).members;
        expect(swapped({}).ok).toBe(true);
        expect(swapped({ value: [members[at]?.value ?? 0] }).ok).toBe(false);
        expect(swapped({ salt: foreign?.salt ?? '' }).ok).toBe(false);
        const others = pointersOf(event).filter((pointer) => pointer !== members[at]?.pointer);
        for (const pointer of others) expect(swapped({ pointer }).ok).toBe(false);
      }),
      PROPERTY,
    ));

  test('has another hash once anything on its card is another', () =>
    fc.assert(
      fc.property(anyEvent, anyEvent, (event, other) => {
        const disclosure = disclose(event, []);
        const { card } = disclose(other, []);
        for (const name of Object.keys(card) as (keyof typeof card)[]) {
          const mixed = { card: { ...disclosure.card, [name]: card[name] }, members: [] };
          const same = JSON.stringify(card[name]) === JSON.stringify(disclosure.card[name]);
          expect(verifyDisclosure(mixed)).toMatchObject({ ok: true });
          expect(verifyDisclosure(mixed)).not.toMatchObject(same ? { hash: '' } : { hash: logEntry(event).hash });
        }
      }),
      PROPERTY,
    ));

  test('never holds the nonce, nor salt or value of a member that stays closed', () =>
    fc.assert(
      fc.property(anyEvent, fc.nat(), (event, pick) => {
        const secret = 'member-that-stays-closed';
        const closed = { ...event, data: { ...event.data, closed: secret } };
        const open = pointersOf(closed).filter((pointer) => pointer !== '/data/closed');
        const pointers = open.slice(0, pick % (open.length + 1));
        const text = JSON.stringify(disclose(closed, pointers));
        const key = Buffer.from(closed.nonce, 'base64url');
        expect(text).not.toContain(closed.nonce);
        expect(text).not.toContain(secret);
        expect(text).not.toContain(createHmac('sha256', key).update('/data/closed').digest('base64url'));
      }),
      PROPERTY,
    ));

  test('gives no way to test a guess at a closed member: the same value has another part in every event', () => {
    const partOf = (nonce: string): string =>
      logEntry({ ...note, nonce, data: { phone: '1' } }).card.parts['/data/phone'] ?? '';
    const nonces = ['AAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAQ', 'AAAAAAAAAAAAAAAAAAAAAg'];
    expect(new Set(nonces.map(partOf)).size).toBe(3);
    const { card, members } = disclose({ ...note, data: { phone: '1', open: '1' } }, ['/data/open']);
    const guesses = [...members.map(({ salt }) => salt), '', 'A'.repeat(43)].flatMap((salt) => [
      hash('sha256', JSON.stringify([salt, '/data/phone', '1']), 'base64url'),
      hash('sha256', JSON.stringify(['/data/phone', '1']), 'base64url'),
      hash('sha256', JSON.stringify('1'), 'base64url'),
    ]);
    expect(guesses).not.toContain(card.parts['/data/phone']);
  });

  test.each([
    '/nonce',
    '/id',
    '/data',
    '/data/absent',
    'data/note',
    '/data/note/0',
    '',
    '/valid',
    '/about/1',
    '/about/00',
  ])('of %j, which is no member of the event, is refused whole', (pointer) => {
    expect(() => disclose(note, ['/data/note', pointer])).toThrow(RangeError);
  });

  test('asked for twice opens a member once', () => {
    expect(disclose(note, ['/data/note', '/data/note']).members).toHaveLength(1);
  });
});

describe('the check of a disclosure refuses', () => {
  const good = (): Disclosure => copy(disclose(note, ['/data/note', '/about/0']));
  const { card, members } = good();
  const [first] = members as [DisclosedMember];

  test('nothing in an honest one', () => expect(verifyDisclosure(good()).ok).toBe(true));

  test.each<[string, unknown]>([
    ['nothing at all', undefined],
    ['null', null],
    ['a list', [card, members]],
    ['a text', JSON.stringify(good())],
    ['a further member', { ...good(), nonce: note.nonce }],
    ['no card', { members }],
    ['a further member on the card', { card: { ...card, position: 1 }, members }],
    ['another version', { card: { ...card, v: 2 }, members }],
    ['a revision in text', { card: { ...card, revision: '0' }, members }],
    ['-0 on the card', { card: { ...card, revision: -0 }, members }],
    ['half a surrogate pair on the card', { card: { ...card, stream: '\ud800' }, members }],
    ['parts in a list', { card: { ...card, parts: Object.values(card.parts) }, members }],
    ['a part of another holder', { card: { ...card, parts: { ...card.parts, '/nonce/0': first.salt } }, members }],
    ['a part that is no hash', { card: { ...card, parts: { ...card.parts, '/data/x': 'x' } }, members }],
    ['a hash not written canonically', { card: { ...card, parts: { '/data/x': `${'A'.repeat(42)}B` } }, members: [] }],
    ['members in an object', { card, members: { 0: first } }],
    ['a member without salt', { card, members: [{ pointer: first.pointer, value: first.value }] }],
    ['a further member of a member', { card, members: [{ ...first, note: 1 }] }],
    ['a member opened twice', { card, members: [first, first] }],
    ['a member that is not on the card', { card, members: [{ ...first, pointer: '/data/absent' }] }],
    ['a pointer to inherited things', { card, members: [{ ...first, pointer: 'constructor' }] }],
    ['a padded salt', { card, members: [{ ...first, salt: `${first.salt}=` }] }],
    ['null as value', { card, members: [{ ...first, value: null }] }],
    ['a value nested too deep', { card, members: [{ ...first, value: deep(100_000) }] }],
  ])('%s', (_case, disclosure) => {
    const verdict = verifyDisclosure(disclosure);
    expect(verdict).toMatchObject({ ok: false, problem: expect.stringMatching(/^the disclosure was not accepted: /) });
  });

  test('without repeating a value', () => {
    const verdict = verifyDisclosure({ card, members: [{ ...first, value: 'secret\ud800' }] });
    expect(JSON.stringify(verdict)).not.toContain('secret');
  });
});

/** 1 in so many lists. */
const deep = (levels: number): Json => Array.from({ length: levels }).reduce<Json>((inner) => [inner], 1);

/** For comparing values by content. */
const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
};
