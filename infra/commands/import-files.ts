// `huixin import`: puts the rows of files on the ledger and says what became of each.
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { ImportMistake } from '../../src/import/import-mistake.ts';
import { EventStoreUnavailable } from '../../src/ledger/event-store.ts';
import { importFile, type ImportedFile, type ImportMeans } from '../import/import-file.ts';
import { writeRefused } from '../import/refused-csv.ts';
import { openLedger, type OpenLedger } from '../open-ledger.ts';
import { EXIT, toJson, UsageError, type CommandContext, type Console, type ExitCode } from './command.ts';
import { progressLine } from './progress-line.ts';

/** Options as the command line gives them. */
export interface ImportOptions {
  readonly form: string;
  readonly source?: string | undefined;
  readonly asOf?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly refusedTo?: string | undefined;
}

/** Problems that are printed for people; `--json` has more. */
const PROBLEMS_SHOWN_MAX = 20;
/** Only the owner may read a file of refused rows: they may hold personal data. */
const PRIVATE_FILE = 0o600;

export const importFiles = async (
  paths: readonly string[],
  options: ImportOptions,
  context: CommandContext,
): Promise<ExitCode> => {
  if (options.refusedTo !== undefined && paths.length > 1) {
    throw new UsageError('--refused-to takes the refused rows of one file: import the files one by one.');
  }
  const ledger = await openLedger(context.config);
  try {
    const imported: ImportedFile[] = [];
    for (const path of paths) {
      const one = await importOne(path, options, ledger, context);
      imported.push(one);
      if (!context.json) tell(one, options, context.console);
      if (one.result.stopped !== undefined) break;
    }
    const receipts = imported.map(({ receipt }) => receipt);
    if (context.json) context.console.out(toJson(receipts.length === 1 ? receipts[0] : { files: receipts }));
    const [first] = receipts;
    if (options.refusedTo !== undefined && first !== undefined)
      await saveRefused(first.batch, options.refusedTo, ledger);
    const stopped = imported.find(({ result }) => result.stopped !== undefined)?.result.stopped;
    if (stopped !== undefined)
      throw new EventStoreUnavailable(`the import stopped: ${stopped.message}; import the same file again to go on`, {
        cause: stopped,
      });
    return receipts.some(({ refused, quarantined }) => refused + quarantined > 0) ? EXIT.doneWithRefusals : EXIT.done;
  } finally {
    await ledger.close();
  }
};

/** Imports one file with a progress line where a person watches. */
const importOne = async (
  path: string,
  options: ImportOptions,
  ledger: OpenLedger,
  { config, console, signal }: CommandContext,
): Promise<ImportedFile> => {
  const progress = progressLine(console, () => ledger.clock.monotonicMs());
  const asked = {
    path,
    form: options.form,
    source: options.source ?? (options.form === 'ndjson' ? config.operator : undefined),
    asOf: options.asOf,
    isDryRun: options.dryRun === true,
  };
  try {
    return await importFile(asked, {
      ...importMeans(ledger),
      signal,
      onProgress: ({ rows, readBytes, size }) =>
        progress.show({ done: readBytes, of: size, label: `${rows} rows`, count: rows }),
    });
  } catch (error) {
    if (!(error instanceof ImportMistake)) throw error;
    throw new UsageError(`${basename(path)}: ${error.message}`, { cause: error });
  } finally {
    progress.end();
  }
};

/** What importing needs of an open ledger. */
export const importMeans = (ledger: OpenLedger): ImportMeans => ({
  recorder: ledger.recorder,
  waitingRows: ledger.waitingRows,
  today: ledger.today(),
  monotonicMs: () => ledger.clock.monotonicMs(),
});

const tell = ({ receipt, result }: ImportedFile, { dryRun }: ImportOptions, console: Console): void => {
  const { file, rows, recorded, changed, corrected, alreadyThere, refused, quarantined, seconds, problems } = receipt;
  const would = dryRun === true ? 'would be ' : '';
  console.out(
    `${file}: ${rows} rows in ${seconds} s: ${would}${recorded} recorded, ${changed} changed, ${corrected} corrected, ` +
      `${alreadyThere} already there, ${refused} refused, ${quarantined} quarantined (batch ${receipt.batch}).`,
  );
  for (const { line, column, code, message, fix } of problems.slice(0, PROBLEMS_SHOWN_MAX)) {
    console.out(`  line ${line}${column === null ? '' : `, ${column}`}: ${code}: ${message}; ${fix}`);
  }
  const more = Math.max(0, problems.length - PROBLEMS_SHOWN_MAX) + result.problemsLeftOut;
  if (more > 0) console.out(`  … and ${more} more; --json lists them, --refused-to writes the refused rows.`);
};

const saveRefused = async (batch: string, path: string, { waitingRows, recorder }: OpenLedger): Promise<void> => {
  const file = await open(path, 'w', PRIVATE_FILE);
  try {
    await writeRefused(batch, async (text) => void (await file.write(text)), { waitingRows, sealer: recorder });
  } finally {
    await file.close();
  }
};
