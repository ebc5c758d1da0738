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
  readonly data: EventData;
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
): EntityProfile => {
  const earlier = (profile?.statements ?? []).filter(
    ({ id }) =>
      !((event.relates?.kind === 'retracts' || event.relates?.kind === 'corrects') && event.relates.event === id),
  );
  if (!REGISTRATION_TYPES.has(event.type) || event.relates?.kind === 'retracts') {
    return { subject, statements: earlier, position: String(position) };
  }
  const statement: Statement = {
    id: event.id,
    type: event.type,
    assertedOn: event.source.assertedOn,
    position: String(position),
    recordedAt: event.recordedAt,
    ...(event.valid === undefined ? {} : { valid: event.valid }),
    data: event.data,
  };
  const at = earlier.findLastIndex(({ assertedOn }) => assertedOn <= statement.assertedOn) + 1;
  return { subject, statements: earlier.toSpliced(at, 0, statement), position: String(position) };
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
});
