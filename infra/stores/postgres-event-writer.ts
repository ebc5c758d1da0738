// Group commit: whatever was asked for while one flush ran goes into the next, in one transaction and one fsync.
import {
  EventStoreUnavailable,
  type AppendOutcome,
  type AppendRequest,
  type EventStore,
  checkAppend,
} from '../../src/ledger/event-store.ts';
import type { Group } from './postgres-event-append.ts';
import { eventFlush, type FlushOptions } from './postgres-event-flush.ts';
import { encodeTexts, joinTexts } from './postgres-event-texts.ts';

/** Events and bytes of text of one flush at most. */
const FLUSH_EVENTS_MAX = 4_000;
const FLUSH_BYTES_MAX = 16_000_000;
/** Events that may wait; past it callers are told to come back. */
const QUEUED_EVENTS_MAX = 60_000;

/** What one call asked for, or a part of it no larger than a flush. */
interface Pending extends Group {
  readonly events: number;
  readonly settle: (outcomes: readonly AppendOutcome[]) => void;
  readonly fail: (error: unknown) => void;
}

/** Takes requests in, groups them, hands each group to the flush, and answers. */
export const startEventWriter = (options: FlushOptions) => {
  const queue: Pending[] = [];
  const flusher = eventFlush(options);
  const held = heldAnswers();
  let queuedEvents = 0;
  let flushing: Promise<void> | undefined;

  const flushAll = async (): Promise<void> => {
    await Promise.resolve(); // Lets callers of the same turn join the group.
    while (queue.length > 0) {
      const calls = nextCalls(queue);
      queuedEvents -= eventsOf(calls);
      try {
        const outcomes = await flusher.flush(groupOf(calls), () => held.release());
        held.release();
        held.hold(() => answer(calls, outcomes));
      } catch (error) {
        held.release();
        calls.forEach(({ fail }) => fail(error));
      }
      // What callers do next would keep this process from feeding an idle server: with work at hand they wait for it.
      if (queue.length === 0 || calls.length > 1) held.release();
    }
    flushing = undefined;
  };

  const append: EventStore['append'] = async (requests) => {
    checkAppend(requests);
    const size = eventsOf(requests.map(({ events }) => ({ events: events.length })));
    if (queuedEvents > 0 && queuedEvents + size > QUEUED_EVENTS_MAX) {
      throw new EventStoreUnavailable(
        `${queuedEvents} events wait to be written, the limit is ${QUEUED_EVENTS_MAX}: try again later`,
      );
    }
    const parts = slices(requests).map((part) => {
      const events = eventsOf(part.map((request) => ({ events: request.events.length })));
      return { requests: part, events, texts: encodeTexts(part, events) };
    });
    queuedEvents += size;
    const settled = parts.map(
      (part) =>
        new Promise<readonly AppendOutcome[]>((settle, fail) => {
          queue.push({ ...part, settle, fail });
        }),
    );
    flushing ??= flushAll();
    return (await Promise.all(settled)).flat();
  };

  return {
    append,
    /** Writes what waits, then closes the connection. */
    async close(): Promise<void> {
      await flushing;
      await flusher.close();
    },
  };
};

/** Answers of the last flush, held back until the server is busy with the next one. */
const heldAnswers = () => {
  let give: (() => void) | undefined;
  return {
    hold(answers: () => void): void {
      give = answers;
    },
    release(): void {
      const answers = give;
      give = undefined;
      answers?.();
    },
  };
};

const answer = (calls: readonly Pending[], outcomes: readonly AppendOutcome[]): void => {
  let next = 0;
  for (const { requests, settle } of calls) {
    settle(outcomes.slice(next, next + requests.length));
    next += requests.length;
  }
};

const eventsOf = (counted: readonly { readonly events: number }[]): number =>
  counted.reduce((sum, { events }) => sum + events, 0);

/** Cuts a call into parts that fit into one flush; a single request always fits. */
const slices = (requests: readonly AppendRequest[]): readonly (readonly AppendRequest[])[] => {
  const parts: AppendRequest[][] = [];
  let events = FLUSH_EVENTS_MAX;
  for (const request of requests) {
    if (events + request.events.length > FLUSH_EVENTS_MAX) {
      parts.push([]);
      events = 0;
    }
    parts.at(-1)?.push(request);
    events += request.events.length;
  }
  return parts;
};

/** Takes calls in order of arrival; one that touches a stream of an earlier one waits for the next flush. */
const nextCalls = (queue: Pending[]): readonly Pending[] => {
  const taken: Pending[] = [];
  const later: Pending[] = [];
  const streams = new Set<string>();
  let [events, bytes, seen] = [0, 0, 0];
  for (const call of queue) {
    const isFull = events + call.events > FLUSH_EVENTS_MAX || bytes + call.texts.bytes > FLUSH_BYTES_MAX;
    if (taken.length > 0 && isFull) break;
    seen += 1;
    if (call.requests.some(({ stream }) => streams.has(stream))) {
      later.push(call);
      continue;
    }
    if (queue.length > 1) call.requests.forEach(({ stream }) => streams.add(stream));
    taken.push(call);
    events += call.events;
    bytes += call.texts.bytes;
  }
  queue.splice(0, seen, ...later);
  return taken;
};

const groupOf = (calls: readonly Pending[]): Group => {
  const [only] = calls;
  if (calls.length === 1 && only !== undefined) return only;
  return { requests: calls.flatMap(({ requests }) => requests), texts: joinTexts(calls) };
};
