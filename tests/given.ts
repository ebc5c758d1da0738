// given(stream).when(fact).accepts() | .refuses(code): parses stated facts and asks their type on a fixed day.
import { expect } from 'vitest';
import { streamName, type Fact, type FactDefinition, type RefusalCode } from '../src/fact.ts';
import { parseFact } from '../src/facts/parse-fact.ts';
import type { Json } from '../src/ledger/canonical-json.ts';
import { eventId, type LedgerEvent, type Source } from '../src/ledger/event.ts';
import type { Stated } from './sample-facts.ts';

/** The day on which facts are stated in these tests. */
export const TODAY = '2026-11-22';

/** The stream as it stands: facts that were recorded before, all by one agency. */
export const given = (...earlier: readonly Stated[]) => ({
  when: (stated: Stated) => ({
    accepts: (): void => expect(outcome(earlier, stated)).toEqual([]),
    refuses: (code: RefusalCode, member?: string): void => {
      const refusals = outcome(earlier, stated);
      expect(refusals.map((refusal) => refusal.code)).toEqual([code]);
      if (member !== undefined) expect(refusals[0]?.member).toBe(member);
    },
  }),
});

const outcome = (earlier: readonly Stated[], stated: Stated) => {
  const stream = earlier.map((one, revision) => eventOf(one, revision));
  const parsed = parseFact(stated);
  if (!parsed.ok) return parsed.refusals;
  const refused = parsed.definition.decide?.(parsed.fact, stream, TODAY);
  return refused === undefined ? [] : [refused];
};

/** The fact and its definition, for a stated fact that must parse. */
export const parsed = (stated: Stated): { readonly fact: Fact; readonly definition: FactDefinition } => {
  const result = parseFact(stated);
  if (!result.ok) throw new Error(`parse a sample of ${stated.type}: ${JSON.stringify(result.refusals)}`);
  return result;
};

/** Natural key of a stated fact; a sealed text stands in it as `hash(<text>)`. */
export const keyOf = (stated: Stated): readonly Json[] => {
  const { fact, definition } = parsed(stated);
  return definition.key({ ...fact, hashOf: (slot) => keyedHash(fact.seal[slot]) });
};

const keyedHash = (text: string | undefined): string | undefined => (text === undefined ? undefined : `hash(${text})`);

/** Id that the event of the stated fact gets at a revision of these tests' streams. */
export const idAt = (revision: number): string => eventId('stream', revision, source);

const source: Source = {
  kind: 'agency',
  agency: '11990000000000107Q',
  form: 'ndjson@1',
  assertedOn: '2026-11-22',
  batch: '00000000-0000-8000-8000-000000000000',
  line: 1,
};

/** The stated fact as an event with fixed ids and without sealed texts. */
export const eventOf = (stated: Stated, revision: number): LedgerEvent => {
  const { fact, definition } = parsed(stated);
  return {
    about: fact.about,
    data: fact.data,
    id: idAt(revision),
    nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
    recordedAt: '2026-11-22T00:00:00.000Z',
    ...(fact.relates === undefined ? {} : { relates: fact.relates }),
    revision,
    schema: definition.schema,
    source,
    stream: streamName(definition.category, keyOf(stated)),
    type: fact.type,
    v: 1,
    ...(fact.valid === undefined ? {} : { valid: fact.valid }),
  };
};
