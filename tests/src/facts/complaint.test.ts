// Complaints and reports: what is accepted, what is refused, and by which code.
import { describe, expect, test } from 'vitest';
import { given, idAt, keyOf } from '../../given.ts';
import { sampleOf, type Stated } from '../../sample-facts.ts';

const filed = sampleOf('ComplaintFiled');
const accepted = sampleOf('ComplaintAccepted');
const refused = sampleOf('ComplaintRefused');
const settled = sampleOf('ComplaintSettled');
const terminated = sampleOf('ComplaintTerminated');
const steps = [accepted, refused, settled, terminated];

const relating = (stated: Stated, kind: 'corrects' | 'retracts', revision: number): Stated => ({
  ...stated,
  relates: { kind, event: idAt(revision) },
});

describe('complaint filed', () => {
  test('is accepted', () => given().when(filed).accepts());
  test('is accepted against a shop that nobody identified', () =>
    given()
      .when({ ...filed, about: [] })
      .accepts());
  test('is accepted when its steps came first', () => given(accepted, settled).when(filed).accepts());
  test.each([
    ['in-the-future', 'filedOn', { filedOn: '2026-11-23' }],
    ['invalid', 'kind', { kind: 'report' }], // A report is ReportFiled.
    ['invalid', 'publishConsent', { publishConsent: 'yes' }],
    ['invalid', 'caseNo', { caseNo: undefined }],
  ] as const)('is refused with %s for %s', (code, member, changes) =>
    given().when(sampleOf('ComplaintFiled', changes)).refuses(code, member),
  );
  test.each(steps)('has one stream with $type', (step) => expect(keyOf(step)).toEqual(keyOf(filed)));
});

describe('report filed', () => {
  test('is accepted', () => given().when(sampleOf('ReportFiled')).accepts());
  test('has no member for the public', () =>
    given()
      .when(sampleOf('ReportFiled', { publicSummary: 'x' }))
      .refuses('invalid'));
  test('is refused before its day', () =>
    given()
      .when(sampleOf('ReportFiled', { filedOn: '2026-11-23' }))
      .refuses('in-the-future', 'filedOn'));
});

describe('a step of a case', () => {
  test.each(steps)('$type is accepted before the complaint is known', (step) => given().when(step).accepts());
  test.each(steps)('$type is accepted again', (step) => given(filed, step).when(step).accepts());
  test.each([
    [accepted, settled],
    [accepted, terminated],
    [settled, accepted],
    [terminated, accepted],
  ])('$0.type, then $1.type is a way through a case', (first, second) => given(first).when(second).accepts());

  test.each([
    [accepted, refused],
    [refused, accepted],
    [refused, settled],
    [refused, terminated],
    [settled, refused],
    [settled, terminated],
    [terminated, refused],
    [terminated, settled],
  ])('$0.type, then $1.type contradicts', (first, second) => given(filed, first).when(second).refuses('contradicts'));

  test('that corrects the record is accepted', () =>
    given(filed, refused)
      .when(relating(accepted, 'corrects', 1))
      .accepts());
  test('is accepted when what it contradicts was retracted', () =>
    given(filed, refused, relating(refused, 'retracts', 1))
      .when(accepted)
      .accepts());
  test('is accepted when what it contradicts was corrected to another step', () =>
    given(filed, refused, relating(accepted, 'corrects', 1))
      .when(settled)
      .accepts());
  test('is refused when the retraction was itself retracted', () =>
    given(filed, refused, relating(refused, 'retracts', 1), relating(refused, 'retracts', 2))
      .when(accepted)
      .refuses('contradicts'));

  test.each([
    ['ComplaintAccepted', { acceptedOn: '2026-11-23' }, 'acceptedOn'],
    ['ComplaintRefused', { refusedOn: '2026-11-23' }, 'refusedOn'],
    ['ComplaintSettled', { settledOn: '2026-11-23' }, 'settledOn'],
    ['ComplaintTerminated', { terminatedOn: '2026-11-23' }, 'terminatedOn'],
  ] as const)('%s is refused before its day', (type, changes, member) =>
    given().when(sampleOf(type, changes)).refuses('in-the-future', member),
  );
});

describe('a ground by regime and number', () => {
  test.each([
    ['ComplaintRefused', 'SAMR-20', 6],
    ['ComplaintRefused', 'SAMR-121', 7],
    ['ComplaintTerminated', 'SAMR-20', 7],
    ['ComplaintTerminated', 'SAMR-121', 8],
  ] as const)('%s by %s goes to %i', (type, regime, last) => {
    given()
      .when(sampleOf(type, { reason: { regime, n: last } }))
      .accepts();
    given()
      .when(sampleOf(type, { reason: { regime, n: last + 1 } }))
      .refuses('invalid', 'reason.n');
    given()
      .when(sampleOf(type, { reason: { regime, n: 0 } }))
      .refuses('invalid', 'reason.n');
  });
  test('of an unknown regime is refused', () =>
    given()
      .when(sampleOf('ComplaintRefused', { reason: { regime: 'SAMR-1', n: 1 } }))
      .refuses('invalid', 'reason.regime'));
});
