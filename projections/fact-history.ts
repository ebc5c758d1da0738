// One row per event and subject: the history of a subject, and every fact by its id.
import type { LedgerEvent } from '../src/ledger/event.ts';
import { subjectOf } from '../src/subject.ts';
import { defineProjection } from './projection.ts';

/** A recorded event in the history of its subject; `text` is its canonical text, `event` the same read. */
export interface HistoryRow {
  readonly position: bigint;
  readonly id: string;
  readonly subject: string;
  readonly event: LedgerEvent;
  readonly text: string;
}

/** Width of a position in a key, so that keys sort as positions do. */
const POSITION_DIGITS = 19;

/** Subject under which facts without one are kept. */
export const NO_SUBJECT = 'none';

export const historyKey = (subject: string, position: bigint): string =>
  `${subject} ${String(position).padStart(POSITION_DIGITS, '0')}`;

const rowOf = (position: bigint, event: LedgerEvent, text: string): HistoryRow => ({
  position,
  id: event.id,
  subject: subjectOf(event.about) ?? NO_SUBJECT,
  event,
  text,
});

export const factHistory = defineProjection<HistoryRow>({
  name: 'fact_history',
  version: 1,
  kind: 'append',
  columns: [
    { name: 'id', type: 'uuid' },
    { name: 'relates_to', type: 'uuid' },
  ],
  indexes: [
    { name: 'by_id', columns: ['id'] },
    { name: 'by_relation', columns: ['relates_to'] },
  ],
  keys: ({ event, position }) => [historyKey(subjectOf(event.about) ?? NO_SUBJECT, position)],
  fold: (_none, { event, position, text }) => rowOf(position, event, text),
  cells: ({ id, event }) => [id, event.relates?.event],
  encode: ({ text }) => text,
  decode: (text, key) => rowOf(BigInt(key.slice(key.lastIndexOf(' ') + 1)), JSON.parse(text) as LedgerEvent, text),
});
