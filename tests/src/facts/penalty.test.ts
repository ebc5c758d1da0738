// Penalties: what is accepted, what is refused, and by which code.
import { describe, expect, test } from 'vitest';
import { PENALTY_KINDS } from '../../../src/facts/penalty-decided.ts';
import { given, keyOf } from '../../given.ts';
import { CITIZEN_ID, PERSON, sampleOf, TRADER } from '../../sample-facts.ts';

const decided = sampleOf('PenaltyDecided');

describe('penalty decided', () => {
  test('is accepted before its party is registered', () => given().when(decided).accepts());
  test('is accepted after it was withdrawn', () => given(sampleOf('PenaltyWithdrawn')).when(decided).accepts());
  test('is accepted with every kind there is', () =>
    given()
      .when(sampleOf('PenaltyDecided', { kinds: PENALTY_KINDS }))
      .accepts());
  test('is accepted with a fine of the largest amount', () =>
    given()
      .when(sampleOf('PenaltyDecided', { fineFen: Number.MAX_SAFE_INTEGER }))
      .accepts());

  test.each([
    ['in-the-future', 'decidedOn', { decidedOn: '2026-11-23' }],
    ['in-the-future', 'publishedOn', { publishedOn: '2026-11-23' }],
    ['code-personal', 'taxNo', { taxNo: `${CITIZEN_ID}01` }],
    ['invalid', 'partyName', { partyKind: 'person' }],
    ['invalid', 'kinds', { kinds: [] }],
    ['invalid', 'kinds', { kinds: ['fine', 'fine'] }],
    ['invalid', 'fineFen', { fineFen: -1 }],
    ['invalid', 'severityStated', { severityStated: 'grave' }],
  ] as const)('is refused with %s for %s', (code, member, changes) =>
    given().when(sampleOf('PenaltyDecided', changes)).refuses(code, member),
  );

  test('of a person is refused with the name in clear', () =>
    given()
      .when({ ...decided, about: [{ subject: PERSON, role: 'subject' }] })
      .refuses('invalid', 'partyName'));

  test('has a stream for each party', () =>
    expect(keyOf({ ...decided, about: [{ subject: TRADER, role: 'subject' }] })).not.toEqual(keyOf(decided)));
  test('keeps its stream when its day is corrected', () =>
    expect(keyOf(sampleOf('PenaltyDecided', { decidedOn: '2026-05-07' }))).toEqual(keyOf(decided)));
  test('has one stream with its withdrawal', () => expect(keyOf(sampleOf('PenaltyWithdrawn'))).toEqual(keyOf(decided)));
});

describe('penalty withdrawn', () => {
  test('is accepted before the penalty is known', () => given().when(sampleOf('PenaltyWithdrawn')).accepts());
  test('is accepted after the penalty', () => given(decided).when(sampleOf('PenaltyWithdrawn')).accepts());
  test('is refused before its day', () =>
    given()
      .when(sampleOf('PenaltyWithdrawn', { withdrawnOn: '2026-11-23' }))
      .refuses('in-the-future', 'withdrawnOn'));
});
