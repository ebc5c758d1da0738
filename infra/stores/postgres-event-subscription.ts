// News of the event store: pages for ever, woken by this process's own flushes and by a poll for those of others.
import { EventEmitter, once } from 'node:events';
import type { LedgerEvent } from '../../src/ledger/event.ts';
import type { Delivery, EventStore, RecordedEvent } from '../../src/ledger/event-store.ts';
import type { Group, Written } from './postgres-event-append.ts';

/** Events kept in memory for readers close behind this process's own writer, and their text at most. */
const TAIL_EVENTS_MAX = 16_000;
const TAIL_CHARACTERS_MAX = 32_000_000;
/** A reader at the head looks again after this long, whatever woke it or not. */
const POLL_MS = 250;

/** The last events written by this process; lets its own readers skip the way through the database. */
export const eventTail = () => {
  const news = new EventEmitter().setMaxListeners(0);
  let events: RecordedEvent[] = [];
  let characters = 0;
  let flushes = 0;
  let readers = 0;

  const keep = ({ requests, texts }: Group, { recordedAt, firsts }: Written): void => {
    let next = 0;
    for (const [index, request] of requests.entries()) {
      const first = firsts[index];
      const from = next;
      next += request.events.length;
      if (first === undefined) continue;
      const last = events.at(-1)?.position;
      if (last !== undefined && BigInt(first) !== last + 1n) [events, characters] = [[], 0];
      for (const [n, event] of request.events.entries()) {
        const { head, tail } = texts.text(from + n);
        const text = head + recordedAt + tail;
        characters += text.length;
        events.push({ position: BigInt(first + n), event: { ...event, recordedAt } satisfies LedgerEvent, text });
      }
    }
    if (events.length > 2 * TAIL_EVENTS_MAX || characters > 2 * TAIL_CHARACTERS_MAX) {
      events = events.slice(-TAIL_EVENTS_MAX);
      characters = events.reduce((sum, { text }) => sum + text.length, 0);
      if (characters > TAIL_CHARACTERS_MAX) events = [];
    }
  };

  return {
    news,
    /** Number of groups seen so far. */
    flushes: () => flushes,
    /** Keeps events from now on, until the returned function is called. */
    follow(): () => void {
      readers += 1;
      return () => {
        readers -= 1;
        if (readers === 0) [events, characters] = [[], 0];
      };
    },
    add(group: Group, written: Written): void {
      flushes += 1;
      if (readers > 0) keep(group, written);
      news.emit('news');
    },
    /** Events behind `after`, or undefined when the tail does not reach back that far. */
    read(after: bigint, limit: number): readonly RecordedEvent[] | undefined {
      const first = events[0]?.position;
      const last = events.at(-1)?.position;
      if (first === undefined || last === undefined || after < first - 1n || after >= last) return undefined;
      const from = Number(after - first) + 1;
      return events.slice(from, from + limit);
    },
  };
};

interface SubscribeOptions {
  readonly after: bigint;
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly readAll: EventStore['readAll'];
  readonly head: () => Promise<bigint>;
  readonly tail: ReturnType<typeof eventTail>;
}

/** Reads page after page; at the head it waits for news. Ends without error when `signal` aborts. */
export async function* subscribeTo({
  after,
  limit,
  signal,
  readAll,
  head,
  tail,
}: SubscribeOptions): AsyncGenerator<Delivery> {
  let position = after;
  const unfollow = tail.follow();
  try {
    while (!signal.aborted) {
      const seen = tail.flushes();
      const events = tail.read(position, limit) ?? (await readAll({ after: position, limit }));
      position = events.at(-1)?.position ?? position;
      const reached = events.length < limit ? await head() : position;
      yield { events, head: reached > position ? reached : position };
      if (reached <= position && events.length < limit && tail.flushes() === seen) await nextNews(tail.news, signal);
    }
  } finally {
    unfollow();
  }
}

const nextNews = async (news: EventEmitter, signal: AbortSignal): Promise<void> => {
  const either = AbortSignal.any([signal, AbortSignal.timeout(POLL_MS)]);
  await once(news, 'news', { signal: either }).catch(() => undefined); // A time-out or an abort ends the wait as well.
};
