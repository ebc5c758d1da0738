// Port of the event store: append-only streams in one total order.
import type { LedgerEvent, UnrecordedEvent } from './event.ts';

/** Events of one append at most; a stream holds at most `EVENTS_PER_STREAM_MAX`. */
export const EVENTS_PER_STREAM_MAX = 1_000;
/** Requests of one `append` call and streams of one `readStreams` call at most. */
export const STREAMS_PER_CALL_MAX = 10_000;
/** Events of one page of `readAll` at most. */
export const EVENTS_PER_PAGE_MAX = 10_000;

/**
 * All or none of `events`, at exactly `expected + 1` and on. `expected` is the revision of the stream's last event, -1 when
 * the stream must not exist. Events carry `stream` and their `revision` already.
 */
export interface AppendRequest {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly UnrecordedEvent[];
}

/** `conflict`: another writer was first; `actual` is the stream's last revision (-1: no stream). Nothing was written. */
export type AppendOutcome =
  | { readonly outcome: 'appended'; readonly first: bigint; readonly last: bigint }
  | { readonly outcome: 'conflict'; readonly actual: number };

/** `position` is the event's place in the whole store; `text` its canonical bytes exactly as stored. */
export interface RecordedEvent {
  readonly position: bigint;
  readonly event: LedgerEvent;
  readonly text: string;
}

/** What a subscription hands over, in order: events (never empty unless caught up) and the head they were read under. */
export interface Delivery {
  readonly events: readonly RecordedEvent[];
  readonly head: bigint;
}

/**
 * Durability: once `append` resolves, its events survive a crash of this process and of the store, and every later read
 * sees them. Order: a reader never sees position n before every position below n; positions only grow. Concurrency: all
 * methods may be called at once, from several processes. Retry: the store retries transient faults itself, a bounded
 * number of times; the same request again (same stream, expected revision and event ids) is `appended` with the first
 * positions, so a lost answer is settled by asking again.
 * The caller guarantees: revisions are `expected + 1`, …; ids are `eventId`s; a stream stands once in a call.
 * @throws EventStoreUnavailable (repeat the call), EventStoreIntegrityError (stop).
 */
export interface EventStore {
  /** One outcome a request, in their order. Each request succeeds or fails by itself. */
  append(requests: readonly AppendRequest[]): Promise<readonly AppendOutcome[]>;
  /** Events of each stream from revision 0, in one round trip; a stream without events is absent from the map. */
  readStreams(streams: readonly string[]): Promise<ReadonlyMap<string, readonly RecordedEvent[]>>;
  /** A page of events with a position above `after`, in order; shorter than `limit` only at the head. */
  readAll(page: { readonly after: bigint; readonly limit: number }): Promise<readonly RecordedEvent[]>;
  /** Every event above `after`, for ever, until `signal` aborts (then it ends without error). */
  subscribe(from: {
    readonly after: bigint;
    readonly limit: number;
    readonly signal: AbortSignal;
  }): AsyncIterable<Delivery>;
  /** Position of the last event, 0 when there is none; read from the store itself. */
  head(): Promise<bigint>;
  /** Every breach of order, density and derived data found in what is stored, as sentences; empty when sound. */
  findBreaches(): AsyncIterable<string>;
  close(): Promise<void>;
}

/** The store could not be reached or refused for now. Repeat the same append to learn whether it was written. */
export class EventStoreUnavailable extends Error {
  override name = 'EventStoreUnavailable';
}

/** What is stored contradicts itself. Nothing may be appended until a person has looked. */
export class EventStoreIntegrityError extends Error {
  override name = 'EventStoreIntegrityError';
}

const STREAM_NAME = /^[\w:.-]{1,200}$/;

/**
 * What the caller of `append` guarantees, checked by every adapter before it does anything.
 * @throws RangeError naming the request that breaks the contract.
 */
export const checkAppend = (requests: readonly AppendRequest[]): void => {
  if (requests.length > STREAMS_PER_CALL_MAX) {
    throw new RangeError(`one call appends to at most ${STREAMS_PER_CALL_MAX} streams, ${requests.length} were asked`);
  }
  for (const { stream, expected, events } of requests) {
    if (!STREAM_NAME.test(stream)) throw new RangeError('a stream name holds 1 to 200 letters, digits and : . _ -');
    if (events.length === 0) throw new RangeError(`the append to stream ${stream} holds no event`);
    const dense = events.every((event, n) => event.stream === stream && event.revision === expected + 1 + n);
    if (!dense)
      throw new RangeError(`events for stream ${stream} must carry it and the revisions from ${expected + 1} on`);
  }
};
