// Events for tests of stores: valid in form, of no fact type.
import { eventId, type Source, type UnrecordedEvent } from '../src/ledger/event.ts';

export const source = (line: number, batch = '00000000-0000-8000-8000-000000000000'): Source => ({
  kind: 'agency',
  agency: '11440300MB2C92168F',
  form: 'test@1',
  assertedOn: '2026-01-01',
  batch,
  line,
});

/** Event at `revision` of `stream`; `line` tells statements apart. */
export const event = (stream: string, revision: number, line = revision, note = `note ${line}`): UnrecordedEvent => ({
  v: 1,
  id: eventId(stream, revision, source(line)),
  stream,
  revision,
  type: 'Noted',
  schema: 1,
  about: [{ subject: 'regno:440301103097413', role: 'subject' }],
  source: source(line),
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  data: { note },
});

/** Request that appends `count` events to `stream` behind revision `expected`. */
export const request = (stream: string, expected: number, count = 1, line = 0) => ({
  stream,
  expected,
  events: Array.from({ length: count }, (_, n) => event(stream, expected + 1 + n, line + n)),
});
