// Reads the store for all parts: those at one position share a reader and get the same page.
import { type EventStore, EventStoreIntegrityError, EventStoreUnavailable } from '../src/ledger/event-store.ts';
import { type Patience, pause, retryDelayMs } from './retry.ts';
import { pageOf, type RunningPart } from './run-part.ts';

interface Reader {
  /** Up to here events were handed to the members. */
  position: bigint;
  readonly members: Set<RunningPart>;
  readonly stop: AbortController;
}

interface FollowerOptions extends Patience {
  readonly store: EventStore;
  readonly eventsPerPageMax: number;
  readonly onRetry: (error: unknown) => void;
  /** What no further try can mend; called at most once a reader. */
  readonly onFault: (error: unknown) => void;
}

/** Parts join with `follow` and are handed page after page until they end or `signal` aborts. */
export const followStore = (options: FollowerOptions) => {
  const { signal } = options;
  const readers = new Set<Reader>();

  const readerAt = (position: bigint, except?: Reader): Reader | undefined =>
    [...readers].find((one) => one !== except && one.position === position && !one.stop.signal.aborted);

  const start = (position: bigint): Reader => {
    const reader: Reader = { position, members: new Set(), stop: new AbortController() };
    readers.add(reader);
    queueMicrotask(() => void run(reader));
    return reader;
  };

  /** Readers that have met go on as one. */
  const merge = (reader: Reader): void => {
    const other = readerAt(reader.position, reader);
    if (other === undefined) return;
    reader.members.forEach((part) => other.members.add(part));
    reader.members.clear();
    reader.stop.abort();
  };

  const run = async (reader: Reader): Promise<void> => {
    let tries = 0;
    while (reader.members.size > 0 && !signal.aborted) {
      const before = reader.position;
      try {
        await readOn(reader, options, () => merge(reader));
      } catch (error) {
        if (!(error instanceof EventStoreUnavailable)) {
          options.onFault(error);
          break;
        }
        options.onRetry(error);
        tries = reader.position === before ? tries + 1 : 1;
        await pause(retryDelayMs(tries, options), signal);
      }
    }
    readers.delete(reader);
    await Promise.all([...reader.members].map((part) => part.stop()));
  };

  return {
    follow(part: RunningPart): void {
      const reader = readerAt(part.position) ?? start(part.position);
      reader.members.add(part);
      const leave = (): void => {
        for (const one of readers) if (one.members.delete(part) && one.members.size === 0) one.stop.abort();
      };
      part.ended.then(leave, leave);
    },
  };
};

/** Hands pages over until nobody is left; the next page is read and parsed while this one is folded and committed. */
const readOn = async (
  reader: Reader,
  { store, eventsPerPageMax, signal }: FollowerOptions,
  onPage: () => void,
): Promise<void> => {
  const own = new AbortController();
  const stop = AbortSignal.any([signal, reader.stop.signal, own.signal]);
  const { position: after } = reader;
  const deliveries = store.subscribe({ after, limit: eventsPerPageMax, signal: stop })[Symbol.asyncIterator]();
  let next = deliveries.next();
  try {
    while (reader.members.size > 0 && !stop.aborted) {
      const delivery = await next;
      if (delivery.done === true) {
        if (stop.aborted) return;
        throw new EventStoreUnavailable('the store ended a subscription that nobody stopped');
      }
      next = deliveries.next();
      next.catch(() => undefined); // Met when it is awaited, or of no interest any more.
      const { events } = delivery.value;
      if (events.length === 0) continue;
      reader.position = checkedEnd(reader.position, events);
      const page = pageOf(events);
      await Promise.all([...reader.members].map((part) => part.apply(page)));
      onPage();
    }
  } finally {
    own.abort();
    await deliveries.return?.();
  }
};

/** @throws EventStoreIntegrityError when an event is missing or stands twice. */
const checkedEnd = (after: bigint, events: readonly { readonly position: bigint }[]): bigint => {
  let last = after;
  for (const { position } of events) {
    if (position !== last + 1n) {
      throw new EventStoreIntegrityError(
        `the store handed over position ${position} behind ${last}, wanted ${last + 1n}: ` +
          'stop projecting and run "huixin verify"',
      );
    }
    last = position;
  }
  return last;
};
