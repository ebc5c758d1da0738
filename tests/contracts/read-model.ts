// The contract of the read model: every adapter runs it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AnyProjection, defineProjection } from '../../projections/projection.ts';
import {
  BY_KEY,
  type Lease,
  type PartRef,
  type ReadModel,
  RowsRefused,
  type Step,
  type StoredRow,
} from '../../projections/read-model.ts';

interface Doc {
  readonly name?: string | undefined;
  readonly count?: bigint | undefined;
  readonly on?: string | undefined;
  readonly id?: string | undefined;
  readonly text?: string | undefined;
}

/** Documents of the tests hold no bigint in JSON, so they go as decimal text. */
const things = (name: string): AnyProjection =>
  defineProjection<Doc>({
    name,
    version: 1,
    kind: 'fold',
    columns: [
      { name: 'name', type: 'text' },
      { name: 'count', type: 'bigint' },
      { name: 'happened', type: 'date' },
      { name: 'id', type: 'uuid' },
    ],
    indexes: [
      { name: 'by_name', columns: ['name'] },
      { name: 'by_name_and_count', columns: ['name', 'count'] },
      { name: 'by_day', columns: ['happened'] },
      { name: 'by_id', columns: ['id'] },
    ],
    keys: () => [],
    fold: (doc) => doc,
    cells: ({ name: text, count, on, id }) => [text, count, on, id],
    encode: (doc) => JSON.stringify(doc, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
    decode: (text) =>
      JSON.parse(text, (member, value: unknown) =>
        member === 'count' ? BigInt(String(value).slice(0, -1)) : value,
      ) as Doc,
  });

const LEASE_MS = 60_000;
const NASTY = 'tab\t line\nback\\slash \\N \\. quote\' "双引号" 𠮷 \u0001 end';

const rowsOf = (docs: Readonly<Record<string, Doc>>) => Object.entries(docs).map(([key, doc]) => ({ key, doc }));
const step = (from: number, to: number, rows: Partial<Step> = {}): Step => ({
  from: BigInt(from),
  to: BigInt(to),
  inserts: [],
  updates: [],
  deletes: [],
  ...rows,
});
const ID = (n: number): string => `0c0ffee0-0000-8000-8000-00000000000${n}`;

export const readModelContract = (
  adapter: string,
  open: () => Promise<{ readonly readModel: ReadModel; readonly close: () => Promise<void> }>,
) => {
  describe(`read model contract: ${adapter}`, () => {
    let readModel: ReadModel;
    let close: () => Promise<void>;
    let projection: AnyProjection;
    let nth = 0;

    beforeAll(async () => {
      ({ readModel, close } = await open());
    });
    afterAll(async () => close());
    beforeEach(async () => {
      nth += 1;
      projection = things(`things_${nth}`);
      await readModel.prepare([projection], 1);
    });

    const ref = (part = 0, parts = 1): PartRef => ({ projection, part, parts });
    const claimed = async (owner = 'a', leaseMs = LEASE_MS): Promise<Lease> => {
      const lease = await readModel.claim(ref(), owner, leaseMs);
      if (lease === undefined) throw new Error('the part is held by another owner');
      return lease;
    };
    const insert = async (docs: Readonly<Record<string, Doc>>): Promise<Lease> => {
      const lease = await claimed();
      expect(await readModel.commit(lease, step(0, 1, { inserts: rowsOf(docs) }), LEASE_MS)).toBe(true);
      return lease;
    };
    const stored = async (): Promise<readonly StoredRow[]> => {
      const rows: StoredRow[] = [];
      for await (const page of readModel.rows(projection)) rows.push(...page);
      return rows;
    };
    const state = async () => (await readModel.states()).find(({ name }) => name === projection.name);

    describe('leases', () => {
      test('start at position 0 with a fence that grows by each new holder', async () => {
        const first = await claimed('a', 0);
        const second = await claimed('b');
        expect(first.position).toBe(0n);
        expect(second.fence).toBe(first.fence + 1n);
      });
      test('keep others out while they last', async () => {
        await claimed('a');
        expect(await readModel.claim(ref(), 'b', LEASE_MS)).toBeUndefined();
      });
      test('are renewed by their owner under the same fence', async () => {
        const first = await claimed('a');
        expect((await claimed('a')).fence).toBe(first.fence);
      });
      test('end by release, but not by the release of an earlier holder', async () => {
        const first = await claimed('a', 0);
        const second = await claimed('b');
        await readModel.release(first);
        expect(await readModel.claim(ref(), 'c', LEASE_MS)).toBeUndefined();
        await readModel.release(second);
        expect(await readModel.claim(ref(), 'c', LEASE_MS)).toBeDefined();
      });
      test('are not given for another number of parts', async () => {
        expect(await readModel.claim(ref(0, 2), 'a', LEASE_MS)).toBeUndefined();
      });
    });

    describe('a commit', () => {
      test('stores inserts, updates and deletes together with the position', async () => {
        const lease = await insert({ a: { name: 'one' }, b: { name: 'two' }, c: { name: 'three' } });
        const changes = step(1, 7, {
          inserts: rowsOf({ d: { name: 'four' } }),
          updates: rowsOf({ a: { name: 'uno' } }),
          deletes: ['b'],
        });
        expect(await readModel.commit(lease, changes, LEASE_MS)).toBe(true);
        expect((await stored()).map(({ key, cells }) => [key, cells[0]])).toEqual([
          ['a', 'uno'],
          ['c', 'three'],
          ['d', 'four'],
        ]);
        expect((await state())?.position).toBe(7n);
      });
      test('without rows moves the position', async () => {
        expect(await readModel.commit(await claimed(), step(0, 9), LEASE_MS)).toBe(true);
        expect((await claimed()).position).toBe(9n);
      });
      test('of updates alone and of deletes alone goes through', async () => {
        const lease = await insert({ a: { name: 'one' }, b: { name: 'two' } });
        expect(await readModel.commit(lease, step(1, 2, { updates: rowsOf({ a: { name: 'uno' } }) }), LEASE_MS)).toBe(
          true,
        );
        expect(await readModel.commit(lease, step(2, 3, { deletes: ['b'] }), LEASE_MS)).toBe(true);
        expect((await stored()).map(({ key, cells }) => [key, cells[0]])).toEqual([['a', 'uno']]);
      });
      test('is fenced out once another owner holds the part, and writes nothing', async () => {
        const late = await claimed('a', 0);
        await claimed('b');
        expect(await readModel.commit(late, step(0, 1, { inserts: rowsOf({ a: {} }) }), LEASE_MS)).toBe(false);
        expect(await stored()).toEqual([]);
        expect((await state())?.position).toBe(0n);
      });
      test('is fenced out when the position moved already, so nothing counts twice', async () => {
        const lease = await insert({ a: { name: 'one' } });
        expect(await readModel.commit(lease, step(0, 1, { inserts: rowsOf({ b: {} }) }), LEASE_MS)).toBe(false);
        expect(await stored()).toHaveLength(1);
      });
      test('with a row that is stored already is refused whole', async () => {
        const lease = await insert({ a: { name: 'one' } });
        const commit = readModel.commit(lease, step(1, 2, { inserts: rowsOf({ b: {}, a: {} }) }), LEASE_MS);
        await expect(commit).rejects.toThrow(RowsRefused);
        expect((await stored()).map(({ key }) => key)).toEqual(['a']);
        expect((await state())?.position).toBe(1n);
      });
      test('whose document cannot be written fails with its error and leaves nothing', async () => {
        const broken: AnyProjection = {
          ...projection,
          encode: (doc: Doc) => {
            if (doc.name === 'bad') throw new RangeError('cannot be written');
            return projection.encode(doc);
          },
        };
        const lease = { ...(await claimed()), ref: { ...ref(), projection: broken } };
        const commit = readModel.commit(
          lease,
          step(0, 1, { inserts: rowsOf({ a: {}, b: { name: 'bad' } }) }),
          LEASE_MS,
        );
        await expect(commit).rejects.toThrow('cannot be written');
        expect(await stored()).toEqual([]);
        expect(await readModel.commit(lease, step(0, 1, { inserts: rowsOf({ a: {} }) }), LEASE_MS)).toBe(true);
      });
      test('renews the lease', async () => {
        const lease = await claimed('a', 0);
        await readModel.commit(lease, step(0, 1), LEASE_MS);
        expect(await readModel.claim(ref(), 'b', LEASE_MS)).toBeUndefined();
      });
      test('stores thousands of rows, long ones too', async () => {
        const docs = Object.fromEntries(
          Array.from({ length: 3_000 }, (_, n) => [
            `k${n}`,
            { name: `n${n}`, text: '字'.repeat(n % 500 === 0 ? 90_000 : 20) },
          ]),
        );
        await insert(docs);
        expect(await stored()).toHaveLength(3_000);
        expect(await readModel.get(projection, 'k500')).toEqual(docs['k500']);
      });
    });

    describe('halting', () => {
      test('names the poison event, gives the part up, and is cleared by the next commit', async () => {
        const halted = { position: 3n, event: 'some-id', error: 'it broke' };
        expect(await readModel.halt(await claimed(), halted)).toBe(true);
        expect(await state()).toMatchObject({ halted, position: 0n, part: 0, parts: 1, version: 1 });
        await readModel.commit(await claimed('b'), step(0, 3), LEASE_MS);
        expect((await state())?.halted).toBeUndefined();
      });
      test('is fenced out like a commit', async () => {
        const late = await claimed('a', 0);
        await claimed('b');
        expect(await readModel.halt(late, { position: 1n, event: 'x', error: 'y' })).toBe(false);
      });
    });

    describe('dropping', () => {
      test('removes rows and position and fences holders out', async () => {
        const lease = await insert({ a: { name: 'one' } });
        await readModel.drop(projection);
        expect(await stored()).toEqual([]);
        expect((await state())?.position).toBe(0n);
        expect(await readModel.commit(lease, step(1, 2), LEASE_MS)).toBe(false);
        expect((await claimed('b')).position).toBe(0n);
      });
    });

    describe('preparing', () => {
      test('again keeps rows and positions', async () => {
        await insert({ a: { name: 'one' } });
        await readModel.prepare([projection], 1);
        expect(await stored()).toHaveLength(1);
        expect((await state())?.position).toBe(1n);
      });
      test('by several at once makes one place', async () => {
        const fresh = things(`fresh_${nth}`);
        await Promise.all(Array.from({ length: 4 }, () => readModel.prepare([fresh], 2)));
        expect((await readModel.states()).filter(({ name }) => name === fresh.name)).toHaveLength(2);
      });
      test('with another number of parts keeps the position when nobody holds one', async () => {
        await readModel.release(await insert({ a: { name: 'one' } }));
        await readModel.prepare([projection], 4);
        const states = (await readModel.states()).filter(({ name }) => name === projection.name);
        expect(states.map(({ part, position }) => [part, position])).toEqual([0, 1, 2, 3].map((part) => [part, 1n]));
      });
      test('with another number of parts is refused while one is held', async () => {
        await claimed();
        await expect(readModel.prepare([projection], 4)).rejects.toThrow('has 1 parts and 4 were asked');
      });
    });

    describe('reading', () => {
      test('gives documents as they were written, whatever characters they hold', async () => {
        const doc = { name: NASTY, count: -9_223_372_036_854_775_808n, on: '1999-12-31', id: ID(1), text: NASTY };
        await insert({ 'uscc:X 1': doc });
        expect(await readModel.get(projection, 'uscc:X 1')).toEqual(doc);
        expect((await stored())[0]).toEqual({
          key: 'uscc:X 1',
          cells: [NASTY, '-9223372036854775808', '1999-12-31', ID(1)],
          text: projection.encode(doc),
        });
      });
      test('gives undefined for a key that is not stored', async () => {
        expect(await readModel.get(projection, 'nothing')).toBeUndefined();
      });
      test('gets many, leaving out what is not stored', async () => {
        await insert({ a: { name: 'one' }, b: { name: 'two' } });
        const found = await readModel.getMany(projection, ['a', 'x', 'b']);
        expect([...found].toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
          ['a', { name: 'one' }],
          ['b', { name: 'two' }],
        ]);
      });
      test('gives all rows in the order of code points', async () => {
        await insert({ '\u{20000}': {}, '\uff21': {}, b: {}, a: {}, 'a b': {} });
        expect((await stored()).map(({ key }) => key)).toEqual(['a', 'a b', 'b', '\uff21', '\u{20000}']);
      });
      test('refuses an index that does not exist, a page too large and too many keys', async () => {
        await expect(readModel.scan(projection, { index: 'by_x', equal: [], limit: 1 })).rejects.toThrow(
          'no index by_x',
        );
        await expect(readModel.scan(projection, { index: 'by_name', equal: [], limit: 1_001 })).rejects.toThrow(
          '1000 rows',
        );
        await expect(readModel.getMany(projection, Array.from({ length: 20_001 }, String))).rejects.toThrow(
          '20000 rows',
        );
      });
    });

    describe.each(['without indexes', 'with indexes'])('scanning %s', (how) => {
      beforeEach(async () => {
        await insert({
          k1: { name: 'alpha', count: 10n, on: '2026-01-02', id: ID(1) },
          k2: { name: 'alpha', count: 9n },
          k3: { name: 'alphabet', count: -1n, on: '2025-12-31' },
          k4: { name: 'beta' },
          k5: { count: 5n },
          k6: { name: 'beta', count: 5n },
        });
        if (how === 'with indexes') await readModel.index(projection);
      });
      test.each([
        ['all rows of an index in order', { index: 'by_name', equal: [], limit: 9 }, 'k1 k2 k3 k4 k6'],
        ['in descending order', { index: 'by_name', equal: [], descending: true, limit: 9 }, 'k6 k4 k3 k2 k1'],
        ['a first page', { index: 'by_name', equal: [], limit: 2 }, 'k1 k2'],
        ['the page after a row', { index: 'by_name', equal: [], after: ['alpha', 'k2'], limit: 9 }, 'k3 k4 k6'],
        [
          'descending after a row',
          { index: 'by_name', equal: [], after: ['beta', 'k4'], descending: true, limit: 9 },
          'k3 k2 k1',
        ],
        ['rows equal in a column', { index: 'by_name', equal: ['alpha'], limit: 9 }, 'k1 k2'],
        ['equal rows after a key', { index: 'by_name', equal: ['alpha'], after: ['k1'], limit: 9 }, 'k2'],
        ['numbers in their own order', { index: 'by_name_and_count', equal: ['alpha'], limit: 9 }, 'k2 k1'],
        ['numbers after one', { index: 'by_name_and_count', equal: ['alpha'], after: [9n, 'k2'], limit: 9 }, 'k1'],
        ['two equal columns', { index: 'by_name_and_count', equal: ['alpha', 9n], limit: 9 }, 'k2'],
        ['only rows that have all columns', { index: 'by_name_and_count', equal: ['beta'], limit: 9 }, 'k6'],
        ['text by its beginning', { index: 'by_name', equal: [], prefix: 'alpha', limit: 9 }, 'k1 k2 k3'],
        ['text by a longer beginning', { index: 'by_name', equal: [], prefix: 'alphab', limit: 9 }, 'k3'],
        ['days in order', { index: 'by_day', equal: [], limit: 9 }, 'k3 k1'],
        ['one id', { index: 'by_id', equal: [ID(1)], limit: 9 }, 'k1'],
        ['no id that is not there', { index: 'by_id', equal: [ID(2)], limit: 9 }, ''],
        ['all rows by key', { index: BY_KEY, equal: [], limit: 9 }, 'k1 k2 k3 k4 k5 k6'],
        ['rows by key after one', { index: BY_KEY, equal: [], after: ['k4'], limit: 9 }, 'k5 k6'],
        ['keys by their beginning', { index: BY_KEY, equal: [], prefix: 'k', limit: 9 }, 'k1 k2 k3 k4 k5 k6'],
        ['the last key of a beginning', { index: BY_KEY, equal: [], prefix: 'k', descending: true, limit: 1 }, 'k6'],
      ] as const)('gives %s', async (_what, scan, expected) => {
        const rows = await readModel.scan(projection, scan);
        expect(rows.map(({ key }) => key).join(' ')).toBe(expected);
      });

      test('counts rows of an index up to a limit', async () => {
        expect(await readModel.count(projection, 'by_name', ['alpha'], 100)).toBe(2);
        expect(await readModel.count(projection, 'by_name', [], 3)).toBe(3);
        expect(await readModel.count(projection, BY_KEY, [], 100)).toBe(6);
      });
    });
  });
};
