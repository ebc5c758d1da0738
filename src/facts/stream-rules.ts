// Rules that several fact types share when they decide: days not yet come, and statements that exclude each other.
import type { Day } from '../day.ts';
import { refusal, type Refusal } from '../fact.ts';
import type { EventData, LedgerEvent, Relates } from '../ledger/event.ts';

/** Refuses `in-the-future` for the first of the named days that lies after today. */
export const notYet = (data: EventData, names: readonly string[], today: Day): Refusal | undefined => {
  const name = names.find((name) => {
    const day = data[name];
    return typeof day === 'string' && day > today;
  });
  return name === undefined
    ? undefined
    : refusal(
        'in-the-future',
        'the day lies after today',
        'state the fact when it has happened, or correct the day',
        name,
      );
};

/**
 * Events whose statement still holds: neither retracted nor replaced by a correction. A retraction that was itself
 * retracted has no effect. `stream` is in the order of revisions.
 */
export const standing = (stream: readonly LedgerEvent[]): readonly LedgerEvent[] => {
  const takenBack = new Set<string>();
  const holding: LedgerEvent[] = [];
  for (const event of stream.toReversed()) {
    if (takenBack.has(event.id)) continue;
    if (repairs(event.relates)) takenBack.add(event.relates?.event ?? '');
    if (event.relates?.kind !== 'retracts') holding.push(event);
  }
  return holding.toReversed();
};

/**
 * Refuses `contradicts` when the stream holds a standing event that excludes this fact; a fact that corrects or
 * retracts repairs the record and is never refused. The caller hands in only what the same agency stated: two
 * agencies may disagree.
 */
export const contradiction = (
  fact: { readonly relates?: Relates | undefined },
  stream: readonly LedgerEvent[],
  excludes: (event: LedgerEvent) => boolean,
): Refusal | undefined => {
  if (repairs(fact.relates)) return undefined;
  const other = standing(stream).find(excludes);
  if (other === undefined) return undefined;
  const fix = 'retract or correct the statement that is wrong (`relates`), then state this one';
  return refusal('contradicts', `the same agency has stated ${other.type}, which excludes this`, fix);
};

const repairs = (relates: Relates | undefined): boolean => relates?.kind === 'retracts' || relates?.kind === 'corrects';
