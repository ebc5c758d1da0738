// What a profile says of an entity on one day, member by member.
import { type Day, dayOf, isDay } from '../src/day.ts';
import { type District, districtOfAddress } from '../src/district.ts';
import type { Json } from '../src/ledger/canonical-json.ts';
import type { EventData, LedgerEvent } from '../src/ledger/event.ts';
import { parseSubjectId } from '../src/subject.ts';
import { type EntityKind, entityKindOf, subjectCodeOf } from '../src/uscc.ts';
import { type EntityProfile, foldEntityProfile, type Statement } from './entity-profile.ts';

/** `NOT_IN_REGISTER`: no statement of a register applies on the day. */
export const REGISTRATION_STATUSES = ['REGISTERED', 'DEREGISTERED', 'REVOKED', 'NOT_IN_REGISTER'] as const;
export type RegistrationStatus = (typeof REGISTRATION_STATUSES)[number];

/** `ORGANISATION_CODE` (组织机构代码) is read out of the code. `from`: first day, where a change joined it. */
export interface Identifier {
  readonly scheme: 'USCC' | 'REGISTRATION_NO' | 'ORGANISATION_CODE';
  readonly value: string;
  readonly from?: Day;
}

/** A name (曾用名) that applied until, not including, a day; that day is absent when nobody stated it. */
export interface FormerName {
  readonly name: string;
  readonly until?: Day;
}

/** Registered capital as stated: `amount` decimal text in units of the currency. */
export interface StatedCapital {
  readonly amount?: string;
  readonly currency?: string;
  readonly original: string;
}

/** Members that nobody stated are absent. `checkCharacter` flags a code that does not satisfy its check. */
export interface EntityView {
  readonly subject: string;
  readonly uscc?: string;
  /** Number from before the code, 13 or 15 digits. */
  readonly registrationNo?: string;
  readonly identifiers: readonly Identifier[];
  readonly kind: EntityKind;
  readonly status: RegistrationStatus;
  /** Its number where nobody stated a name. */
  readonly name: string;
  /** The latest first. */
  readonly formerNames: readonly FormerName[];
  readonly registeredOn?: Day;
  /** Day on which the registration ended, where the status says that it did. */
  readonly endedOn?: Day;
  readonly personInCharge?: string;
  readonly capital?: StatedCapital;
  readonly address?: string;
  readonly district?: District;
  readonly businessScope?: string;
  readonly entityType?: string;
  readonly province?: string;
  readonly city?: string;
  readonly checkCharacter?: 'wrong' | 'exception';
  /** The statements that apply on the day, in the order in which they were merged. */
  readonly statements: readonly Statement[];
}

/**
 * Merges the statements that apply on `day`: `valid.from` absent or not after it, `valid.until` absent or after it. The
 * later asserted wins, then the later recorded; a member that a statement leaves out stays as it was.
 */
export const entityOn = (profile: EntityProfile, day: Day): EntityView => {
  const begun = profile.statements.filter(({ valid }) => valid?.from === undefined || valid.from <= day);
  const statements = begun.filter(({ valid }) => valid?.until === undefined || valid.until > day);
  const members = mergeMembers(statements);
  const { uscc, registrationNo, identifiers, number } = identifiersOf(profile.subject, statements);
  const name = textOf(members['name']);
  const address = textOf(members['address']);
  return withoutAbsent({
    subject: profile.subject,
    uscc,
    registrationNo,
    identifiers,
    kind: uscc === undefined ? 'UNKNOWN' : entityKindOf(uscc),
    ...statusOf(statements),
    name: name ?? number,
    formerNames: formerNamesOf(begun, name),
    registeredOn: dayIn(members['registeredOn']),
    personInCharge: textOf(members['personInCharge']),
    capital: capitalOf(members['capital']),
    address,
    district: address === undefined ? undefined : districtOfAddress(address),
    businessScope: textOf(members['businessScope']),
    entityType: textOf(members['entityType']),
    province: textOf(members['province']),
    city: textOf(members['city']),
    checkCharacter: checkCharacterOf(members['checkCharacter']),
    statements,
  });
};

/** What was known then: up to a position, or to the end of a day in Asia/Shanghai. Both: whichever ends first. */
export interface KnownUntil {
  readonly position?: bigint | undefined;
  readonly knownUntil?: Day | undefined;
}

/**
 * The profile as it stood then, from the rows of the subject's own history in order of position; undefined when nothing
 * was known yet. The same fold as the live projection.
 */
export const profileAsOf = (
  history: Iterable<{ readonly position: bigint; readonly event: LedgerEvent; readonly subject: string }>,
  { position: last, knownUntil }: KnownUntil,
): EntityProfile | undefined => {
  let profile: EntityProfile | undefined;
  for (const { position, event, subject } of history) {
    if (last !== undefined && position > last) break;
    if (knownUntil !== undefined && dayOf(event.recordedAt) > knownUntil) break;
    profile = foldEntityProfile(profile, { position, event }, subject);
  }
  return profile;
};

/**
 * Members as the statements leave them, the later over the earlier. The flag of the check character belongs to the
 * snapshot that sets it: a later snapshot without it takes it back.
 */
export const mergeMembers = (statements: readonly Statement[]): EventData => {
  const merged: { [name: string]: Json | undefined } = {};
  for (const { type, data } of statements) {
    if (type === 'EntityRegistered') delete merged['checkCharacter'];
    if (type !== 'EntityDeregistered') Object.assign(merged, data);
  }
  return merged;
};

/** Status by the last word of a register, and the day on which the registration ended where it did. */
export const statusOf = (
  statements: readonly Statement[],
): Pick<EntityView, 'status'> & { endedOn?: Day | undefined } => {
  const last = statements.findLast(({ type }) => type === 'EntityRegistered' || type === 'EntityDeregistered');
  if (last === undefined) return { status: 'NOT_IN_REGISTER' };
  if (last.type === 'EntityRegistered') return { status: 'REGISTERED' };
  const status = last.data['manner'] === 'revoked' ? 'REVOKED' : 'DEREGISTERED';
  return { status, endedOn: dayIn(last.data['endedOn']) };
};

/** Numbers that the entity is known by; `number` is the one in the subject's own id. */
export const identifiersOf = (subject: string, statements: readonly Statement[]) => {
  const { scheme, value: number } = parseSubjectId(subject) ?? { scheme: undefined, value: subject };
  const joined = statements.findLast(({ data }) => textOf(data['uscc']) !== undefined);
  const uscc = textOf(joined?.data['uscc']) ?? (scheme === 'uscc' ? number : undefined);
  const registrationNo = scheme === 'regno' ? number : undefined;
  const from = joined?.valid?.from;
  const identifiers: Identifier[] = [];
  if (uscc !== undefined) {
    identifiers.push({ scheme: 'USCC', value: uscc, ...(from === undefined ? {} : { from }) });
    identifiers.push({ scheme: 'ORGANISATION_CODE', value: subjectCodeOf(uscc) });
  }
  if (registrationNo !== undefined) identifiers.push({ scheme: 'REGISTRATION_NO', value: registrationNo });
  return { uscc, registrationNo, identifiers, number };
};

/** Names in the order in which they applied; a name ends where it says so, or where the next one begins. */
const formerNamesOf = (begun: readonly Statement[], current: string | undefined): readonly FormerName[] => {
  const named = begun.flatMap(({ valid, assertedOn, data }) => {
    const name = textOf(data['name']);
    return name === undefined ? [] : [{ name, from: valid?.from ?? assertedOn, until: valid?.until }];
  });
  const former = new Map<string, Day | undefined>();
  for (const [place, { name, until }] of named.entries()) {
    const next = named.slice(place + 1).find((later) => later.name !== name);
    const end = until ?? next?.from;
    former.delete(name); // A name that came back is former since it ended last.
    if (name !== current) former.set(name, end);
  }
  return [...former].toReversed().map(([name, until]) => (until === undefined ? { name } : { name, until }));
};

const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

const dayIn = (value: Json | undefined): Day | undefined =>
  typeof value === 'string' && isDay(value) ? value : undefined;

const capitalOf = (value: Json | undefined): StatedCapital | undefined => {
  if (typeof value !== 'object' || value === null || !('original' in value)) return undefined;
  const { amount, currency, original } = value;
  return withoutAbsent({ amount: textOf(amount), currency: textOf(currency), original: textOf(original) ?? '' });
};

const checkCharacterOf = (value: Json | undefined): EntityView['checkCharacter'] =>
  value === 'wrong' || value === 'exception' ? value : undefined;

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

const withoutAbsent = <T extends object>(members: T): Present<T> => {
  const present: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) present[name] = value;
  return present as Present<T>;
};
