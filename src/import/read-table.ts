// Rows of a table under a form's column names, whatever the file calls its columns and in which order they stand.
import { refusal, type Refusal } from '../fact.ts';
import { halfWidth } from '../half-width.ts';
import { redact, scanIdentifiers } from '../seal/identifier-scan.ts';
import type { CsvRow } from './read-csv.ts';
import type { Cells, Column, Remark } from './form.ts';
import { ImportMistake } from './import-mistake.ts';

/** A row with its cells as read and, unless it is refused, under the form's names. */
export type TableRow =
  | { readonly line: number; readonly cells: readonly string[]; readonly values: Cells; readonly refusal?: undefined }
  | { readonly line: number; readonly cells: readonly string[]; readonly refusal: Refusal };

/** `header` as read; `notices` on columns that the form does not know; `rows` in groups. */
export interface Table {
  readonly header: readonly string[];
  readonly notices: readonly Remark[];
  readonly rows: AsyncIterable<readonly TableRow[]>;
}

/** Characters of a foreign column's name that a notice repeats. */
const COLUMN_NAME_MAX = 40;

/**
 * Reads the header and then row by row. A row with another number of cells than the header is refused alone.
 * @throws ImportMistake when there is no header, a required column is missing, or two columns are the same one. Its message
 *   names what is accepted, never what was found: a file without a header begins with data.
 */
export const readTable = async (rows: AsyncIterable<readonly CsvRow[]>, columns: readonly Column[]): Promise<Table> => {
  const groups = rows[Symbol.asyncIterator]();
  const first = await groups.next();
  const [header, ...others] = first.done === true ? [] : first.value;
  if (header === undefined) throw new ImportMistake('the file is empty: its first row must name the columns');
  if (header.refusal !== undefined)
    throw new ImportMistake(`the first row must name the columns: ${header.refusal.message}`);
  const places = placesOf(header.cells, columns);
  const known = new Set(places.values());
  return {
    header: header.cells,
    notices: header.cells.flatMap((cell, index) => (known.has(index) ? [] : [ignored(cell)])),
    rows: tableRows(others, { [Symbol.asyncIterator]: () => groups }, reader(header.cells.length, columns, places)),
  };
};

async function* tableRows(
  first: readonly CsvRow[],
  others: AsyncIterable<readonly CsvRow[]>,
  read: (row: CsvRow) => TableRow,
): AsyncGenerator<readonly TableRow[]> {
  yield first.map(read);
  for await (const group of others) yield group.map(read);
}

const reader = (width: number, columns: readonly Column[], places: ReadonlyMap<string, number>) => {
  const named = columns.map(({ name }) => ({ name, place: places.get(name) ?? -1 }));
  const ragged = refusal(
    'row-unreadable',
    `the row has another number of cells than the header, which has ${width}`,
    'put cells that hold a comma or a line break in quotes, and fill missing cells with nothing between commas',
  );
  return ({ line, cells, refusal: unreadable }: CsvRow): TableRow => {
    if (unreadable !== undefined) return { line, cells, refusal: unreadable };
    if (cells.length !== width) return { line, cells, refusal: ragged };
    const values: Record<string, string> = {};
    for (const { name, place } of named) values[name] = cells[place] ?? '';
    return { line, cells, values };
  };
};

/** Index of each column of the form that the file has. */
const placesOf = (header: readonly string[], columns: readonly Column[]): ReadonlyMap<string, number> => {
  const names = new Map(
    columns.flatMap(({ name, aliases }) => [name, ...aliases].map((label): [string, string] => [plain(label), name])),
  );
  const places = new Map<string, number>();
  for (const [index, cell] of header.entries()) {
    const name = names.get(plain(cell));
    if (name === undefined) continue;
    if (places.has(name)) {
      throw new ImportMistake(`two columns of the file stand for "${name}": keep one of them and import again`);
    }
    places.set(name, index);
  }
  const missing = columns.filter(({ name, isRequired }) => isRequired === true && !places.has(name));
  if (missing.length > 0) {
    const accepted = missing.map(({ name, aliases }) => [name, ...aliases].join(' or ')).join('; and ');
    throw new ImportMistake(
      `the first row of the file does not name every column that is needed. Missing: ${accepted}. ` +
        'Columns are separated by commas.',
    );
  }
  return places;
};

/** A column's name without what differs between files: width, case, spaces, unseen signs, underscores, hyphens. */
const plain = (label: string): string =>
  halfWidth(label)
    .replace(/[\s_\u200b-\u200f\u2060\ufeff-]/g, '')
    .toLowerCase();

const ignored = (cell: string): Remark => {
  const name = cell.slice(0, COLUMN_NAME_MAX).trim();
  return {
    code: 'column-ignored',
    message: `the form has no column "${redact(name, scanIdentifiers(name))}": it was ignored`,
    fix: 'nothing, unless its name should be one that the form knows',
  };
};
