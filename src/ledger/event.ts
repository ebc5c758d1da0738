// The event: a recorded fact. Its members, its identity and its one text (docs/adr/0003).
import { hash } from 'node:crypto';
import type { Day } from '../day.ts';
import { canonicalJson, type Json } from './canonical-json.ts';

/** `subject` alone receives publicity and rating; every other role is only named by the fact. */
export const ROLES = ['subject', 'party', 'owner', 'respondent', 'platform', 'mentioned'] as const;
export type Role = (typeof ROLES)[number];

/** One subject that a fact names: its id (`uscc:…`, `regno:…`, `person:<keyed hash>`, …) and its part in the fact. */
export type About = { readonly subject: string; readonly role: Role };

/** Days on which a fact is true in the world. `from` absent: unknown. `until` is exclusive; absent: open. */
export type Valid = { readonly from?: Day | undefined; readonly until?: Day | undefined };

/**
 * How a fact stands to an earlier event. `changes`: the world moved. `corrects`: the statement was wrong.
 * `retracts`: it should never have been stated. `ends`: the thing is over. `confirms`: stated again, unchanged, as of a
 * later day (docs/adr/0013).
 */
export const RELATIONS = ['changes', 'corrects', 'retracts', 'ends', 'confirms'] as const;
export type Relates = {
  readonly kind: (typeof RELATIONS)[number];
  readonly event: string;
  readonly reason?: string | undefined;
};

/**
 * Who stated it: `agency` is the USCC of the body that answers for the statement; `form` is name@version;
 * `assertedOn` is the day as of which it was stated; (`batch`, `line`, `n`) is its place in what was handed in.
 */
export type Source = {
  readonly kind: 'agency' | 'consumer' | 'merchant' | 'operator';
  readonly agency: string;
  readonly form: string;
  readonly assertedOn: Day;
  readonly batch: string;
  readonly line: number;
  /** Place among several facts of one line, from 0; left out when 0. */
  readonly n?: number | undefined;
  readonly actor?: string | undefined;
};

/** A text sealed under the key of a data subject; base64url. `hash` is keyed by the same key (see seal/seal.ts). */
export type Sealed = {
  readonly alg: string;
  readonly subject: string;
  readonly gen: number;
  readonly iv: string;
  readonly ct: string;
  readonly hash: string;
};

export type EventData = { readonly [name: string]: Json | undefined };

/** An event as every reader gets it. Nothing a store assigns later (position, leaf index) stands inside. */
export type LedgerEvent = {
  readonly about: readonly About[];
  readonly cause?: { readonly correlation?: string; readonly causation?: string } | undefined;
  readonly data: EventData;
  readonly id: string;
  readonly nonce: string;
  /** Cells as read, [column, text], where reading lost something. */
  readonly original?: readonly (readonly [string, string])[] | undefined;
  /** Instant of recording, UTC, milliseconds; never falls along positions. */
  readonly recordedAt: string;
  readonly relates?: Relates | undefined;
  readonly revision: number;
  readonly schema: number;
  readonly sealed?: { readonly [slot: string]: Sealed } | undefined;
  readonly source: Source;
  readonly stream: string;
  readonly type: string;
  readonly v: 1;
  readonly valid?: Valid | undefined;
};

/** An event that waits for its instant: the store splices `recordedAt` in while it holds the order. */
export type UnrecordedEvent = Omit<LedgerEvent, 'recordedAt'>;

/** Canonical text of an event, split where `recordedAt` goes: text = head + recordedAt + tail. */
export interface EncodedEvent {
  readonly head: string;
  readonly tail: string;
}

/**
 * Encodes once, before any lock is held; a property test compares the whole with `canonicalJson`.
 * @throws NotCanonical when data, about, original or any other member leaves the limits of canonical JSON.
 */
export const encodeEvent = (event: UnrecordedEvent): EncodedEvent => {
  const { about, cause, data, id, nonce, original, relates, revision, schema, sealed, source, stream, type, v, valid } =
    event;
  const before = canonicalJson({ about, cause, data, id, nonce, original });
  const behind = canonicalJson({ relates, revision, schema, sealed, source, stream, type, v, valid });
  return { head: `${before.slice(0, -1)},"recordedAt":"`, tail: `",${behind.slice(1)}` };
};

/** UUID version 8 (RFC 9562 section 5.8) made of the first 122 free bits of SHA-256 over UTF-8 text. */
export const uuidOfText = (input: string): string => uuidOfHash(hash('sha256', input, 'hex'));

/** UUID version 8 of a SHA-256 given in lower-case hex. */
export const uuidOfHash = (hex: string): string => {
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Id of an event: serves the retry of one append only, never the recognition of repeats. */
export const eventId = (stream: string, revision: number, { batch, line, n = 0 }: Source): string =>
  uuidOfText(JSON.stringify([stream, revision, batch, line, n]));
