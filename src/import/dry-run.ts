// A rehearsal: recording decides as it would, against what is stored and what this rehearsal added; nothing is written.
import { hash } from 'node:crypto';
import { encodeEvent, type LedgerEvent } from '../ledger/event.ts';
import type { AppendOutcome, RecordedEvent } from '../ledger/event-store.ts';
import type { Recorder } from '../ledger/record.ts';
import type { KeyVault, SubjectKey } from '../seal/key-vault.ts';

/** Streams whose new events are remembered; repeats of a thing further apart in a file count as new. */
export const REMEMBERED_STREAMS_MAX = 50_000;
/** Instant that the events of a rehearsal carry; nobody sees it. */
const NEVER = '2000-01-01T00:00:00.000Z';

/** A recorder on top of another that reads through it and keeps everything to itself. */
export const rehearsal = (recorder: Recorder): Recorder => ({
  ...recorder,
  store: rehearsedStore(recorder.store),
  vault: rehearsedVault(recorder.vault),
});

const rehearsedStore = (store: Recorder['store']): Recorder['store'] => {
  const added = new Map<string, Buffer[]>();
  const remember = (stream: string, texts: Buffer[]): void => {
    const earlier = added.get(stream) ?? [];
    added.delete(stream);
    added.set(stream, [...earlier, ...texts]);
    const [oldest] = added.keys();
    if (added.size > REMEMBERED_STREAMS_MAX && oldest !== undefined) added.delete(oldest);
  };
  return {
    async readStreams(streams) {
      const stored = await store.readStreams(streams);
      const both = new Map<string, readonly RecordedEvent[]>(stored);
      for (const stream of streams) {
        const texts = added.get(stream);
        if (texts !== undefined) both.set(stream, [...(stored.get(stream) ?? []), ...texts.map(recorded)]);
      }
      return both;
    },
    async append(requests) {
      return requests.map(({ stream, events }): AppendOutcome => {
        const texts = events.map((event) => {
          const { head, tail } = encodeEvent(event);
          return Buffer.from(`${head}${NEVER}${tail}`);
        });
        remember(stream, texts);
        return { outcome: 'appended', first: 0n, last: 0n };
      });
    },
  };
};

const recorded = (bytes: Buffer): RecordedEvent => {
  const text = bytes.toString('utf8');
  return { position: 0n, event: JSON.parse(text) as LedgerEvent, text };
};

/** A key that is missing is made up from its lookup hash, for comparing alone: nothing sealed under it is kept. */
const rehearsedVault = (vault: KeyVault): KeyVault => ({
  kms: vault.kms,
  async keysFor(lookups) {
    const stored = await vault.peek(lookups);
    return lookups.map((lookup, index) => stored[index] ?? madeUp(lookup));
  },
  peek: (lookups) => vault.peek(lookups),
  keysOf: (refs) => vault.keysOf(refs),
  close: async () => undefined,
});

const madeUp = (lookup: string): SubjectKey => ({ subject: NOBODY, gen: 1, key: hash('sha256', lookup, 'buffer') });

const NOBODY = '00000000-0000-4000-8000-000000000000';
