// The event store in memory: for tests and as the plainest statement of the port's contract.
import type { Clock } from '../../src/clock.ts';
import { encodeEvent, type LedgerEvent } from '../../src/ledger/event.ts';
import {
  checkAppend,
  type AppendOutcome,
  type AppendRequest,
  type Delivery,
  type EventStore,
  type RecordedEvent,
} from '../../src/ledger/event-store.ts';

/** Everything lives and dies with the process; otherwise it keeps the whole contract. */
export const memoryEventStore = (clock: Pick<Clock, 'now'>): EventStore => {
  const log: RecordedEvent[] = [];
  const streams = new Map<string, RecordedEvent[]>();
  let wake = new AbortController();
  let last = '';

  const appendOne = ({ stream, expected, events }: AppendRequest): AppendOutcome => {
    const stored = streams.get(stream) ?? [];
    const repeated = stored.slice(expected + 1, expected + 1 + events.length);
    const [first] = repeated;
    if (
      first !== undefined &&
      repeated.length === events.length &&
      repeated.every((one, n) => one.event.id === events[n]?.id)
    ) {
      return { outcome: 'appended', first: first.position, last: first.position + BigInt(events.length - 1) };
    }
    if (stored.length - 1 !== expected) return { outcome: 'conflict', actual: stored.length - 1 };
    const before = BigInt(log.length);
    for (const event of events) {
      const { head, tail } = encodeEvent(event);
      const text = head + last + tail;
      const recorded = { position: BigInt(log.length + 1), event: JSON.parse(text) as LedgerEvent, text };
      log.push(recorded);
      stored.push(recorded);
    }
    if (events.length > 0) streams.set(stream, stored);
    return { outcome: 'appended', first: before + 1n, last: BigInt(log.length) };
  };

  const readAll: EventStore['readAll'] = async ({ after, limit }) => log.slice(Number(after), Number(after) + limit);

  return {
    async append(requests) {
      checkAppend(requests);
      requests.forEach(({ events }) => events.forEach(encodeEvent));
      const now = clock.now().toISOString();
      last = now > last ? now : last;
      const outcomes = requests.map(appendOne);
      wake.abort();
      wake = new AbortController();
      return outcomes;
    },
    async readStreams(names) {
      return new Map(names.flatMap((name) => (streams.has(name) ? [[name, [...(streams.get(name) ?? [])]]] : [])));
    },
    readAll,
    async *subscribe({ after, limit, signal }): AsyncGenerator<Delivery> {
      let position = after;
      while (!signal.aborted) {
        const news = AbortSignal.any([wake.signal, signal]);
        const events = await readAll({ after: position, limit });
        position = events.at(-1)?.position ?? position;
        yield { events, head: BigInt(log.length) };
        if (position === BigInt(log.length) && !news.aborted) {
          await new Promise((resolve) => news.addEventListener('abort', resolve, { once: true }));
        }
      }
    },
    async head() {
      return BigInt(log.length);
    },
    async *findBreaches() {},
    async close() {},
  };
};
