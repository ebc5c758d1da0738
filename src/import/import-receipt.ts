// The result of an import as the outside contract words it.
import type { Day } from '../day.ts';
import type { Tally } from './import-tally.ts';

/** What a tally does not know of its import. `asOf` is the day as of which the rows were stated. */
export interface ImportedFile {
  readonly batch: string;
  readonly file: string;
  readonly sha256: string;
  readonly form: string;
  readonly asOf: Day;
  readonly seconds: number;
}

/** One object for `--json`: positions are decimal text, what is absent is null. */
export const importReceipt = ({ batch, file, sha256, form, asOf, seconds }: ImportedFile, tally: Tally) => ({
  batch,
  file,
  sha256,
  form,
  asOf,
  rows: tally.rows,
  recorded: tally.recorded,
  changed: tally.changed,
  corrected: tally.corrected,
  alreadyThere: tally.alreadyThere,
  refused: tally.refused,
  quarantined: tally.quarantined,
  firstPosition: tally.firstPosition === undefined ? null : String(tally.firstPosition),
  lastPosition: tally.lastPosition === undefined ? null : String(tally.lastPosition),
  seconds,
  problems: tally.problems.map(({ line, column, code, message, fix }) => ({
    line,
    column: column ?? null,
    code,
    message,
    fix,
  })),
});
