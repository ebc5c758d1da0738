// Recomputes what each stored event says of itself: canonical bytes, id, revision, instant, shape, log entry.
import { factDefinition } from '../facts/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { logEntry, verifyDisclosure } from './entry.ts';
import { eventId } from './event.ts';
import { EVENTS_PER_PAGE_MAX, type EventStore, type RecordedEvent } from './event-store.ts';

const PAGE = Math.min(2_000, EVENTS_PER_PAGE_MAX);
/** Streams whose last revision is remembered at once; past it the oldest are looked up again by the store's own check. */
const REVISIONS_MAX = 5_000_000;

/** Every breach in all events, as sentences that name the position and never the content; empty when sound. */
export async function* checkEvents(store: Pick<EventStore, 'readAll' | 'head'>): AsyncGenerator<string> {
  const revisions = new Map<string, number>();
  let previous: RecordedEvent | undefined;
  for (;;) {
    const page = await store.readAll({ after: previous?.position ?? 0n, limit: PAGE });
    for (const recorded of page) {
      for (const problem of problemsOf(recorded, previous, revisions))
        yield `position ${recorded.position}: ${problem}`;
      previous = recorded;
    }
    if (page.length < PAGE) break;
  }
  const head = await store.head();
  if (head < (previous?.position ?? 0n)) yield `the head ${head} lies before the last event ${previous?.position}`;
}

function* problemsOf(
  { event, text, position }: RecordedEvent,
  previous: RecordedEvent | undefined,
  revisions: Map<string, number>,
): Generator<string> {
  if (previous !== undefined && position <= previous.position) yield 'positions do not grow';
  if (previous !== undefined && event.recordedAt < previous.event.recordedAt)
    yield 'its instant lies before the one before';
  if (canonicalJson(event) !== text) yield 'its stored text is not its canonical text';
  if (event.id !== eventId(event.stream, event.revision, event.source))
    yield 'its id does not follow from its stream, revision and place';
  const last = revisions.get(event.stream);
  if (last === undefined ? revisions.size < REVISIONS_MAX && event.revision !== 0 : event.revision !== last + 1) {
    yield `revision ${event.revision} of stream ${event.stream} does not follow ${last ?? 'nothing'}`;
  }
  if (last !== undefined || revisions.size < REVISIONS_MAX) revisions.set(event.stream, event.revision);
  const definition = factDefinition(event.type);
  if (definition === undefined) yield `its type ${event.type} is unknown to this version`;
  else if (definition.schema === event.schema && !definition.data.safeParse(event.data).success)
    yield 'its data does not fit its schema';
  const { card, hash } = logEntry(event);
  const verified = verifyDisclosure({ card, members: [] });
  if (!verified.ok || verified.hash !== hash) yield 'its log entry does not verify';
}
