// Waiting rows in memory: for tests and as the plainest statement of the port's contract.
import type { BatchReceipt, SealedRow, WaitingKind, WaitingRows } from '../../src/import/waiting-rows.ts';
import { checkWaitingRows } from './waiting-row-checks.ts';

/** Everything lives and dies with the process; otherwise it keeps the whole contract. */
export const memoryWaitingRows = (): WaitingRows => {
  const receipts = new Map<string, BatchReceipt>();
  const batches = new Map<string, Map<number, SealedRow>>();
  const rowsOf = (batch: string): ReadonlyMap<number, SealedRow> => batches.get(batch) ?? new Map();

  return {
    async put(batch, rows) {
      checkWaitingRows(rows.length);
      const stored = batches.get(batch) ?? new Map<number, SealedRow>();
      for (const row of rows) stored.set(row.line, row);
      batches.set(batch, stored);
    },
    async settle(batch, lines) {
      checkWaitingRows(lines.length);
      for (const line of lines) batches.get(batch)?.delete(line);
    },
    async finish(receipt) {
      if (!receipts.has(receipt.batch)) receipts.set(receipt.batch, receipt);
    },
    async receipt(batch) {
      return receipts.get(batch);
    },
    async kinds(batch, { from, until }) {
      const found = new Map<number, WaitingKind>();
      for (const { line, kind } of rowsOf(batch).values()) if (line >= from && line <= until) found.set(line, kind);
      return found;
    },
    async page(batch, { kind, afterLine, limit }) {
      checkWaitingRows(limit);
      return [...rowsOf(batch).values()]
        .filter((row) => row.kind === kind && row.line > afterLine)
        .sort((a, b) => a.line - b.line)
        .slice(0, limit);
    },
    async close() {},
  };
};
