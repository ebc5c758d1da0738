// Imports into memory for tests: files as text, outcomes as counts, and what the ledger then says.
import { createHash } from 'node:crypto';
import { memoryWaitingRows } from '../infra/stores/memory-waiting-rows.ts';
import type { Day } from '../src/day.ts';
import { batchId } from '../src/import/batch.ts';
import { formId, type Form } from '../src/import/form.ts';
import { registration } from '../src/import/forms/registration.ts';
import { importFacts, type ImportInput, type ImportResult } from '../src/import/import-facts.ts';
import { readRows } from '../src/import/read-rows.ts';
import type { WaitingRows } from '../src/import/waiting-rows.ts';
import type { Recorder } from '../src/ledger/record.ts';
import { chunksOf } from './chunks.ts';
import { AGENCY, memoryRecorder, TODAY } from './recorder.ts';

export interface Ledger {
  readonly recorder: Recorder;
  readonly waitingRows: WaitingRows;
}

export const memoryLedger = () => ({ recorder: memoryRecorder(), waitingRows: memoryWaitingRows() });

export interface ImportOptions extends Partial<Pick<ImportInput, 'isDryRun' | 'signal' | 'pause' | 'onProgress'>> {
  readonly form?: Form;
  readonly asOf?: Day;
  readonly agency?: string;
  readonly today?: Day;
}

/** Batch that a text becomes when it is imported with these options. */
export const batchOf = (text: string, { form = registration, asOf, agency = AGENCY }: ImportOptions = {}): string =>
  batchId({ form: formId(form), agency, asOf, sha256: sha256Of(text) });

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Imports a text as a file of the usual agency. */
export const importText = async (ledger: Ledger, text: string, options: ImportOptions = {}): Promise<ImportResult> => {
  const { form = registration, asOf, agency = AGENCY, today = TODAY, ...others } = options;
  const source = {
    kind: 'agency' as const,
    agency,
    form: formId(form),
    assertedOn: asOf ?? today,
    batch: batchOf(text, options),
  };
  return importFacts({
    ...ledger,
    form,
    file: await readRows(form, chunksOf(Buffer.from(text))),
    sha256: sha256Of(text),
    handover: { source, today },
    pause: async () => undefined,
    ...others,
  });
};

/** `recorded 2, refused 1`: outcomes that are not zero. */
export const countsOf = (result: ImportResult): string =>
  (['recorded', 'changed', 'corrected', 'alreadyThere', 'refused', 'quarantined'] as const)
    .filter((outcome) => result[outcome] > 0)
    .map((outcome) => `${outcome} ${result[outcome]}`)
    .join(', ');
