// `huixin import`: puts the rows of files on the ledger and says what became of each.
import { open, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { ImportAborted } from '../../src/import/import-facts.ts';
import { ImportMistake } from '../../src/import/import-mistake.ts';
import { PROBLEMS_MAX } from '../../src/import/import-tally.ts';
import { EventStoreUnavailable } from '../../src/ledger/event-store.ts';
import {
  checkFile,
  importFile,
  type FileToImport,
  type ImportedFile,
  type ImportMeans,
} from '../import/import-file.ts';
import { writeRefused } from '../import/refused-csv.ts';
import { openLedger, type OpenLedger } from '../open-ledger.ts';
import { EXIT, Interrupted, toJson, UsageError, type CommandContext, type Console, type ExitCode } from './command.ts';
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
  let refusedTo: FileHandle | undefined;
  try {
    for (const path of paths) await checkOne(path, options, ledger, context);
    if (options.refusedTo !== undefined) refusedTo = await openRefused(options.refusedTo, paths);
    const imported = await importAll(paths, options, ledger, context);
    const [first] = imported;
    if (refusedTo !== undefined && first !== undefined) await saveRefused(first.receipt.batch, refusedTo, ledger);
    const stopped = imported.find(({ result }) => result.stopped !== undefined)?.result.stopped;
    if (stopped instanceof ImportAborted)
      throw new Interrupted('stopped on request: what is counted is recorded; import the same file again to go on');
    if (stopped !== undefined)
      throw new EventStoreUnavailable(`the import stopped: ${stopped.message}; import the same file again to go on`, {
        cause: stopped,
      });
    const isClean = imported.every(({ receipt: { refused, quarantined } }) => refused + quarantined === 0);
    return isClean ? EXIT.done : EXIT.doneWithRefusals;
  } finally {
    await refusedTo?.close();
    await ledger.close();
  }
};

/** Imports file after file. When one fails, what became of those before it is told all the same. */
const importAll = async (
  paths: readonly string[],
  options: ImportOptions,
  ledger: OpenLedger,
  context: CommandContext,
): Promise<readonly ImportedFile[]> => {
  const imported: ImportedFile[] = [];
  const tellJson = (): void => {
    const receipts = imported.map(({ receipt }) => receipt);
    if (context.json) context.console.out(toJson(paths.length === 1 ? receipts[0] : { files: receipts }));
  };
  for (const path of paths) {
    const one = await importOne(path, options, ledger, context).catch((error: unknown) => {
      if (imported.length > 0) tellJson();
      throw error;
    });
    imported.push(one);
    if (!context.json) tell(one, options, context.console);
    if (one.result.stopped !== undefined) break;
  }
  tellJson();
  return imported;
};

const askedOf = (path: string, options: ImportOptions, { config }: CommandContext): FileToImport => ({
  path,
  form: options.form,
  source: options.source ?? (options.form === 'ndjson' ? config.operator : undefined),
  asOf: options.asOf,
  isDryRun: options.dryRun === true,
});

/** @throws UsageError for a mistake that can be seen before any row is read. */
const checkOne = async (
  path: string,
  options: ImportOptions,
  ledger: OpenLedger,
  context: CommandContext,
): Promise<void> => checkFile(askedOf(path, options, context), ledger.today()).catch(asUsageError(path));

const asUsageError =
  (path: string) =>
  (error: unknown): never => {
    if (!(error instanceof ImportMistake)) throw error;
    throw new UsageError(`${basename(path)}: ${error.message}`, { cause: error });
  };

/** Imports one file with a progress line where a person watches. */
const importOne = async (
  path: string,
  options: ImportOptions,
  ledger: OpenLedger,
  context: CommandContext,
): Promise<ImportedFile> => {
  const { console, signal } = context;
  const progress = progressLine(console, () => ledger.clock.monotonicMs());
  try {
    return await importFile(askedOf(path, options, context), {
      ...importMeans(ledger),
      signal,
      onProgress: ({ rows, readBytes, size }) =>
        progress.show({ done: readBytes, of: size, label: `${rows} rows`, count: rows }),
    }).catch(asUsageError(path));
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
  const unseen = Math.max(0, problems.length - PROBLEMS_SHOWN_MAX);
  if (unseen > 0) console.out(`  … and ${unseen} more, which --json lists.`);
  const { problemsLeftOut } = result;
  if (problemsLeftOut > 0) console.out(`  … and ${problemsLeftOut} more, past the ${PROBLEMS_MAX} that --json lists.`);
  if (unseen + problemsLeftOut > 0 && refused > 0 && dryRun !== true)
    console.out('  --refused-to writes every refused row with its reasons.');
};

/**
 * Opens the file for refused rows before anything is recorded; what it holds is kept until there is something to write.
 * @throws UsageError when it cannot be written, or is one of the files to import.
 */
const openRefused = async (path: string, paths: readonly string[]): Promise<FileHandle> => {
  if (paths.some((other) => resolve(other) === resolve(path)))
    throw new UsageError('--refused-to names the file that is imported: name another one.');
  const file = await open(path, 'a', PRIVATE_FILE).catch((error: unknown) => {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new UsageError(`--refused-to: the file cannot be written (${code}): name another one.`, { cause: error });
  });
  try {
    if ((await file.stat()).isFile()) await file.chmod(PRIVATE_FILE); // Also where it existed, open to others.
    return file;
  } catch (error) {
    await file.close();
    throw new UsageError('--refused-to: the file cannot be made private: name another one.', { cause: error });
  }
};

const saveRefused = async (batch: string, file: FileHandle, { waitingRows, recorder }: OpenLedger): Promise<void> => {
  if ((await file.stat()).isFile()) await file.truncate(0);
  await writeRefused(batch, async (text) => void (await file.write(text)), { waitingRows, sealer: recorder });
};
