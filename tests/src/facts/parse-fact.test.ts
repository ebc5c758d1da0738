// The only parse of a stated fact: what is accepted, what is refused, and by which code.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { citizenCheckCharacter } from '../../../src/citizen-id.ts';
import { factTypes } from '../../../src/facts/index.ts';
import { ABOUT_MAX, isDocumentSubject, parseFact, SEAL_TEXT_MAX } from '../../../src/facts/parse-fact.ts';
import { CITIZEN_ID, sampleFacts, sampleOf, SHOP, TRADER } from '../../sample-facts.ts';

const penalty = sampleOf('PenaltyDecided');
const complaint = sampleOf('ComplaintFiled');

/** Codes and members of the refusals; empty when the fact parses. */
const refused = (raw: unknown): readonly (readonly [string, string | undefined])[] => {
  const parsed = parseFact(raw);
  return parsed.ok ? [] : parsed.refusals.map(({ code, member }) => [code, member]);
};

describe('a stated fact', () => {
  test.each(sampleFacts)('of type $type parses', (stated) => {
    expect(refused(stated)).toEqual([]);
  });

  test('stands in data as sealed slots where its texts are to be sealed', () => {
    const parsed = parseFact(complaint);
    expect(parsed.ok && parsed.fact.data['summary']).toEqual({ $sealed: 'summary' });
    expect(parsed.ok && parsed.fact.seal).toEqual(complaint.seal);
    expect(parsed.ok && JSON.stringify(parsed.fact.data)).not.toContain(complaint.seal?.['complainantName']);
  });

  test('may repeat the slot in data', () => {
    const repeated = { ...complaint, data: { ...complaint.data, summary: { $sealed: 'summary' } } };
    expect(refused(repeated)).toEqual([]);
    expect(parseFact(repeated)).toEqual(parseFact(complaint));
  });

  test('keeps a document of a person as it is, for the recorder to hash', () => {
    const about = [{ subject: `citizen-id:${CITIZEN_ID}`, role: 'subject' }];
    const parsed = parseFact({ ...penalty, about });
    expect(parsed.ok && parsed.fact.about).toEqual(about);
  });

  test('may name no subject where the shop is not identified', () => {
    expect(refused({ ...complaint, about: [] })).toEqual([]);
  });

  test('may be valid for no day at all', () => {
    expect(refused({ ...penalty, valid: { from: '2026-05-06', until: '2026-05-06' } })).toEqual([]);
  });
});

describe('a stated fact is refused', () => {
  const shop = { subject: SHOP, role: 'subject' };
  const relates = { kind: 'corrects', event: '00000000-0000-8000-8000-000000000001' };
  test.each([
    ['as no object', 'text', [['invalid', undefined]]],
    ['as a list', [], [['invalid', undefined]]],
    ['without a type', { about: [], data: {} }, [['unknown-type', 'type']]],
    ['of an unknown type', { ...penalty, type: 'PenaltyDreamt' }, [['unknown-type', 'type']]],
    ['of a type by the name of a built-in', { ...penalty, type: 'constructor' }, [['unknown-type', 'type']]],
    ['without about', { ...penalty, about: undefined }, [['invalid', 'about']]],
    ['without data', { ...penalty, data: undefined }, [['invalid', 'data']]],
    ['with a member of its own', { ...penalty, comment: 1 }, [['invalid', undefined]]],
    ['without a subject', { ...penalty, about: [{ ...shop, role: 'party' }] }, [['invalid', 'about']]],
    ['with two subjects', { ...penalty, about: [shop, { ...shop, subject: TRADER }] }, [['invalid', 'about']]],
    [
      'with a subject of another scheme',
      { ...penalty, about: [{ ...shop, subject: 'tax:1' }] },
      [['invalid', 'about.0.subject']],
    ],
    ['with an unknown role', { ...penalty, about: [{ ...shop, role: 'boss' }] }, [['invalid', 'about.0.role']]],
    [
      'with too many subjects',
      { ...penalty, about: Array.from({ length: ABOUT_MAX + 1 }, () => ({ ...shop, role: 'mentioned' })) },
      [['invalid', 'about']],
    ],
    [
      'with a member that the type does not have',
      sampleOf('PenaltyDecided', { colour: 'red' }),
      [['invalid', undefined]],
    ],
    [
      'without a member that it needs',
      sampleOf('PenaltyDecided', { documentNo: undefined }),
      [['invalid', 'documentNo']],
    ],
    ['with a fraction of a fen', sampleOf('PenaltyDecided', { fineFen: 0.5 }), [['invalid', 'fineFen']]],
    ['with a kind that is none', sampleOf('PenaltyDecided', { kinds: ['fine', 'frown'] }), [['invalid', 'kinds.1']]],
    [
      'with a day outside the calendar',
      sampleOf('PenaltyDecided', { decidedOn: '2026-02-30' }),
      [['invalid', 'decidedOn']],
    ],
    ['with null for absent', sampleOf('PenaltyDecided', { note: null }), [['invalid', 'note']]],
    [
      'when it ends before it starts',
      { ...penalty, valid: { from: '2026-05-06', until: '2026-05-05' } },
      [['ends-before-start', 'valid.until']],
    ],
    [
      'with a relation that only the recorder finds',
      { ...penalty, relates: { ...relates, kind: 'confirms' } },
      [['invalid', 'relates.kind']],
    ],
    [
      'with a relation to no event',
      { ...penalty, relates: { ...relates, event: '1' } },
      [['invalid', 'relates.event']],
    ],
    ['with a slot that the type does not have', { ...penalty, seal: { fingerprint: 'x' } }, [['seal-unknown', 'seal']]],
    ['with a slot by the name of a built-in', { ...penalty, seal: { toString: 'x' } }, [['seal-unknown', 'seal']]],
    [
      'with a clear text where a sealed one belongs',
      sampleOf('ComplaintFiled', { summary: 'x' }),
      [['invalid', 'summary']],
    ],
    [
      'with a sealed member without its text',
      { ...complaint, data: { ...complaint.data, summary: { $sealed: 'summary' } }, seal: {} },
      [['seal-unknown', 'summary']],
    ],
    [
      'with a text to seal whose member is blocked',
      { ...complaint, data: { ...complaint.data, summary: undefined } },
      [['seal-unknown', 'summary']],
    ],
    [
      'with a member sealed under another slot',
      sampleOf('ComplaintFiled', { summary: { $sealed: 'complainantName' } }),
      [['invalid', 'summary.$sealed']],
    ],
    ['with an empty text to seal', { ...penalty, seal: { party: '' } }, [['invalid', 'seal.party']]],
    [
      'with a text to seal that is too long',
      { ...penalty, seal: { party: 'x'.repeat(SEAL_TEXT_MAX + 1) } },
      [['invalid', 'seal.party']],
    ],
    ['with a damaged text to seal', { ...penalty, seal: { party: '\ud800' } }, [['not-canonical', 'seal.party']]],
    ['with a seal that is a list', { ...penalty, seal: [] }, [['invalid', 'seal']]],
  ] as const)('%s', (_reason, raw, refusals) => {
    expect(refused(raw)).toEqual(refusals);
  });

  test('with every reason at once', () => {
    const wrong = sampleOf('PenaltyDecided', { documentNo: undefined, fineFen: -1 });
    expect(refused({ ...wrong, about: [{ ...shop, role: 'boss' }], seal: { x: 'y' } })).toEqual([
      ['invalid', 'about.0.role'],
      ['invalid', 'documentNo'],
      ['invalid', 'fineFen'],
      ['seal-unknown', 'seal'],
    ]);
  });

  test('without a word of what was sent', () => {
    const marker = 'zq';
    const secret = fc.string({ minLength: 1, maxLength: 8 }).map((text) => `${marker}${text}${marker}`);
    const wrong = fc.oneof(secret, fc.array(secret), fc.dictionary(secret, secret));
    const member = fc.constantFrom(...Object.keys({ ...penalty.data, ...penalty.seal, ...penalty }));
    const input = fc.tuple(
      fc.dictionary(fc.oneof(member, secret), wrong),
      fc.dictionary(fc.oneof(member, secret), wrong),
    );
    fc.assert(
      fc.property(input, ([data, rest]) => {
        const raw = { ...penalty, ...rest, type: penalty.type, data: { ...penalty.data, ...data } };
        const parsed = parseFact(raw);
        expect(parsed.ok ? '' : JSON.stringify(parsed.refusals)).not.toContain(marker);
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });
});

describe('a document of a person as a subject', () => {
  test.each([
    [`citizen-id:${CITIZEN_ID}`, true],
    [`citizen-id:${CITIZEN_ID.slice(0, 17)}0`, false], // Wrong check character.
    ['citizen-id:', false],
    ['passport:E00000000', true],
    ['passport:e00000000', false], // Two spellings would be two persons.
    ['passport:E0', false],
    [SHOP, false],
  ])('%s: %s', (subject, expected) => {
    expect(isDocumentSubject(subject)).toBe(expected);
  });
});

describe('a personal number where an organisation or a thing is named', () => {
  const number = `99999919900101001${citizenCheckCharacter('99999919900101001')}`;

  test.each([
    ['as a credit code', `uscc:${number}`],
    ['as the number of premises', 'premises:13800138000'],
    ['as the number of a product', `product:${number}`],
  ])('is refused %s', (_case, subject) => {
    const parsed = parseFact({ ...penalty, about: [{ subject, role: 'subject' }] });
    expect(parsed.ok ? [] : parsed.refusals.map(({ code, member }) => [code, member])).toContainEqual([
      'code-personal',
      'about.0.subject',
    ]);
    expect(JSON.stringify(parsed)).not.toContain(subject.slice(subject.indexOf(':') + 1));
  });

  test.each(['13800138000', 'wrong name', 'half \ud800', 'a\u0000'])(
    'is no reason of a relation, nor is any other free text',
    (reason) => {
      const relates = { kind: 'corrects', event: '00000000-0000-8000-8000-000000000000', reason };
      expect(parseFact({ ...penalty, relates }).ok).toBe(false);
    },
  );
});

describe('every fact type', () => {
  test.each(factTypes)('$type has a member of the same name for each slot', ({ type, seals }) => {
    const slots = Object.keys(seals);
    const sample = sampleOf(type);
    const clear = { ...sample, data: { ...sample.data, ...Object.fromEntries(slots.map((slot) => [slot, 'clear'])) } };
    expect(refused(clear).map(([, member]) => member)).toEqual(expect.arrayContaining(slots));
  });
});
