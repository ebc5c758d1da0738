// Writes the refused rows of a batch as CSV, to be mended and imported again.
import { openRows, type RowSealer, type WaitingRows } from '../../src/import/waiting-rows.ts';

const ROWS_PER_PAGE = 100;
const BYTE_ORDER_MARK = '\ufeff';
/** First characters that a spreadsheet takes for a formula. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/**
 * Writes the header of the file with a column `reason` behind it, then the refused rows in order; cells that a spreadsheet
 * would run as formulas begin with an apostrophe. UTF-8 with byte order mark, CRLF. Answers the number of rows.
 * The caller sees to it that the output is private: rows may hold personal data.
 */
export const writeRefused = async (
  batch: string,
  out: (text: string) => Promise<void> | void,
  { waitingRows, sealer }: { readonly waitingRows: WaitingRows; readonly sealer: Pick<RowSealer, 'vault' | 'cipher'> },
): Promise<number> => {
  const headers = await waitingRows.page(batch, { kind: 'columns', afterLine: -1, limit: 1 });
  const [header] = await openRows(batch, headers, sealer);
  const columns = header?.cells ?? [];
  await out(BYTE_ORDER_MARK + csvLine([...columns, 'reason']));
  let count = 0;
  for (let afterLine = -1; ;) {
    const page = await waitingRows.page(batch, { kind: 'refused', afterLine, limit: ROWS_PER_PAGE });
    for (const { line, cells, remarks } of await openRows(batch, page, sealer)) {
      const reasons = remarks.map(({ code, message, fix }) => `${code}: ${message}; ${fix}`).join(' | ');
      const padded = columns.map((_column, index) => cells[index] ?? '');
      await out(csvLine([...padded, `line ${line}: ${reasons}`, ...cells.slice(columns.length)]));
      count += 1;
    }
    afterLine = page.at(-1)?.line ?? afterLine;
    if (page.length < ROWS_PER_PAGE) return count;
  }
};

const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

const csvCell = (cell: string): string => {
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
