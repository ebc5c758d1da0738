// Puts the rows of a file on the ledger, group by group, and counts what became of each.
import { EventStoreUnavailable } from '../ledger/event-store.ts';
import type { Handover, Recorder } from '../ledger/record.ts';
import { KmsUnavailable } from '../seal/key-vault.ts';
import { rehearsal } from './dry-run.ts';
import { formId, type Form } from './form.ts';
import { prepareGroup, settleGroup, type GroupContext } from './import-group.ts';
import { startTally, type Counts, type SettledRow, type Tally } from './import-tally.ts';
import type { ReadFile, ReadRow } from './read-rows.ts';
import { sealRows, type WaitingRows } from './waiting-rows.ts';

/** Rows of one group, each of which makes one round trip to read and one to append. */
export const GROUP_ROWS_MAX = 2_000;
/** Characters of one group's cells, unless a single row has more: rows may be long, and groups stand in memory whole. */
export const GROUP_CHARACTERS_MAX = 8_388_608;
/** Groups under way at once: while one is written the next is read and decided. */
export const GROUPS_IN_FLIGHT_MAX = 3;
/** Tries of one step while a store is down, and the pause before the second, doubled for each further one. */
export const TRIES_MAX = 6;
const RETRY_PAUSE_MS = 250;

export interface ImportInput {
  readonly recorder: Recorder;
  readonly waitingRows: WaitingRows;
  readonly form: Form;
  readonly file: ReadFile;
  /** SHA-256 of the bytes of the file, lower-case hex. */
  readonly sha256: string;
  readonly handover: Handover;
  /** Counts what would happen and writes nothing, not even keys. */
  readonly isDryRun?: boolean | undefined;
  readonly onProgress?: ((counts: Counts & { readonly rows: number }) => void) | undefined;
  /** Stops after the groups under way. */
  readonly signal?: AbortSignal | undefined;
  /** Waits; retries need it. */
  readonly pause: (ms: number) => Promise<void>;
}

/** `stopped` when not every row was settled: what is counted is on the ledger, and the same import again goes on from there. */
export interface ImportResult extends Tally {
  readonly stopped?: Error | undefined;
}

/** The import was told to stop before its last row. */
export class ImportAborted extends Error {
  override name = 'ImportAborted';
}

/**
 * Imports one file. Every row ends as exactly one of the outcomes. Groups that touch the same stream keep their order. A
 * batch that was finished before is recognised by its receipt: only what was refused then is tried again.
 * @throws ImportMistake when the file is not what the form needs, and faults; on a store that stays down it ends `stopped`.
 */
export const importFacts = async (input: ImportInput): Promise<ImportResult> => {
  const { handover, waitingRows, form, sha256, isDryRun = false, file, onProgress, signal } = input;
  const { batch } = handover.source;
  const persistently = retrying(input.pause);
  const receipt = await persistently(() => waitingRows.receipt(batch));
  const columns = await persistently(() => waitingRows.page(batch, { kind: 'columns', afterLine: -1, limit: 1 }));
  const context: GroupContext = {
    recorder: isDryRun ? rehearsal(input.recorder) : input.recorder,
    waitingRows,
    form,
    handover,
    isDryRun,
    isFinished: receipt !== undefined,
    mayWait: columns.length > 0,
    putHeader: once(() => persistently(() => putHeader(input))),
    persistently,
  };
  const tally = startTally(file.notices);
  const line = workLine((rows) => {
    rows.forEach(tally.add);
    onProgress?.(tally.counts());
  });
  try {
    for await (const rows of groupsOf(file.rows)) {
      if (signal?.aborted === true) line.stop(new ImportAborted('the import was stopped; import the same file again'));
      if (line.stopped() !== undefined) break;
      const group = await prepareGroup(rows, context).catch(line.stop);
      if (group === undefined) break;
      await line.start(group.streams, () => settleGroup(group, context));
    }
  } finally {
    await line.finish();
  }
  const stopped = line.stopped();
  const total = isDryRun ? withoutPositions(tally.total()) : tally.total();
  if (stopped !== undefined && !isOutage(stopped) && !(stopped instanceof ImportAborted)) throw stopped;
  if (stopped === undefined && receipt === undefined && !isDryRun) {
    const { agency, assertedOn } = handover.source;
    await persistently(() => waitingRows.finish({ ...total, batch, form: formId(form), agency, assertedOn, sha256 }));
  }
  return stopped === undefined ? total : { ...total, stopped };
};

/** Runs tasks at once that touch different things, hands their results on in the order they were started. */
const workLine = (onDone: (rows: readonly SettledRow[]) => void) => {
  const running = new Set<{ readonly streams: ReadonlySet<string>; readonly done: Promise<void> }>();
  let told: Promise<void> = Promise.resolve();
  let stopped: Error | undefined;

  const stop = (reason: unknown): undefined => {
    stopped ??= reason instanceof Error ? reason : new Error(String(reason));
  };

  return {
    stop,
    stopped: () => stopped,
    async start(streams: ReadonlySet<string>, task: () => Promise<readonly SettledRow[]>): Promise<void> {
      for (const other of running) if (isShared(streams, other.streams)) await other.done;
      while (running.size >= GROUPS_IN_FLIGHT_MAX) await Promise.race([...running].map(({ done }) => done));
      if (stopped !== undefined) return;
      const result = task().catch(stop);
      const entry = {
        streams,
        done: result.then(() => void running.delete(entry)),
      };
      running.add(entry);
      told = Promise.all([result, told]).then(([rows]) => (rows === undefined ? undefined : onDone(rows)));
    },
    finish: () => told,
  };
};

const isShared = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean => {
  for (const one of some) if (others.has(one)) return true;
  return false;
};

/** Rows in groups of at most GROUP_ROWS_MAX rows and GROUP_CHARACTERS_MAX characters; a longer row is a group alone. */
export async function* groupsOf(rows: AsyncIterable<readonly ReadRow[]>): AsyncGenerator<readonly ReadRow[]> {
  let group: ReadRow[] = [];
  let characters = 0;
  for await (const some of rows) {
    for (const row of some) {
      const more = charactersOf(row);
      const isFull = group.length >= GROUP_ROWS_MAX || characters + more > GROUP_CHARACTERS_MAX;
      if (isFull && group.length > 0) {
        yield group;
        group = [];
        characters = 0;
      }
      group.push(row);
      characters += more;
    }
  }
  if (group.length > 0) yield group;
}

const charactersOf = ({ cells }: ReadRow): number => {
  let characters = 0;
  for (const cell of cells) characters += cell.length;
  return characters;
};

/** What a rehearsal would append has no position. */
const withoutPositions = ({ firstPosition: _first, lastPosition: _last, ...tally }: Tally): Tally => tally;

/** The header of the file waits at line 0, so that refused rows can be written out under its names. */
const putHeader = async ({ handover, waitingRows, recorder, file }: ImportInput): Promise<void> => {
  const { batch } = handover.source;
  const header = { line: 0, kind: 'columns', cells: file.header, remarks: [] } as const;
  await waitingRows.put(batch, await sealRows(batch, [header], recorder));
};

const once = <Result>(task: () => Promise<Result>): (() => Promise<Result>) => {
  let running: Promise<Result> | undefined;
  return () => (running ??= task());
};

const isOutage = (error: unknown): boolean => error instanceof EventStoreUnavailable || error instanceof KmsUnavailable;

const retrying =
  (pause: (ms: number) => Promise<void>): GroupContext['persistently'] =>
  async (task) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await task();
      } catch (error) {
        if (!isOutage(error) || tries === TRIES_MAX) throw error;
        await pause(RETRY_PAUSE_MS * 2 ** (tries - 1));
      }
    }
  };
