// Texts of events on their way into PostgreSQL: encoded once, kept as bytes outside the heap of JavaScript.
import { encodeEvent, type EncodedEvent } from '../../src/ledger/event.ts';
import type { AppendRequest } from '../../src/ledger/event-store.ts';

/** Canonical texts without their instants, by place in the group. */
export interface EventTexts {
  /** Length of all texts as COPY rows, instants included, at most. */
  readonly bytes: number;
  readonly text: (index: number) => EncodedEvent;
  /** Writes one text with its instant in the escapes of COPY and answers the place behind it. */
  readonly write: (index: number, recordedAt: string, target: Buffer, at: number) => number;
}

const BYTES_PER_EVENT = 1_400;
const BYTES_PER_UNIT_MAX = 3;
const INSTANT_BYTES = 24;
const BACKSLASH = 0x5c;

/**
 * Encodes all events of a call. Strings of this number would outlive the young generation and be copied by every
 * collection until they are written; bytes are not.
 * @throws NotCanonical
 */
export const encodeTexts = (requests: readonly AppendRequest[], events: number): EventTexts => {
  let bytes = Buffer.allocUnsafeSlow(events * BYTES_PER_EVENT);
  const ends = new Uint32Array(events * 2);
  let [used, next] = [0, 0];
  const add = (text: string): void => {
    const most = used + text.length * BYTES_PER_UNIT_MAX;
    if (most > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(most * 2);
      bytes.copy(larger, 0, 0, used);
      bytes = larger;
    }
    used += bytes.write(text, used, 'utf8');
    ends[next] = used;
    next += 1;
  };
  for (const request of requests) {
    for (const event of request.events) {
      const { head, tail } = encodeEvent(event);
      add(head);
      add(tail);
    }
  }
  const start = (index: number): number => (index === 0 ? 0 : (ends[index - 1] ?? 0));
  const end = (index: number): number => ends[index] ?? 0;
  // Nothing else in canonical JSON means anything to COPY; few ledgers hold a backslash, so it is looked for once.
  const escapes = bytes.subarray(0, used).includes(BACKSLASH);
  const put = (index: number, target: Buffer, at: number): number =>
    escapes
      ? copyEscaped(bytes.subarray(start(index), end(index)), target, at)
      : at + bytes.copy(target, at, start(index), end(index));
  return {
    bytes: (escapes ? used * 2 : used) + events * INSTANT_BYTES,
    text: (index) => ({
      head: bytes.toString('utf8', start(2 * index), end(2 * index)),
      tail: bytes.toString('utf8', start(2 * index + 1), end(2 * index + 1)),
    }),
    write: (index, recordedAt, target, at) => {
      const behindHead = put(2 * index, target, at);
      return put(2 * index + 1, target, behindHead + target.write(recordedAt, behindHead, 'latin1'));
    },
  };
};

const copyEscaped = (bytes: Buffer, target: Buffer, at: number): number => {
  let to = at;
  for (const byte of bytes) {
    target[to] = byte;
    to += 1;
    if (byte === BACKSLASH) {
      target[to] = BACKSLASH;
      to += 1;
    }
  }
  return to;
};

/** The texts of several calls as those of one group. */
export const joinTexts = (parts: readonly { readonly texts: EventTexts; readonly events: number }[]): EventTexts => {
  const places = parts.flatMap(({ texts, events }) => Array.from({ length: events }, (_, index) => ({ texts, index })));
  const place = (index: number) => {
    const found = places[index];
    if (found === undefined) throw new RangeError(`there is no event ${index} in the group`);
    return found;
  };
  return {
    bytes: parts.reduce((sum, { texts }) => sum + texts.bytes, 0),
    text: (index) => place(index).texts.text(place(index).index),
    write: (index, recordedAt, target, at) => place(index).texts.write(place(index).index, recordedAt, target, at),
  };
};
