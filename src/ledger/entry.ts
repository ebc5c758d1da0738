// Log entry of an event: the one hash that the verifiable log holds, made so that each member can be shown alone.
import { createHmac, hash } from 'node:crypto';
import { canonicalOrder, NotCanonical, type Json } from './canonical-json.ts';
import type { LedgerEvent } from './event.ts';

/**
 * What everybody may see of an event: its place, its type and one hash a member. It shows the names of members and how
 * many there are, never their values. `parts` maps the JSON pointer (RFC 6901) of a member to its part.
 */
export interface Card {
  readonly v: 1;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly schema: number;
  readonly recordedAt: string;
  readonly parts: { readonly [pointer: string]: string };
}

/** One member opened: `salt` and `value` give the part that stands on the card under `pointer`. */
export interface DisclosedMember {
  readonly pointer: string;
  readonly salt: string;
  readonly value: Json;
}

export interface Disclosure {
  readonly card: Card;
  readonly members: readonly DisclosedMember[];
}

/** `hash` is to be looked for in the log; `disclosure` is exactly what was checked. */
export type Verdict =
  | { readonly ok: true; readonly hash: string; readonly disclosure: Disclosure }
  | { readonly ok: false; readonly problem: string };

/** Members of an event that are committed to by parts; all others but the nonce stand on the card. */
const PARTED = ['about', 'cause', 'data', 'original', 'relates', 'sealed', 'source', 'valid'] as const;
const POINTER =
  /^\/(?:(?:about|original)(?:\/(?:0|[1-9]\d{0,5}))?|(?:cause|data|relates|sealed|source|valid)(?:\/[$a-z][A-Za-z0-9]*)?)$/;
const SHA256_BASE64URL = /^[\w-]{42}[AEIMQUYcgkosw048]$/;
const NONCE_BASE64URL = /^[\w-]{21}[AQgw]$/;
const CARD_TEXTS = ['id', 'recordedAt', 'stream', 'type'];
const CARD_NUMBERS = ['revision', 'schema'];
/** Limits of a disclosure from outside: parts on its card, and levels of values in values. */
const PARTS_MAX = 10_000;
const NESTING_MAX = 32;

/**
 * The log entry of an event: hash = SHA-256(JCS(card)), JCS being RFC 8785 text in UTF-8.
 *
 * - A member is what stands one level below about, cause, data, original, relates, sealed, source or valid, with all
 *   that is nested in it: `/data/fineFen`, `/about/0`, `/original/0`, `/sealed/party`. Where such a holder is there but
 *   empty, the holder itself is the member (`/valid` with value `{}`). Names need no escaping: they are of letters and
 *   digits.
 * - part = SHA-256(JCS([salt, pointer, value])); salt = HMAC-SHA-256(key: the 16 bytes that the nonce encodes, message:
 *   the pointer in UTF-8). A salt tells nothing of the nonce or of another salt, so a member that was not opened cannot
 *   be found by trying values.
 * - Hashes and salts are written in base64url without padding, 43 characters, also inside hashed text. Names in `parts`
 *   are ordered by UTF-16 code units, so `/about/10` stands before `/about/2`.
 *
 * Everything is recomputed from the stored event. Two events that differ in any member have different entries.
 * @throws NotCanonical when the event leaves the limits of canonical JSON or its nonce is not 128 bits.
 */
export const logEntry = (event: LedgerEvent): { readonly card: Card; readonly hash: string } => {
  const card = cardOf(event, saltsOf(event.nonce));
  return { card, hash: cardHash(card) };
};

/**
 * The card and the opened members at `pointers`, in the order asked. The caller guarantees that the reader may see them:
 * `/original/…` repeats cells that other members were read from. The nonce stays out: it would open every member.
 * @throws RangeError on a pointer that is not on the card; nothing is disclosed by halves.
 */
export const disclose = (event: LedgerEvent, pointers: readonly string[]): Disclosure => {
  const saltOf = saltsOf(event.nonce);
  const values = new Map(membersOf(event));
  const members = [...new Set(pointers)].map((pointer) => {
    const value = values.get(pointer);
    if (value === undefined) {
      throw new RangeError(
        `event ${event.id} has no member ${pointer} to disclose; its members are ${[...values.keys()].join(' ')}`,
      );
    }
    return { pointer, salt: saltOf(pointer), value: canonicalOrder(value, pointer) };
  });
  return { card: cardOf(event, saltOf), members };
};

/**
 * Checks a disclosure from anywhere, also an untrusted one: every opened member must give its part on the card. It says
 * nothing of members left closed, and proves nothing until `hash` is found in the log. `problem` names places, never
 * values. The caller guarantees that the JSON text it was read from repeats no member name.
 */
export const verifyDisclosure = (disclosure: unknown): Verdict => {
  if (isDeeperThan(NESTING_MAX, disclosure)) return no(`it is nested deeper than ${NESTING_MAX} levels`);
  if (!isRecordOf(disclosure, ['card', 'members'])) return no('it is not an object of card and members alone');
  const { card, members } = disclosure;
  if (!isCard(card)) return no('its card is not of the form that this version knows');
  if (!Array.isArray(members) || !members.every(isMember))
    return no('a member is not of pointer, salt and value alone');
  try {
    const problem = memberProblem(card, members);
    return problem === undefined ? { ok: true, hash: cardHash(card), disclosure: { card, members } } : no(problem);
  } catch (error) {
    if (error instanceof NotCanonical) return no(error.message);
    throw error;
  }
};

const cardOf = (event: LedgerEvent, saltOf: (pointer: string) => string): Card => {
  const parts: Record<string, string> = {};
  for (const [pointer, value] of membersOf(event)) parts[pointer] = partOf(saltOf(pointer), pointer, value);
  const { v, id, stream, revision, type, schema, recordedAt } = event;
  return { v, id, stream, revision, type, schema, recordedAt, parts };
};

/** Pointer and value of every member, by UTF-16 code units of the pointer. */
const membersOf = (event: LedgerEvent): readonly (readonly [pointer: string, value: Json])[] => {
  const members: [string, Json][] = [];
  for (const name of PARTED) {
    const holder: Json | undefined = event[name];
    if (holder === undefined) continue;
    const inside = Object.entries(holder).filter(([, value]) => value !== undefined);
    if (inside.length === 0) members.push([`/${name}`, holder]);
    for (const [inner, value] of inside) members.push([`/${name}/${inner}`, value as Json]);
  }
  for (const [pointer] of members) {
    if (!POINTER.test(pointer)) throw new NotCanonical(pointer, 'member names match [$a-z][A-Za-z0-9]*');
  }
  return members.sort(([a], [b]) => (a < b ? -1 : 1));
};

const saltsOf = (nonce: string): ((pointer: string) => string) => {
  if (!NONCE_BASE64URL.test(nonce)) {
    throw new NotCanonical('/nonce', 'a nonce is 128 bits in 22 characters of base64url');
  }
  const key = Buffer.from(nonce, 'base64url');
  return (pointer) => createHmac('sha256', key).update(pointer).digest('base64url');
};

const partOf = (salt: string, pointer: string, value: Json): string =>
  hash('sha256', JSON.stringify([salt, pointer, canonicalOrder(value, pointer)]), 'base64url');

/** RFC 8785 text of the card, with names in `parts` that canonical JSON of events does not allow. */
const cardHash = ({ parts, ...plain }: Card): string => {
  canonicalOrder(plain);
  const { id, recordedAt, revision, schema, stream, type, v } = plain;
  const ordered = Object.fromEntries(Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1)));
  return hash(
    'sha256',
    JSON.stringify({ id, parts: ordered, recordedAt, revision, schema, stream, type, v }),
    'base64url',
  );
};

const memberProblem = ({ parts }: Card, members: readonly DisclosedMember[]): string | undefined => {
  const seen = new Set<string>();
  for (const { pointer, salt, value } of members) {
    if (!Object.hasOwn(parts, pointer)) return 'a member is opened that is not on the card';
    if (seen.has(pointer)) return `${pointer} is opened twice`;
    if (partOf(salt, pointer, value) !== parts[pointer]) return `${pointer} has another value or salt than on the card`;
    seen.add(pointer);
  }
  return undefined;
};

const no = (problem: string): Verdict => ({ ok: false, problem: `the disclosure was not accepted: ${problem}` });

const isCard = (value: unknown): value is Card =>
  isRecordOf(value, [...CARD_TEXTS, ...CARD_NUMBERS, 'parts', 'v']) &&
  value['v'] === 1 &&
  CARD_TEXTS.every((name) => typeof value[name] === 'string') &&
  CARD_NUMBERS.every((name) => Number.isSafeInteger(value[name])) &&
  isObject(value['parts']) &&
  Object.keys(value['parts']).length <= PARTS_MAX &&
  Object.entries(value['parts']).every(([pointer, part]) => POINTER.test(pointer) && isSha256(part));

const isMember = (value: unknown): value is DisclosedMember =>
  isRecordOf(value, ['pointer', 'salt', 'value']) && typeof value['pointer'] === 'string' && isSha256(value['salt']);

const isSha256 = (value: unknown): value is string => typeof value === 'string' && SHA256_BASE64URL.test(value);

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRecordOf = (value: unknown, names: readonly string[]): value is { readonly [name: string]: unknown } =>
  isObject(value) && Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));

const isDeeperThan = (levels: number, value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner)));
