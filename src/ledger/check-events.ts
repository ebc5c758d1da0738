// Recomputes what each stored event says of itself: canonical bytes, id, revision, instant, shape, log entry.
import { factDefinition } from '../facts/index.ts';
import { canonicalJson, NotCanonical } from './canonical-json.ts';
import { logEntry, verifyDisclosure } from './entry.ts';
import { eventId } from './event.ts';
import {
  EVENTS_PER_PAGE_MAX,
  EventStoreIntegrityError,
  EventStoreUnavailable,
  type EventStore,
  type RecordedEvent,
} from './event-store.ts';

const PAGE = Math.min(2_000, EVENTS_PER_PAGE_MAX);
/** Streams whose last revision is remembered at once; past it the oldest are looked up again by the store's own check. */
const REVISIONS_MAX = 5_000_000;

/** Positions that cannot be read at all, each named; past it the check stops. */
const UNREADABLE_MAX = 1_000;

/**
 * Every breach in all events, as sentences that name the position and never the content; empty when sound. An event that
 * is missing, cannot be read or breaks a check is told and passed by.
 * @throws EventStoreUnavailable
 */
export async function* checkEvents(store: Pick<EventStore, 'readAll' | 'head'>): AsyncGenerator<string> {
  const revisions = new Map<string, number>();
  let previous: RecordedEvent | undefined;
  let after = 0n;
  let unreadable = 0;
  for (let limit = PAGE; ;) {
    const page = await readPage(store, after, limit);
    if (typeof page === 'string') {
      if (limit > 1) {
        limit = Math.ceil(limit / 2); // Closes in on the position that cannot be read.
        continue;
      }
      after += 1n;
      unreadable += 1;
      yield `position ${after}: ${page}`;
      if (unreadable < UNREADABLE_MAX) continue;
      yield `${unreadable} positions cannot be read: nothing behind ${after} was checked`;
      return;
    }
    for (const recorded of page) {
      for (const problem of problemsOf(recorded, previous, revisions))
        yield `position ${recorded.position}: ${problem}`;
      previous = isRecord(recorded.event) ? recorded : previous;
      after = recorded.position;
    }
    if (page.length < limit) break;
    limit = Math.min(PAGE, limit * 2);
  }
  const head = await store.head();
  if (head < after) yield `the head ${head} lies before the last event ${after}`;
}

/** A page, or why it cannot be read, without any of its text. */
const readPage = async (
  store: Pick<EventStore, 'readAll'>,
  after: bigint,
  limit: number,
): Promise<readonly RecordedEvent[] | string> => {
  try {
    return await store.readAll({ after, limit });
  } catch (error) {
    if (error instanceof EventStoreUnavailable) throw error;
    return error instanceof EventStoreIntegrityError ? error.message : `cannot be read (${nameOf(error)})`;
  }
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'a thrown value');

const isRecord = (event: unknown): boolean => typeof event === 'object' && event !== null && !Array.isArray(event);

/** What each check finds; a check that a damaged event makes throw is a finding too. */
const problemsOf = (
  recorded: RecordedEvent,
  previous: RecordedEvent | undefined,
  revisions: Map<string, number>,
): readonly string[] => {
  if (!isRecord(recorded.event)) return ['its text is no event'];
  return CHECKS.flatMap((check) => {
    try {
      return check(recorded, previous, revisions) ?? [];
    } catch (error) {
      // Only the message of NotCanonical is known to hold no content.
      return `a check of it failed: ${error instanceof NotCanonical ? error.message : nameOf(error)}`;
    }
  });
};

type Check = (
  recorded: RecordedEvent,
  previous: RecordedEvent | undefined,
  revisions: Map<string, number>,
) => string | undefined;

const CHECKS: readonly Check[] = [
  ({ position }, previous) =>
    previous !== undefined && position <= previous.position ? 'positions do not grow' : undefined,
  ({ event }, previous) =>
    previous !== undefined && event.recordedAt < previous.event.recordedAt
      ? 'its instant lies before the one before'
      : undefined,
  ({ event, text }) => (canonicalJson(event) === text ? undefined : 'its stored text is not its canonical text'),
  ({ event }) =>
    event.id === eventId(event.stream, event.revision, event.source)
      ? undefined
      : 'its id does not follow from its stream, revision and place',
  ({ event: { stream, revision } }, _previous, revisions) => {
    const last = revisions.get(stream);
    const isBroken = last === undefined ? revisions.size < REVISIONS_MAX && revision !== 0 : revision !== last + 1;
    if (last !== undefined || revisions.size < REVISIONS_MAX) revisions.set(stream, revision);
    return isBroken ? `revision ${revision} of stream ${stream} does not follow ${last ?? 'nothing'}` : undefined;
  },
  ({ event }) => {
    const definition = factDefinition(event.type);
    if (definition === undefined) return `its type ${event.type} is unknown to this version`;
    const isOfSchema = definition.schema !== event.schema || definition.data.safeParse(event.data).success;
    return isOfSchema ? undefined : 'its data does not fit its schema';
  },
  ({ event }) => {
    const { card, hash } = logEntry(event);
    const verified = verifyDisclosure({ card, members: [] });
    return verified.ok && verified.hash === hash ? undefined : 'its log entry does not verify';
  },
];
