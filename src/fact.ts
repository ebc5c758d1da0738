// What a fact type is, and why a fact may be refused.
import { hash } from 'node:crypto';
import type { z } from 'zod';
import type { Day } from './day.ts';
import { canonicalJson, type Json } from './ledger/canonical-json.ts';
import type { About, EventData, LedgerEvent, Relates, Valid } from './ledger/event.ts';

/** The closed list of reasons for not recording. Each is explained in docs/errors.md and caused by a test. */
export const REFUSAL_CODES = [
  'unknown-type',
  'invalid',
  'not-canonical',
  'name-missing',
  'code-missing',
  'code-unknown',
  'code-wrong-check',
  'code-personal',
  'day-unreadable',
  'in-the-future',
  'ends-before-start',
  'identifier-in-key',
  'contradicts',
  'stream-full',
  'row-unreadable',
  'text-damaged',
  'line-too-long',
  'seal-unknown',
  'conflict',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** An expected no. `member` names the data member or column; no text of the input stands in any of them. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly fix: string;
  readonly member?: string;
}

export const refusal = (code: RefusalCode, message: string, fix: string, member?: string): Refusal => ({
  code,
  message,
  fix,
  ...(member === undefined ? {} : { member }),
});

/** A validated statement by a source, before it is an event. `seal` holds clear texts by slot: never logged, never stored. */
export interface Fact<Data extends EventData = EventData> {
  readonly type: string;
  readonly about: readonly About[];
  readonly valid?: Valid | undefined;
  readonly relates?: Relates | undefined;
  readonly data: Data;
  readonly seal: { readonly [slot: string]: string };
  readonly original?: readonly (readonly [string, string])[] | undefined;
}

/**
 * A member that is sealed before the append: in `data` it stands as `{"$sealed":"<slot>"}`.
 * Slots of one `person` share that person's key. `identifies`: the text (a document number, a phone) tells which person it
 * is, so the same person has the same key in every fact; without one the key belongs to this fact's stream alone.
 */
export interface Slot {
  readonly person: string;
  readonly identifies?: true;
  readonly description: string;
}

/** What a key may be made of: the fact and the keyed hashes of its sealed texts. */
export type KeyInput<Data extends EventData> = Pick<Fact<Data>, 'about' | 'data'> & {
  readonly hashOf: (slot: string) => string | undefined;
};

/**
 * A fact type. `repeat` says what another content under the same key is: `changes` for a snapshot of a moving world
 * (registration, licence state), `corrects` for a document (penalty, licence decision). `opening` says how the first
 * statement of this type stands to the stream's opening fact, where there is one.
 */
export interface FactDefinition<Type extends string = string, Data extends EventData = EventData> {
  readonly type: Type;
  readonly schema: number;
  /** One sentence in English for the generated reference, with the legal term in Chinese once. */
  readonly description: string;
  readonly data: z.ZodType<Data>;
  readonly seals: { readonly [slot: string]: Slot };
  /** Whether the fact must name its subject; a complaint against an unidentified shop has none yet. */
  readonly subject: 'required' | 'optional';
  readonly category: string;
  /** The natural key of the thing, or the one member that is missing for it. */
  readonly key: (input: KeyInput<Data>) => readonly Json[];
  readonly repeat: 'changes' | 'corrects';
  readonly opening?: { readonly type: string; readonly kind: 'changes' | 'ends' | 'retracts' };
  /** First day on which the fact is true; left out: `assertedOn` for `changes`, unknown for `corrects`. */
  readonly validFrom?: (data: Data) => Day | undefined;
  /** A no that depends on the stream's own events or on the day. Facts arrive in any order: nothing else is known here. */
  readonly decide?: (fact: Fact<Data>, stream: readonly LedgerEvent[], today: Day) => Refusal | undefined;
  /** Pure one-step upcasters: `upcasts[n]` makes data of schema n + 1 out of schema n. */
  readonly upcasts?: { readonly [from: number]: (data: EventData) => EventData };
}

/** Keeps the inferred types of one definition together; a list of them is the registry. */
export const defineFact = <Type extends string, Data extends EventData>(
  definition: FactDefinition<Type, Data>,
): FactDefinition<Type, Data> => definition;

/** Length of the digest in a stream name: 128 bits in base64url. */
const DIGEST_LENGTH = 22;

/**
 * Name of the stream of a thing: an entity's is readable (`entity-uscc:…`), every other is its category and a digest of its
 * natural key, so that no document number or party can leak through a name.
 */
export const streamName = (category: string, key: readonly Json[]): string => {
  const [only] = key;
  if (category === 'entity' && key.length === 1 && typeof only === 'string') return `entity-${only}`;
  return `${category}-${hash('sha256', canonicalJson(key), 'base64url').slice(0, DIGEST_LENGTH)}`;
};
