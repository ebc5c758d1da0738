// One row per organisation: everything that was stated of its registration, so that any day can be asked for.
import type { Day } from '../src/day.ts';
import { type EventData, type LedgerEvent, type Valid } from '../src/ledger/event.ts';
import { subjectOf } from '../src/subject.ts';
import { defineProjection } from './projection.ts';

/** A statement that counts: what it said, when it was asserted, and where it stands in the ledger. */
export interface Statement {
  readonly id: string;
  readonly type: string;
  readonly assertedOn: Day;
  readonly position: string;
  readonly recordedAt: string;
  readonly valid?: Valid | undefined;
  /** The same object as in the statement that it confirms, if it confirms one. */
  readonly data: EventData;
  /** The statement that this one only repeats as of a later day; it falls with it. */
  readonly confirms?: string | undefined;
}

/** Credit profile (信用档案) of one subject: its statements in the order they apply, oldest first. */
export interface EntityProfile {
  readonly subject: string;
  readonly statements: readonly Statement[];
  /** Position of the last event folded in, as decimal text. */
  readonly position: string;
}

const REGISTRATION_TYPES = new Set(['EntityRegistered', 'EntityChanged', 'EntityDeregistered']);

/** Applies one event. Order of arrival does not matter for what is current: statements are sorted by day, then position. */
export const foldEntityProfile = (
  profile: EntityProfile | undefined,
  { position, event }: { readonly position: bigint; readonly event: LedgerEvent },
  subject: string,
): EntityProfile => ({
  subject,
  statements: foldStatements(profile?.statements ?? [], { position, event }),
  position: String(position),
});

/** The standing statements after an event; the same array when it changes none of them. */
export const foldStatements = (
  before: readonly Statement[],
  { position, event }: { readonly position: bigint; readonly event: LedgerEvent },
): readonly Statement[] => {
  const earlier = withoutReplaced(before, event);
  if (!REGISTRATION_TYPES.has(event.type) || event.relates?.kind === 'retracts') return earlier;
  const { source, recordedAt, relates, valid } = event;
  const confirmed = relates?.kind === 'confirms' ? before.find(({ id }) => id === relates.event) : undefined;
  const statement: Statement = {
    id: event.id,
    type: event.type,
    assertedOn: source.assertedOn,
    position: String(position),
    recordedAt,
    ...(valid === undefined ? {} : { valid }),
    ...(relates?.kind === 'confirms' ? { confirms: relates.event } : {}),
    data: confirmed?.data ?? event.data, // Last, where unpacking puts it too: a row has one text.
  };
  const at = earlier.findLastIndex(({ assertedOn }) => assertedOn <= statement.assertedOn) + 1;
  return earlier.toSpliced(at, 0, statement);
};

const withoutReplaced = (statements: readonly Statement[], { relates }: LedgerEvent): readonly Statement[] => {
  if (relates?.kind !== 'retracts' && relates?.kind !== 'corrects') return statements;
  const left = statements.filter(({ id, confirms }) => id !== relates.event && confirms !== relates.event);
  return left.length === statements.length ? statements : left;
};

/** A statement as stored: data that stands in an earlier statement is the place of that one. */
type StoredStatement = Omit<Statement, 'data'> & { readonly data: EventData | number };

/** Statements for storing: twelve unchanged monthly files keep one copy of what they say. */
export const packStatements = (statements: readonly Statement[]): readonly StoredStatement[] => {
  if (statements.length === 1) return statements;
  const places = new Map<EventData, number>();
  return statements.map((statement, place) => {
    const first = places.get(statement.data);
    if (first === undefined) places.set(statement.data, place);
    return first === undefined ? statement : { ...statement, data: first };
  });
};

/** Undoes `packStatements`; what it is given was made by it. */
export const unpackStatements = (stored: readonly StoredStatement[]): readonly Statement[] => {
  const statements: Statement[] = [];
  for (const { data, ...rest } of stored) {
    statements.push({ ...rest, data: typeof data === 'number' ? (statements[data]?.data ?? {}) : data });
  }
  return statements;
};

export const entityProfile = defineProjection<EntityProfile>({
  name: 'entity_profile',
  version: 1,
  kind: 'fold',
  columns: [],
  indexes: [],
  keys: ({ event }) => {
    const subject = subjectOf(event.about);
    return subject === undefined ? [] : [subject];
  },
  fold: foldEntityProfile,
  cells: () => [],
  encode: (profile) => JSON.stringify({ ...profile, statements: packStatements(profile.statements) }),
  decode: (text) => {
    const stored = JSON.parse(text) as EntityProfile;
    return { ...stored, statements: unpackStatements(stored.statements) };
  },
});
