// The contract of the waiting rows port: every adapter runs it whole.
import { describe, expect, test } from 'vitest';
import {
  WAITING_ROWS_PER_CALL_MAX,
  type BatchReceipt,
  type SealedRow,
  type WaitingRows,
} from '../../src/import/waiting-rows.ts';
import { uuidOfText } from '../../src/ledger/event.ts';

const SUBJECT = '00000000-0000-4000-8000-000000000001';
const row = (line: number, kind: SealedRow['kind'] = 'refused', text = `row ${line}`): SealedRow => ({
  line,
  kind,
  subject: SUBJECT,
  gen: 1,
  iv: Buffer.from('iv iv iv iv '),
  ct: Buffer.from(text),
});

const receiptOf = (batch: string, more: Partial<BatchReceipt> = {}): BatchReceipt => ({
  batch,
  form: 'registration@1',
  agency: '11440300MB2C92168F',
  assertedOn: '2026-03-31',
  sha256: 'a'.repeat(64),
  rows: 6,
  recorded: 1,
  changed: 1,
  corrected: 1,
  alreadyThere: 1,
  refused: 1,
  quarantined: 1,
  firstPosition: 7n,
  lastPosition: 9_007_199_254_740_993n,
  ...more,
});

const textsOf = (rows: readonly SealedRow[]): readonly string[] => rows.map(({ ct }) => Buffer.from(ct).toString());

export const waitingRowsContract = (adapter: string, open: () => Promise<WaitingRows>): void => {
  describe(`waiting rows: ${adapter}`, () => {
    let count = 0;
    const fresh = async () => {
      count += 1;
      return { rows: await open(), batch: uuidOfText(`${adapter} ${count}`) };
    };

    test('give back what was put, by kind, in order of lines, page by page', async () => {
      const { rows, batch } = await fresh();
      await rows.put(batch, [row(9), row(2), row(0, 'columns'), row(5, 'quarantined'), row(7)]);
      const first = await rows.page(batch, { kind: 'refused', afterLine: -1, limit: 2 });
      expect(first[0]).toEqual(row(2));
      expect(textsOf(first)).toEqual(['row 2', 'row 7']);
      expect(textsOf(await rows.page(batch, { kind: 'refused', afterLine: 7, limit: 2 }))).toEqual(['row 9']);
      expect(textsOf(await rows.page(batch, { kind: 'columns', afterLine: -1, limit: 2 }))).toEqual(['row 0']);
    });

    test('tell the kinds on the lines that are asked for', async () => {
      const { rows, batch } = await fresh();
      await rows.put(batch, [row(2), row(5, 'quarantined'), row(7)]);
      const kinds = await rows.kinds(batch, { from: 2, until: 5 });
      expect([...kinds].sort(([a], [b]) => a - b)).toEqual([
        [2, 'refused'],
        [5, 'quarantined'],
      ]);
    });

    test('of one line are replaced, also when the same is put again', async () => {
      const { rows, batch } = await fresh();
      for (const text of ['a', 'b', 'b']) await rows.put(batch, [row(2, 'refused', text)]);
      expect(textsOf(await rows.page(batch, { kind: 'refused', afterLine: -1, limit: 9 }))).toEqual(['b']);
    });

    test('are gone once they are settled, and those of other batches stay', async () => {
      const { rows, batch } = await fresh();
      const other = uuidOfText(`other ${batch}`);
      for (const one of [batch, other]) await rows.put(one, [row(2), row(3)]);
      await rows.settle(batch, [2, 4]);
      expect([...(await rows.kinds(batch, { from: 0, until: 9 })).keys()]).toEqual([3]);
      expect((await rows.kinds(other, { from: 0, until: 9 })).size).toBe(2);
    });

    test('have the receipt of a finished batch, and the first one stays', async () => {
      const { rows, batch } = await fresh();
      expect(await rows.receipt(batch)).toBeUndefined();
      await rows.finish(receiptOf(batch));
      await rows.finish(receiptOf(batch, { rows: 99 }));
      expect(await rows.receipt(batch)).toEqual(receiptOf(batch));
    });

    test('have a receipt without positions when nothing was recorded', async () => {
      const { rows, batch } = await fresh();
      const { firstPosition: _first, lastPosition: _last, ...receipt } = receiptOf(batch);
      await rows.finish(receipt);
      expect(await rows.receipt(batch)).toEqual(receipt);
    });

    test('refuse more than one call may hold', async () => {
      const { rows, batch } = await fresh();
      const limit = WAITING_ROWS_PER_CALL_MAX + 1;
      await expect(rows.page(batch, { kind: 'refused', afterLine: -1, limit })).rejects.toThrow(RangeError);
      await expect(rows.settle(batch, Array<number>(limit).fill(1))).rejects.toThrow(RangeError);
      await expect(rows.put(batch, Array<SealedRow>(limit).fill(row(1)))).rejects.toThrow(RangeError);
    });
  });
};
