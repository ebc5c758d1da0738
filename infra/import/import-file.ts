// Imports one file from disk: checks what was asked, opens it, and hands its rows to the ledger.
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDay, type Day } from '../../src/day.ts';
import { usccForm } from '../../src/facts/members.ts';
import { batchId } from '../../src/import/batch.ts';
import { formId, type Form } from '../../src/import/form.ts';
import { formNamed, forms } from '../../src/import/forms/index.ts';
import { importFacts, type ImportResult } from '../../src/import/import-facts.ts';
import { ImportMistake } from '../../src/import/import-mistake.ts';
import { importReceipt } from '../../src/import/import-receipt.ts';
import type { Counts } from '../../src/import/import-tally.ts';
import { readRows } from '../../src/import/read-rows.ts';
import type { WaitingRows } from '../../src/import/waiting-rows.ts';
import type { Recorder } from '../../src/ledger/record.ts';
import { openFile, openPlainFile, type FileLimits } from './open-file.ts';

/** How far an import is; `readBytes` of `size` bytes on disk are read. */
export type ImportProgress = Counts & { readonly rows: number; readonly readBytes: number; readonly size: number };

export interface FileToImport {
  readonly path: string;
  readonly form: string;
  /** Code of the body that states the rows. */
  readonly source?: string | undefined;
  /** Day as of which the file was made; absent: today, and then the day is no part of the batch. */
  readonly asOf?: string | undefined;
  readonly isDryRun?: boolean | undefined;
}

export interface ImportMeans {
  readonly recorder: Recorder;
  readonly waitingRows: WaitingRows;
  readonly today: Day;
  readonly monotonicMs: () => number;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: FileLimits | undefined;
}

/** `receipt`: as the outside contract words it. `result`: with everything. */
export interface ImportedFile {
  readonly receipt: ReturnType<typeof importReceipt>;
  readonly result: ImportResult;
}

/**
 * Imports one file. `result.stopped` is set when a store stayed down or the caller aborted: the receipt counts what is on
 * the ledger then, and the same import again goes on from there.
 * @throws ImportMistake when file or options are not usable (nothing of it is recorded unless it broke off half-way).
 */
export const importFile = async (asked: FileToImport, means: ImportMeans): Promise<ImportedFile> => {
  const { form, agency, asOf } = checkedOptions(asked, means.today);
  const startedMs = means.monotonicMs();
  const opened = await openFile(asked.path, means.limits);
  try {
    const { sha256, size, readBytes } = opened;
    const batch = batchId({ form: formId(form), agency, asOf, sha256 });
    const assertedOn = asOf ?? means.today;
    const file = await readRows(form, opened.bytes);
    const { recorder, waitingRows, signal, onProgress } = means;
    const result = await importFacts({
      recorder,
      waitingRows,
      form,
      file,
      sha256,
      handover: { source: { kind: 'agency', agency, form: formId(form), assertedOn, batch }, today: means.today },
      isDryRun: asked.isDryRun,
      signal,
      onProgress: (counts) => onProgress?.({ ...counts, readBytes: readBytes(), size }),
      pause: (ms) => pause(ms),
    });
    const seconds = Math.round(means.monotonicMs() - startedMs) / 1_000;
    const about = { batch, file: basename(asked.path), sha256, form: form.name, asOf: assertedOn, seconds };
    return { receipt: importReceipt(about, result), result };
  } finally {
    await opened.close();
  }
};

/**
 * Looks at options and file without reading its rows, so that several files can be looked at before the first is recorded.
 * @throws ImportMistake
 */
export const checkFile = async (asked: FileToImport, today: Day): Promise<void> => {
  checkedOptions(asked, today);
  const file = await openPlainFile(asked.path);
  await file.close();
};

const checkedOptions = (
  { form: name, source, asOf }: FileToImport,
  today: Day,
): { form: Form; agency: string; asOf: Day | undefined } => {
  const form = formNamed(name);
  if (form === undefined) {
    throw new ImportMistake(`there is no form of that name; forms: ${forms.map((known) => known.name).join(', ')}`);
  }
  if (source === undefined && form.sourceRequired) {
    throw new ImportMistake(
      `form ${form.name} does not say which body states its rows: add --source and that body's unified social credit code`,
    );
  }
  if (source !== undefined && !usccForm.safeParse(source).success) {
    throw new ImportMistake(
      '--source is no unified social credit code: 18 characters as on the certificate of the body',
    );
  }
  if (asOf !== undefined && !isDay(asOf)) throw new ImportMistake('--as-of is no day: write it as 2026-05-06');
  if (asOf !== undefined && asOf > today)
    throw new ImportMistake('--as-of lies after today: a file states what is known');
  return { form, agency: source ?? '', asOf };
};
