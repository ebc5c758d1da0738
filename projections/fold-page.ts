// Pure steps of the runner: which part a page's events touch, and what becomes of their rows.
import type { RecordedEvent } from '../src/ledger/event-store.ts';
import { type AnyProjection, partOf } from './projection.ts';
import type { Row, Step } from './read-model.ts';

/** An event that a projection's code throws for. */
export interface Poison {
  readonly recorded: RecordedEvent;
  readonly error: unknown;
}

/** What the events of a page touch in one part: event and key side by side, in order. */
export interface Touches {
  readonly events: readonly RecordedEvent[];
  readonly keys: readonly string[];
  /** The touches end before this event, because its keys could not be told. */
  readonly poison?: Poison | undefined;
}

/** One entry a part. An event whose keys cannot be told stops all parts: nobody knows whose row it is. */
export const routePage = (
  projection: AnyProjection,
  page: readonly RecordedEvent[],
  parts: number,
): readonly Touches[] => {
  const events: RecordedEvent[][] = Array.from({ length: parts }, () => []);
  const keys: string[][] = Array.from({ length: parts }, () => []);
  let poison: Poison | undefined;
  for (const recorded of page) {
    try {
      for (const key of projection.keys(recorded)) {
        const part = parts === 1 ? 0 : partOf(key, parts);
        events[part]?.push(recorded);
        keys[part]?.push(key);
      }
    } catch (error) {
      poison = { recorded, error };
      break;
    }
  }
  return events.map((touching, part) => ({ events: touching, keys: keys[part] ?? [], poison }));
};

/** Documents by key as the step leaves them; undefined where it leaves none. */
export type Documents = Map<string, unknown>;

export interface FoldedPage {
  readonly rows: Omit<Step, 'from' | 'to'>;
  readonly documents: Documents;
  /** Nothing of this event, or of any behind it, is folded in. */
  readonly poison?: Poison | undefined;
}

/** `stored` holds the documents that stand before the page; a key with undefined, or without an entry, is not stored. */
export const foldTouches = (
  projection: AnyProjection,
  { events, keys, poison }: Touches,
  stored: ReadonlyMap<string, unknown>,
): FoldedPage => {
  const documents: Documents = new Map();
  for (let n = 0; n < events.length; n += 1) {
    const recorded = events[n] as RecordedEvent;
    const key = keys[n] as string;
    try {
      const before: unknown = documents.has(key) ? documents.get(key) : stored.get(key);
      documents.set(key, projection.fold(before, recorded, key));
    } catch (error) {
      const start = events.indexOf(recorded);
      const until = { events: events.slice(0, start), keys: keys.slice(0, start), poison: { recorded, error } };
      return foldTouches(projection, until, stored);
    }
  }
  return { rows: rowsOf(documents, stored), documents, poison };
};

const rowsOf = (documents: Documents, stored: ReadonlyMap<string, unknown>): FoldedPage['rows'] => {
  const inserts: Row<unknown>[] = [];
  const updates: Row<unknown>[] = [];
  const deletes: string[] = [];
  for (const [key, doc] of documents) {
    const before = stored.get(key);
    if (doc === before) continue;
    if (doc === undefined) deletes.push(key);
    else (before === undefined ? inserts : updates).push({ key, doc });
  }
  return { inserts, updates, deletes };
};
