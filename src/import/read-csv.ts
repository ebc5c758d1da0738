// CSV by RFC 4180, as a stream, with the line of every row. One broken row never takes others with it.
import { refusal, type Refusal } from '../fact.ts';
import { readText } from './read-text.ts';

/** Longest row and longest cell, in UTF-16 units, and most cells of a row. */
export const CSV_LIMITS = { rowUnitsMax: 262_144, cellUnitsMax: 65_536, cellsMax: 200 } as const;
export type CsvLimits = { readonly [Name in keyof typeof CSV_LIMITS]: number };

/**
 * One row: the physical line on which it begins, counted from 1, and its cells as read. A row that cannot be read has a
 * refusal; what is left of its text are its cells then.
 */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly refusal?: Refusal | undefined;
}

/**
 * Rows of a CSV file in groups, in order; the first is the header. Cells are separated by commas, rows by LF or CRLF; quoted
 * cells may hold both and doubled quotes. Empty rows are left out. Refused, each alone: `row-unreadable` for a quote that
 * is not closed or stands inside an unquoted cell (reading goes on with the next line), `line-too-long`, `text-damaged`.
 * @throws ImportMistake for UTF-16.
 */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array>,
  limits: CsvLimits = CSV_LIMITS,
): AsyncGenerator<readonly CsvRow[]> {
  let rest = '';
  let line = 1;
  for await (const piece of readText(bytes, { encoding: 'detect', lineUnitsMax: limits.rowUnitsMax })) {
    const read = rowsOf(rest === '' ? piece : rest + piece, line, { isEnd: false, limits });
    ({ rest, line } = read);
    if (read.rows.length > 0) yield read.rows;
  }
  const { rows } = rowsOf(rest, line, { isEnd: true, limits });
  if (rows.length > 0) yield rows;
}

interface Reading {
  readonly isEnd: boolean;
  readonly limits: CsvLimits;
}

/** Rows of a text that begins with a row; `rest` is the last one when it may go on. */
const rowsOf = (
  text: string,
  firstLine: number,
  { isEnd, limits }: Reading,
): { rows: CsvRow[]; rest: string; line: number } => {
  const rows: CsvRow[] = [];
  const quotes = finder(text, '"');
  const damage = [finder(text, '\ufffd'), finder(text, '\u0000')];
  let line = firstLine;
  let at = 0;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    if (feed === -1 && !isEnd) break;
    const end = feed === -1 ? text.length : feed;
    const row = quotes(at) < end ? quotedRow(text, at, limits) : plainRow(text, at, end);
    if (row === 'open' && !isEnd) break;
    if (typeof row === 'string' || row.end - at > limits.rowUnitsMax) {
      rows.push(unreadableRow(text.slice(at, end), line, typeof row === 'string' ? row : 'long', limits));
      at = end + 1;
      line += 1;
      continue;
    }
    if (!isBlank(row.cells)) {
      const isDamaged = damage.some((next) => next(at) < row.end);
      rows.push({ line, cells: row.cells, refusal: isDamaged ? TEXT_DAMAGED : limitRefusal(row, at, limits) });
    }
    at = row.end + 1;
    line += 1 + row.feeds;
  }
  return { rows, rest: text.slice(at), line };
};

/** A row in the text: `end` is where its line feed stands or would stand, `feeds` the line feeds inside its cells. */
interface Found {
  readonly cells: readonly string[];
  readonly end: number;
  readonly feeds: number;
}

const plainRow = (text: string, at: number, end: number): Found => {
  const last = end > at && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
  return { cells: text.slice(at, last).split(','), end, feeds: 0 };
};

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** `open`: the text ends inside a quoted cell. `broken`: a quote stands where none may. `long`: past the limit. */
type Unreadable = 'open' | 'broken' | 'long';

/** Looks no further than the limit, counted from the start of the row: what stands behind it never matters. */
const quotedRow = (text: string, start: number, { rowUnitsMax }: CsvLimits): Found | Unreadable => {
  const cells: string[] = [];
  let feeds = 0;
  for (let at = start; ;) {
    let end: number;
    if (text.charCodeAt(at) === QUOTE) {
      const close = closingQuote(text, at + 1);
      if (close === -1 && text.length - start <= rowUnitsMax) return 'open';
      if (close === -1 || close - start > rowUnitsMax) return 'long';
      const cell = text.slice(at + 1, close);
      cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
      feeds += countFeeds(cell);
      end = close + 1;
      if (text.charCodeAt(end) === CARRIAGE_RETURN && text.charCodeAt(end + 1) === LINE_FEED) end += 1;
    } else {
      end = cellEnd(text, at);
      if (end - start > rowUnitsMax) return 'long';
      const cell = text.slice(at, end);
      if (cell.includes('"')) return 'broken';
      const endsRow = text.charCodeAt(end) !== COMMA;
      cells.push(endsRow && cell.endsWith('\r') ? cell.slice(0, -1) : cell);
    }
    if (end >= text.length || text.charCodeAt(end) === LINE_FEED) return { cells, end, feeds };
    if (text.charCodeAt(end) !== COMMA) return 'broken';
    at = end + 1;
  }
};

const closingQuote = (text: string, from: number): number => {
  for (let at = from; ; at += 2) {
    at = text.indexOf('"', at);
    if (at === -1 || text.charCodeAt(at + 1) !== QUOTE) return at;
  }
};

/** Cells are short: a loop beats two searches that may run far past the cell. */
const cellEnd = (text: string, from: number): number => {
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === COMMA || unit === LINE_FEED) return at;
  }
  return text.length;
};

const countFeeds = (cell: string): number => {
  let feeds = 0;
  for (let at = cell.indexOf('\n'); at !== -1; at = cell.indexOf('\n', at + 1)) feeds += 1;
  return feeds;
};

/** Next place of a character from a place on, which only ever grows; past the end when there is none. */
const finder = (text: string, character: string): ((from: number) => number) => {
  let next = -1;
  return (from) => {
    if (next < from) {
      const found = text.indexOf(character, from);
      next = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return next;
  };
};

const isBlank = (cells: readonly string[]): boolean =>
  (cells[0] ?? '').trim() === '' && cells.every((cell) => cell.trim() === '');

const limitRefusal = (
  { cells, end }: Found,
  at: number,
  { cellUnitsMax, cellsMax }: CsvLimits,
): Refusal | undefined => {
  if (cells.length > cellsMax) return TOO_MANY_CELLS;
  return end - at > cellUnitsMax && cells.some((cell) => cell.length > cellUnitsMax) ? CELL_TOO_LONG : undefined;
};

const unreadableRow = (text: string, line: number, reason: Unreadable, limits: CsvLimits): CsvRow => {
  const isLong = text.length > limits.rowUnitsMax;
  return {
    line,
    cells: isLong ? [] : [text.slice(0, limits.cellUnitsMax)],
    refusal: isLong ? LINE_TOO_LONG : UNREADABLE[reason],
  };
};

const TOO_MANY_CELLS = refusal('row-unreadable', 'the row has too many cells', 'state one cell for each column');
const LINE_TOO_LONG = refusal('line-too-long', 'the row is too long', 'shorten its cells, or close its quotes');
const UNREADABLE: { readonly [Reason in Unreadable]: Refusal } = {
  open: refusal('row-unreadable', 'a quoted cell is not closed', 'close the quote, or double it inside a cell'),
  broken: refusal(
    'row-unreadable',
    'a quote stands inside a cell',
    'put the whole cell in quotes and double the quotes inside it',
  ),
  long: LINE_TOO_LONG,
};
const CELL_TOO_LONG = refusal('line-too-long', 'a cell of the row is too long', 'shorten the cell');
export const TEXT_DAMAGED = refusal(
  'text-damaged',
  'the row holds bytes that are no text in the encoding of the file, or signs left by such damage',
  'export the file again from its source as UTF-8',
);
