// Bytes of a file to rows that a form has read: what every format of file gives to an import.
import type { Refusal } from '../fact.ts';
import type { Form, JsonForm, Remark, RowReading, TableForm } from './form.ts';
import { readCsv } from './read-csv.ts';
import { readNdjson } from './read-ndjson.ts';
import { readTable } from './read-table.ts';

/** A row: its physical line, its cells as read, and what the form makes of it. */
export interface ReadRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly reading: RowReading;
}

/** Rows in groups; `header` names the cells; `notices` are about the file as a whole. */
export interface ReadFile {
  readonly header: readonly string[];
  readonly notices: readonly Remark[];
  readonly rows: AsyncIterable<readonly ReadRow[]>;
}

/** @throws ImportMistake, now or while rows are read, when the file is not what the form needs. */
export const readRows = async (form: Form, bytes: AsyncIterable<Uint8Array>): Promise<ReadFile> =>
  form.format === 'table' ? tableFile(form, bytes) : jsonFile(form, bytes);

const tableFile = async (form: TableForm, bytes: AsyncIterable<Uint8Array>): Promise<ReadFile> => {
  const { header, notices, rows } = await readTable(readCsv(bytes), form.columns);
  const groups = async function* (): AsyncGenerator<readonly ReadRow[]> {
    for await (const group of rows) {
      yield group.map((row) => ({
        line: row.line,
        cells: row.cells,
        reading: row.refusal === undefined ? form.read(row.values) : refused(row.refusal),
      }));
    }
  };
  return { header, notices, rows: groups() };
};

const jsonFile = (form: JsonForm, bytes: AsyncIterable<Uint8Array>): ReadFile => {
  const groups = async function* (): AsyncGenerator<readonly ReadRow[]> {
    for await (const group of readNdjson(bytes)) {
      yield group.map((row) => ({
        line: row.line,
        cells: [row.text],
        reading: row.refusal === undefined ? form.read(row.value) : refused(row.refusal),
      }));
    }
  };
  return { header: ['fact'], notices: [], rows: groups() };
};

const refused = ({ code, message, fix }: Refusal): RowReading => ({
  outcome: 'refused',
  remarks: [{ code, message, fix }],
});
