// How a new statement stands to what its source stated before: new, changed, corrected, confirmed, or known already.
import type { Fact, FactDefinition } from '../fact.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import type { LedgerEvent, Relates, Source, UnrecordedEvent } from './event.ts';

/** An event of the stream; without a position it is being appended in this very call, behind all others. */
export interface Statement {
  readonly event: LedgerEvent | UnrecordedEvent;
  readonly position?: bigint;
}

interface NewStatement {
  readonly fact: Fact;
  readonly definition: FactDefinition;
  readonly source: Source;
  /** Keyed hashes of its sealed texts by slot. */
  readonly hashes: { readonly [slot: string]: string };
}

/** `known`: nothing to add. `first` and `earlier` (older than all that is known) relate to nothing; else what `relates` says. */
export type Relation =
  | { readonly kind: 'known'; readonly relates?: undefined }
  | { readonly kind: 'first' | 'earlier'; readonly relates?: undefined }
  | { readonly kind: Relates['kind']; readonly relates: Relates };

/**
 * Compares with the statements of the same agency and type in the stream, never with content across history:
 * - the one in force on the new statement's `assertedOn` says the same as of the same day: `known`;
 * - it says the same as of an earlier day: `confirms`, because without that note an older file that arrives later would
 *   wrongly be in force on this day (docs/adr/0013);
 * - it says something else: the type's own relation (`changes` or `corrects`); nothing is that old: `earlier`.
 * Relations point to the statement itself, never to one that only confirms it.
 * In force = greatest `assertedOn` not above the asked day, then greatest position. Retracted statements do not count.
 */
export const relationOf = (stated: NewStatement, stream: readonly Statement[]): Relation => {
  const { fact, definition, source } = stated;
  if (fact.relates !== undefined) return statedRelation(stated, fact.relates, stream);
  const earlier = statementsOf(stream, definition.type, source.agency);
  if (earlier.length === 0) return openingRelation(definition, stream);
  const inForce = earlier.findLast(({ event }) => event.source.assertedOn <= source.assertedOn);
  if (inForce !== undefined && isSameStatement(inForce.event, stated)) {
    return inForce.event.source.assertedOn < source.assertedOn
      ? { kind: 'confirms', relates: { event: rootOf(inForce), kind: 'confirms' } }
      : { kind: 'known' };
  }
  if (inForce === undefined) return { kind: 'earlier' };
  return { kind: definition.repeat, relates: { event: rootOf(inForce), kind: definition.repeat } };
};

/** A relation that the source itself states; the same one again adds nothing. */
const statedRelation = (stated: NewStatement, relates: Relates, stream: readonly Statement[]): Relation => {
  const isKnown = stream.some(
    ({ event }) =>
      event.type === stated.definition.type &&
      event.source.agency === stated.source.agency &&
      event.relates?.kind === relates.kind &&
      event.relates.event === relates.event &&
      event.relates.reason === relates.reason &&
      isSameStatement(event, stated),
  );
  return isKnown ? { kind: 'known' } : { kind: relates.kind, relates };
};

/** The statement that a confirmation confirms; of any other statement its own id. */
const rootOf = ({ event }: Statement): string => (event.relates?.kind === 'confirms' ? event.relates.event : event.id);

/** Events taken back, with what confirms them; a retraction that was itself retracted takes nothing back. */
const retractedIn = (stream: readonly Statement[]): ReadonlySet<string> => {
  const retracted = new Set<string>();
  for (const { event } of stream.toReversed()) {
    if (event.relates?.kind === 'retracts' && !retracted.has(event.id)) retracted.add(event.relates.event);
  }
  return retracted;
};

/** Standing statements of one agency and type, oldest first by `assertedOn`, then position. */
const statementsOf = (stream: readonly Statement[], type: string, agency: string): readonly Statement[] => {
  const retracted = retractedIn(stream);
  return stream
    .filter(
      (statement) =>
        statement.event.type === type &&
        statement.event.source.agency === agency &&
        statement.event.relates?.kind !== 'retracts' &&
        !retracted.has(statement.event.id) &&
        !retracted.has(rootOf(statement)),
    )
    .toSorted((a, b) =>
      a.event.source.assertedOn < b.event.source.assertedOn
        ? -1
        : Number(a.event.source.assertedOn > b.event.source.assertedOn),
    );
};

const openingRelation = ({ opening }: FactDefinition, stream: readonly Statement[]): Relation => {
  const opened = opening === undefined ? undefined : stream.findLast(({ event }) => event.type === opening.type);
  if (opening === undefined || opened === undefined) return { kind: 'first' };
  return { kind: opening.kind, relates: { event: opened.event.id, kind: opening.kind } };
};

const isSameStatement = (
  event: LedgerEvent | UnrecordedEvent,
  { fact, definition, source, hashes }: NewStatement,
): boolean => {
  const stored = comparable({
    about: event.about,
    data: event.data,
    valid: statedValid(event.valid, definition, event.data, event.source.assertedOn),
    hashes: Object.fromEntries(Object.entries(event.sealed ?? {}).map(([slot, { hash }]) => [slot, hash])),
  });
  return (
    stored ===
    comparable({
      about: fact.about,
      data: fact.data,
      valid: statedValid(fact.valid, definition, fact.data, source.assertedOn),
      hashes,
    })
  );
};

const comparable = (value: Json): string => canonicalJson(value);

/** `valid` without the first day that recording fills in by itself. */
const statedValid = (
  valid: Fact['valid'],
  definition: FactDefinition,
  data: Fact['data'],
  assertedOn: string,
): Json => {
  const isFilledIn = valid?.from === assertedOn || valid?.from === definition.validFrom?.(data);
  return {
    ...(isFilledIn || valid?.from === undefined ? {} : { from: valid.from }),
    ...(valid?.until === undefined ? {} : { until: valid.until }),
  };
};
