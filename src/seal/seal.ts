// Seals personal texts before the append: declared slots, and identifiers found in text that should hold none.
import { createHmac } from 'node:crypto';
import type { Fact, FactDefinition } from '../fact.ts';
import { refusal, streamName, type Refusal } from '../fact.ts';
import type { Json } from '../ledger/canonical-json.ts';
import type { About, EventData, Sealed } from '../ledger/event.ts';
import type { Cipher } from './cipher.ts';
import { redact, scanIdentifiers } from './identifier-scan.ts';
import type { Kms, KeyVault, SubjectKey } from './key-vault.ts';

/** A text to seal and the lookup hash of the data subject whose key it goes under. */
interface ClearText {
  readonly slot: string;
  readonly text: string;
  readonly lookup: string;
}

/** A fact fit to be stored: nothing personal stands in it, its stream is known, and what is sealed waits for its keys. */
export interface Prepared {
  readonly fact: Fact;
  readonly definition: FactDefinition;
  readonly stream: string;
  readonly clear: readonly ClearText[];
}

/** Subjects as people write them on entry: the number becomes a keyed hash at once. */
const PERSON_ON_ENTRY = /^(citizen-id|passport):(.+)$/;

/** Found identifiers are sealed with the whole text they stand in, in slots named after the member. */
const ORIGINAL_SLOT = 'original';

/**
 * Takes everything personal out of a fact. Refuses `identifier-in-key` when the natural key itself holds a personal number
 * (redacted, two different things would look like one) and `code-personal` when one stands where only a code may stand.
 */
export const prepare = (fact: Fact, definition: FactDefinition, kms: Pick<Kms, 'lookupHash'>): Prepared | Refusal => {
  const about = fact.about.map((one) => onRecord(one, kms));
  const found: { slot: string; text: string; identifier: string | undefined }[] = [];
  const data = redactMembers(fact.data, found);
  const original = fact.original?.map(([column, text], index): readonly [string, string] => {
    const redacted = redactText(text, `${ORIGINAL_SLOT}${index}`, found);
    return [column, redacted];
  });
  const hashOf = (slot: string): string | undefined => {
    const text = fact.seal[slot];
    return text === undefined ? undefined : kms.lookupHash(identity(text));
  };
  const key = definition.key({ about, data, hashOf });
  if (found.length > 0 && JSON.stringify(key) !== JSON.stringify(definition.key({ about, data: fact.data, hashOf }))) {
    return refusal(
      'identifier-in-key',
      'a number that names this record is a personal number',
      'state the record’s own number and put the personal one into its sealed member',
    );
  }
  if (found.length > 0 && !definition.data.safeParse(data).success) {
    return refusal(
      'code-personal',
      'a personal number stands in a member that may hold only a code or a day',
      'state the code; put a personal number into its sealed member',
      found[0]?.slot,
    );
  }
  const stream = streamName(definition.category, key);
  const clear: ClearText[] = [];
  for (const [slot, text] of Object.entries(fact.seal)) {
    clear.push({ slot, text, lookup: kms.lookupHash(personOf(slot, fact, definition, stream)) });
  }
  for (const { slot, text, identifier } of found) {
    clear.push({ slot, text, lookup: kms.lookupHash(identity(identifier ?? `${stream} ${slot}`)) });
  }
  return { fact: { ...fact, about, data, original }, definition, stream, clear };
};

/** Tells a refusal from a prepared fact. */
export const isRefusal = (value: object): value is Refusal => 'code' in value && 'fix' in value;

/** Keys for many prepared facts in one round trip, by lookup hash. */
export const keysOfAll = async (
  prepared: readonly Prepared[],
  vault: KeyVault,
): Promise<ReadonlyMap<string, SubjectKey>> => {
  const lookups = [...new Set(prepared.flatMap(({ clear }) => clear.map(({ lookup }) => lookup)))];
  if (lookups.length === 0) return new Map();
  const keys = await vault.keysFor(lookups);
  return new Map(lookups.map((lookup, index) => [lookup, keys[index] as SubjectKey]));
};

/** Keyed hashes of the texts by slot: equal texts of the same data subject have equal hashes, and nobody else can tell. */
export const hashesOf = (
  { clear }: Prepared,
  keys: ReadonlyMap<string, SubjectKey>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(clear.map(({ slot, text, lookup }) => [slot, hashUnder(keyOf(keys, lookup), slot, text)]));

/** Seals every text under its key, bound to the event: moved to another event, slot or subject it does not open. */
export const sealAll = (
  { clear }: Prepared,
  keys: ReadonlyMap<string, SubjectKey>,
  { eventId, cipher, randomBytes }: { eventId: string; cipher: Cipher; randomBytes: (count: number) => Uint8Array },
): { readonly [slot: string]: Sealed } | undefined => {
  if (clear.length === 0) return undefined;
  const sealed = clear.map(({ slot, text, lookup }): [string, Sealed] => {
    const held = keyOf(keys, lookup);
    const iv = randomBytes(cipher.ivBytes);
    const ct = cipher.seal({ key: held.key, iv, aad: place(eventId, slot, held), clear: text });
    return [
      slot,
      {
        alg: cipher.alg,
        subject: held.subject,
        gen: held.gen,
        iv: Buffer.from(iv).toString('base64url'),
        ct: Buffer.from(ct).toString('base64url'),
        hash: hashUnder(held, slot, text),
      },
    ];
  });
  return Object.fromEntries(sealed);
};

/** Opens one sealed text. @throws when key, event or slot is not the one it was sealed for. */
export const unseal = (
  { eventId, slot, sealed }: { eventId: string; slot: string; sealed: Sealed },
  key: SubjectKey,
  cipher: Cipher,
): string =>
  cipher.open({
    key: key.key,
    iv: Buffer.from(sealed.iv, 'base64url'),
    aad: place(eventId, slot, key),
    sealed: Buffer.from(sealed.ct, 'base64url'),
  });

const place = (eventId: string, slot: string, { subject, gen }: Pick<SubjectKey, 'subject' | 'gen'>): string =>
  `${eventId}|${slot}|${subject}|${gen}`;

const keyOf = (keys: ReadonlyMap<string, SubjectKey>, lookup: string): SubjectKey => {
  const key = keys.get(lookup);
  if (key === undefined) throw new Error('the key vault left out a key that was asked for');
  return key;
};

const hashUnder = ({ key }: SubjectKey, slot: string, text: string): string =>
  createHmac('sha256', key).update(`${slot}\n${text}`).digest('base64url');

/** One spelling of an identifying text, so that the same person is met again. */
const identity = (text: string): string => `identity:${text.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase()}`;

const onRecord = ({ subject, role }: About, kms: Pick<Kms, 'lookupHash'>): About => {
  const number = PERSON_ON_ENTRY.exec(subject)?.[2];
  return { role, subject: number === undefined ? subject : `person:${kms.lookupHash(identity(number))}` };
};

const personOf = (slot: string, fact: Fact, definition: FactDefinition, stream: string): string => {
  const person = definition.seals[slot]?.person ?? slot;
  const identifying = Object.entries(definition.seals).find(
    ([name, declared]) => declared.person === person && declared.identifies === true && fact.seal[name] !== undefined,
  );
  return identifying === undefined ? `stream:${stream}:${person}` : identity(fact.seal[identifying[0]] ?? '');
};

type Found = { slot: string; text: string; identifier: string | undefined }[];

const redactText = (text: string, slot: string, found: Found): string => {
  const hits = scanIdentifiers(text);
  if (hits.length === 0) return text;
  const [only] = hits;
  found.push({
    slot,
    text,
    identifier: hits.length === 1 && only !== undefined ? text.slice(only.start, only.end) : undefined,
  });
  return redact(text, hits);
};

/** The same members with every text scanned; a slot is named after the way to its member (`partyAddress`). */
const redactMembers = (data: EventData, found: Found): EventData =>
  // Nearly no fact holds one: looking first spares building every fact anew.
  hasIdentifier(data)
    ? Object.fromEntries(
        Object.entries(data).map(([name, value]) => [
          name,
          value === undefined ? undefined : redactValue(value, name, found),
        ]),
      )
    : data;

const hasIdentifier = (value: Json | undefined): boolean => {
  if (typeof value === 'string') return value.length >= IDENTIFIER_LENGTH_MIN && scanIdentifiers(value).length > 0;
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(hasIdentifier);
  const members = value as EventData;
  for (const name in members) if (!isAmount(name, members) && hasIdentifier(members[name])) return true;
  return false;
};

/**
 * The number that was read out of the words beside it in `original`: eleven digits of it are money, not a phone. Where
 * those words hold an identifier the number is left out with them.
 */
const isAmount = (name: string, members: EventData): boolean => name === 'amount' && 'original' in members;

/** Shorter texts hold no personal number that the scanner knows. */
const IDENTIFIER_LENGTH_MIN = 8;

const redactValue = (value: Json, slot: string, found: Found): Json => {
  if (typeof value === 'string') return redactText(value, slot, found);
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json, index) => redactValue(item, `${slot}${index}`, found));
  const members = value as EventData;
  const isKept = (name: string): boolean => !isAmount(name, members) || !hasIdentifier(members['original']);
  return Object.fromEntries(
    Object.entries(members)
      .filter(([name]) => isKept(name))
      .map(([name, member]) => [
        name,
        member === undefined || isAmount(name, members)
          ? member
          : redactValue(member, `${slot}${name.charAt(0).toUpperCase()}${name.slice(1)}`, found),
      ]),
  );
};
