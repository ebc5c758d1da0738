// Arbitrary events for property tests: every member that the type allows, present or not, with awkward text.
import * as fc from 'fast-check';
import type { Json } from '../src/ledger/canonical-json.ts';
import { RELATIONS, ROLES, type LedgerEvent } from '../src/ledger/event.ts';

/** Any Unicode text that an event may hold. */
export const anyText = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter((text) => text.isWellFormed() && !text.includes('\u0000'));

const head = 'abcxyz$'.split('');
export const anyName = fc
  .tuple(fc.constantFrom(...head), fc.string({ unit: fc.constantFrom(...'abzABZ019'.split('')), maxLength: 6 }))
  .map(([first, rest]) => first + rest);

const wholeNumber = fc.maxSafeInteger().map((number) => (number === 0 ? 0 : number));

export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(anyText, wholeNumber, fc.boolean()),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyName, fc.option(tie('value'), { nil: undefined }), { maxKeys: 4 }),
  ),
})).value;

const base64url = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => Buffer.from(array).toString('base64url'));
const day = fc.constantFrom('2026-01-01', '2026-02-28', '1999-12-31');
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const about = fc.record({ subject: anyText, role: fc.constantFrom(...ROLES) });
const source = fc.record(
  {
    kind: fc.constantFrom('agency' as const, 'consumer' as const, 'merchant' as const, 'operator' as const),
    agency: anyText,
    form: anyText,
    assertedOn: day,
    batch: fc.uuid(),
    line: fc.nat(),
    n: fc.nat(9),
    actor: anyText,
  },
  { requiredKeys: ['kind', 'agency', 'form', 'assertedOn', 'batch', 'line'] },
);
const sealed = fc.record({
  alg: fc.constant('A256GCM'),
  subject: fc.uuid(),
  gen: fc.integer({ min: 1, max: 9 }),
  iv: base64url(12),
  ct: base64url(20),
  hash: base64url(32),
});

/** Events as they are stored; holders such as `valid` or `original` may be absent, empty or full. */
export const anyEvent: fc.Arbitrary<LedgerEvent> = fc.record({
  v: fc.constant(1 as const),
  id: fc.uuid(),
  stream: fc.constantFrom('penalty-1', 'entity:regno:1'),
  revision: fc.nat(999),
  type: fc.constantFrom('Noted', 'PenaltyDecided'),
  schema: fc.integer({ min: 1, max: 9 }),
  nonce: base64url(16),
  recordedAt: fc.constantFrom('2026-11-22T08:00:00.000Z', '2026-11-22T08:00:00.001Z'),
  about: fc.array(about, { maxLength: 12 }),
  source,
  data: fc.dictionary(anyName, optional(anyJson), { maxKeys: 5 }),
  valid: optional(fc.record({ from: optional(day), until: optional(day) })),
  relates: optional(fc.record({ kind: fc.constantFrom(...RELATIONS), event: fc.uuid(), reason: optional(anyText) })),
  cause: optional(fc.record({ correlation: fc.uuid(), causation: fc.uuid() }, { requiredKeys: [] })),
  original: optional(fc.array(fc.tuple(anyText, anyText), { maxLength: 3 })),
  sealed: optional(fc.dictionary(anyName, sealed, { maxKeys: 2 })),
});
