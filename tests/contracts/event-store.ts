// The contract of the event store port: every adapter runs it whole.
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { canonicalJson, type Json } from '../../src/ledger/canonical-json.ts';
import type { EventStore, RecordedEvent } from '../../src/ledger/event-store.ts';
import { event, request } from '../events.ts';

/** Opens an empty store; `another` opens the same one as a second process would. */
export type OpenStore = (clock: Clock) => Promise<{ store: EventStore; another: () => Promise<EventStore> }>;

/** A clock that tests set by hand. */
export const handClock = (start = '2026-03-01T00:00:00.000Z') => {
  let ms = Date.parse(start);
  return {
    now: () => new Date(ms),
    monotonicMs: () => ms,
    tick: (passedMs: number) => {
      ms += passedMs;
    },
  };
};

const readEverything = async (store: EventStore, limit = 7): Promise<RecordedEvent[]> => {
  const all: RecordedEvent[] = [];
  for (;;) {
    const page = await store.readAll({ after: all.at(-1)?.position ?? 0n, limit });
    all.push(...page);
    if (page.length < limit) return all;
  }
};

export const eventStoreContract = (adapter: string, open: OpenStore): void => {
  describe(`event store: ${adapter}`, () => {
    const opened: EventStore[] = [];
    const fresh = async (clock: Clock = handClock()) => {
      const { store, another } = await open(clock);
      opened.push(store);
      return {
        store,
        another: async () => {
          const second = await another();
          opened.push(second);
          return second;
        },
      };
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((store) => store.close()));
    });

    test('appends to a new stream from revision 0 and position 1', async () => {
      const { store } = await fresh();
      expect(await store.append([request('a', -1, 2)])).toEqual([{ outcome: 'appended', first: 1n, last: 2n }]);
      expect((await readEverything(store)).map(({ position, event: { revision } }) => [position, revision])).toEqual([
        [1n, 0],
        [2n, 1],
      ]);
      expect(await store.head()).toBe(2n);
    });

    test('an empty store has head 0 and no page', async () => {
      const { store } = await fresh();
      expect(await store.head()).toBe(0n);
      expect(await store.readAll({ after: 0n, limit: 10 })).toEqual([]);
      expect((await store.readStreams(['absent'])).size).toBe(0);
    });

    test.each([
      ['a new stream where one is expected', -1, 3, -1],
      ['an existing stream where none is expected', 2, -1, 2],
      ['a revision behind the last', 2, 1, 2],
      ['a revision past the last', 2, 5, 2],
    ])('refuses %s and writes nothing', async (_case, last, expected, actual) => {
      const { store } = await fresh();
      if (last >= 0) await store.append([request('a', -1, last + 1)]);
      const before = await store.head();
      expect(await store.append([request('a', expected, 1, 100)])).toEqual([{ outcome: 'conflict', actual }]);
      expect(await store.head()).toBe(before);
    });

    test('each request of one call succeeds or fails by itself', async () => {
      const { store } = await fresh();
      await store.append([request('a', -1)]);
      const outcomes = await store.append([
        request('b', -1, 2),
        request('a', -1, 3, 50),
        request('c', -1),
        request('a2', 4),
      ]);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['appended', 'conflict', 'appended', 'conflict']);
      expect((await readEverything(store)).map(({ event: { stream } }) => stream)).toEqual(['a', 'b', 'b', 'c']);
    });

    test('all events of a request are there or none', async () => {
      const { store } = await fresh();
      await store.append([request('a', -1, 1_000)]);
      expect((await store.readStreams(['a'])).get('a')).toHaveLength(1_000);
    });

    test('of 50 writers racing for one revision exactly one wins', async () => {
      const { store, another } = await fresh();
      const second = await another();
      const writers = Array.from({ length: 50 }, (_, n) =>
        (n % 2 === 0 ? store : second).append([request('a', -1, 1, n)]),
      );
      const outcomes = (await Promise.all(writers)).flat();
      expect(outcomes.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
      expect(outcomes.filter((one) => one.outcome === 'conflict' && one.actual === 0)).toHaveLength(49);
      expect(await store.head()).toBe(1n);
    });

    test('the same request again is appended with its first positions, also when the stream has grown since', async () => {
      const { store, another } = await fresh();
      const [first] = await store.append([request('a', -1, 3)]);
      expect(await store.append([request('a', -1, 3)])).toEqual([first]);
      await store.append([request('b', -1), request('a', 2, 2)]);
      expect(await (await another()).append([request('a', -1, 3)])).toEqual([first]);
      expect(await store.append([request('a', -1, 2, 7)])).toEqual([{ outcome: 'conflict', actual: 4 }]);
      expect(await store.head()).toBe(6n);
    });

    test('keeps every text exactly as it was, to the byte', async () => {
      const { store } = await fresh();
      const notes = [
        'tab\t',
        'line\nfeed\r',
        'back\\slash \\N \\.',
        '"quoted"',
        '惠信 𠮷 😀 \ue000 \u2028',
        '\u0001',
        "it's",
        '$1',
        '',
      ];
      await store.append(
        notes.map((note, n) => ({ stream: `n${n}`, expected: -1, events: [event(`n${n}`, 0, n, note)] })),
      );
      const stored = await readEverything(store);
      expect(stored.map((one) => one.event.data['note'])).toEqual(notes);
      for (const { text, event: read } of stored) expect(text).toBe(canonicalJson(read as unknown as Json));
    });

    test('instants never fall along positions, even when the clock does', async () => {
      const clock = handClock('2026-03-01T12:00:00.500Z');
      const { store } = await fresh(clock);
      await store.append([request('a', -1)]);
      clock.tick(-60_000);
      await store.append([request('a', 0)]);
      await store.append([request('big', -1, 300)]);
      clock.tick(120_000);
      await store.append([request('a', 1)]);
      const instants = (await readEverything(store)).map((one) => one.event.recordedAt);
      expect(new Set(instants)).toEqual(new Set(['2026-03-01T12:00:00.500Z', '2026-03-01T12:01:00.500Z']));
      expect(instants).toEqual([...instants].sort());
    });

    test('reads many streams at once, each from revision 0', async () => {
      const { store } = await fresh();
      await store.append([request('a', -1, 2), request('b', -1, 3)]);
      await store.append([request('a', 1, 1)]);
      const streams = await store.readStreams(['a', 'absent', 'b']);
      const revisions = [...streams].map(([name, events]) => [name, events.map((one) => one.event.revision)]);
      expect(new Map(revisions as [string, number[]][])).toEqual(
        new Map([
          ['a', [0, 1, 2]],
          ['b', [0, 1, 2]],
        ]),
      );
    });

    test('a subscription hands over what is there, then what comes, and ends on abort', async () => {
      const { store, another } = await fresh();
      await store.append([request('a', -1, 5)]);
      const end = new AbortController();
      const seen: bigint[] = [];
      const reading = (async () => {
        for await (const { events, head } of store.subscribe({ after: 2n, limit: 2, signal: end.signal })) {
          seen.push(...events.map(({ position }) => position));
          if (seen.length === 3 && head === 5n) await (await another()).append([request('b', -1, 3)]);
          if (seen.at(-1) === 8n) end.abort();
        }
      })();
      await reading;
      expect(seen).toEqual([3n, 4n, 5n, 6n, 7n, 8n]);
    });

    test('a subscription taken up again from its last position misses and repeats nothing', async () => {
      const { store, another } = await fresh();
      await store.append(Array.from({ length: 40 }, (_, n) => request(`s${n}`, -1)));
      const seen: bigint[] = [];
      for (let round = 0; round < 5; round += 1) {
        const end = new AbortController();
        for await (const { events } of (await another()).subscribe({
          after: seen.at(-1) ?? 0n,
          limit: 8,
          signal: end.signal,
        })) {
          seen.push(...events.map(({ position }) => position));
          end.abort();
        }
      }
      expect(seen).toEqual(Array.from({ length: 40 }, (_, n) => BigInt(n + 1)));
    });

    test('a hot reader never sees a gap while writers of two processes append and collide', async () => {
      const { store, another } = await fresh();
      const second = await another();
      const reader = await another();
      const end = new AbortController();
      const seen: bigint[] = [];
      const reading = (async () => {
        for await (const { events } of reader.subscribe({ after: 0n, limit: 100, signal: end.signal })) {
          seen.push(...events.map(({ position }) => position));
          if (seen.length >= 400 && (await reader.head()) === seen.at(-1)) end.abort();
        }
      })();
      await Promise.all(
        Array.from({ length: 200 }, async (_, n) => {
          const requests = [request(`s${n % 150}`, -1, 1 + (n % 4), n), request(`t${n}`, -1, 1, n)];
          return (n % 2 === 0 ? store : second).append(requests);
        }),
      );
      await store.append(Array.from({ length: 200 }, (_, n) => request(`u${n}`, -1)));
      await reading;
      expect(seen).toEqual(Array.from({ length: seen.length }, (_, n) => BigInt(n + 1)));
    });

    test('any mix of appends, repeats and wrong revisions leaves dense streams and positions', async () => {
      const step = fc.record({
        stream: fc.integer({ min: 0, max: 4 }),
        skew: fc.constantFrom(0, 0, 0, -1, 1),
        count: fc.integer({ min: 1, max: 5 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const { store } = await fresh();
          const model = new Map<string, number>();
          for (const [line, { stream, skew, count }] of steps.entries()) {
            const name = `s${stream}`;
            const last = model.get(name) ?? -1;
            const expected = Math.max(-1, last + skew);
            const [outcome] = await store.append([request(name, expected, count, 10 * line)]);
            expect(outcome?.outcome).toBe(expected === last ? 'appended' : 'conflict');
            if (expected === last) model.set(name, last + count);
          }
          const streams = await store.readStreams([...model.keys()]);
          for (const [name, last] of model) expect(streams.get(name)).toHaveLength(last + 1);
          const total = [...model.values()].reduce((sum, last) => sum + last + 1, 0);
          expect(await store.head()).toBe(BigInt(total));
          for await (const breach of store.findBreaches()) expect.fail(breach);
        }),
        { seed: 20260301, numRuns: 10 },
      );
    });

    test.each([
      ['an append without events', { stream: 'a', expected: -1, events: [] }],
      ['events of another stream', { stream: 'b', expected: -1, events: [event('a', 0)] }],
      ['revisions that skip', { stream: 'a', expected: -1, events: [event('a', 1)] }],
      ['a stream name with a space', { ...request('a b', -1) }],
    ])('refuses %s as a fault of the caller', async (_case, wrong) => {
      const { store } = await fresh();
      await expect(store.append([wrong])).rejects.toThrow(RangeError);
    });

    test('refuses half a surrogate pair and names the place', async () => {
      const { store } = await fresh();
      const broken = { stream: 'a', expected: -1, events: [event('a', 0, 0, 'half \ud800')] };
      await expect(store.append([broken])).rejects.toThrow(/\/note/);
      expect(await store.head()).toBe(0n);
    });
  });
};
