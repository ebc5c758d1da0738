// One group of rows on its way to the ledger: what is recorded, what waits, and what each row comes to.
import type { WaitingKind, WaitingRow, WaitingRows } from './waiting-rows.ts';
import { sealRows } from './waiting-rows.ts';
import type { Refusal } from '../fact.ts';
import {
  prepareStatements,
  recordPrepared,
  type Handover,
  type Outcome,
  type PreparedStatements,
  type Recorder,
  type Stated,
} from '../ledger/record.ts';
import type { Form, Remark, RowReading } from './form.ts';
import type { RowOutcome, SettledRow } from './import-tally.ts';
import type { ReadRow } from './read-rows.ts';

/** What all groups of one import share. */
export interface GroupContext {
  readonly recorder: Recorder;
  readonly waitingRows: WaitingRows;
  readonly form: Form;
  readonly handover: Handover;
  readonly isDryRun: boolean;
  /** The batch was imported to its end before: what did not wait then is there. */
  readonly isFinished: boolean;
  /** Whether anything of the batch waits already. */
  readonly mayWait: boolean;
  /** Puts the header of the file before the first waiting row. */
  readonly putHeader: () => Promise<void>;
  /** Repeats a task while a store is down, a bounded number of times. */
  readonly persistently: <Result>(task: () => Promise<Result>) => Promise<Result>;
}

/** Rows with their statements made ready, by stating body in the order of rows; a group touches `streams` and no other. */
export interface Group {
  readonly rows: readonly ReadRow[];
  readonly runs: readonly { readonly agency: string; readonly prepared: PreparedStatements }[];
  readonly streams: ReadonlySet<string>;
  readonly known: ReadonlyMap<number, WaitingKind>;
}

/** Makes a group ready: nothing is written yet. */
export const prepareGroup = async (read: readonly ReadRow[], context: GroupContext): Promise<Group> => {
  const { waitingRows, handover, mayWait, isFinished, persistently } = context;
  const { agency: ofFile } = handover.source;
  const rows = ofFile === '' ? read.map(withAgency) : read;
  const lines = { from: rows[0]?.line ?? 0, until: rows.at(-1)?.line ?? 0 };
  const known = mayWait
    ? await persistently(() => waitingRows.kinds(handover.source.batch, lines))
    : new Map<number, WaitingKind>();
  const runs: { readonly agency: string; readonly stated: Stated[] }[] = [];
  for (const { line, reading } of rows) {
    const isThere = isFinished && known.get(line) !== 'refused';
    if (reading.outcome !== 'facts' || isThere) continue;
    for (const [n, { fact, definition, agency: ofFact = '' }] of reading.facts.entries()) {
      const agency = ofFile === '' ? ofFact : ofFile;
      const run = runs.at(-1);
      if (run?.agency === agency) run.stated.push({ fact, definition, line, n });
      else runs.push({ agency, stated: [{ fact, definition, line, n }] });
    }
  }
  const prepared = runs.map(({ agency, stated }) => ({
    agency,
    prepared: prepareStatements(context.recorder, stated),
  }));
  const streams = new Set(prepared.flatMap((run) => [...run.prepared.streams]));
  return { rows, runs: prepared, streams, known };
};

/** The row, or a refusal where neither the caller nor the row says which body states it. */
const withAgency = (row: ReadRow): ReadRow => {
  const { reading } = row;
  if (reading.outcome !== 'facts' || reading.facts.every(({ agency }) => agency !== undefined)) return row;
  return { ...row, reading: AGENCY_MISSING };
};

const AGENCY_MISSING: RowReading = {
  outcome: 'refused',
  remarks: [
    {
      code: 'code-missing',
      message: 'nothing says which body states the row',
      fix: "add --source and that body's unified social credit code",
    },
  ],
};

/** Records a group, puts what waits where it waits, and says what became of each row, in order. */
export const settleGroup = async (group: Group, context: GroupContext): Promise<readonly SettledRow[]> => {
  const { recorder, handover, persistently, isDryRun } = context;
  const byLine = new Map<number, Outcome[]>();
  for (const { agency, prepared } of group.runs) {
    const ofRun = { ...handover, source: { ...handover.source, agency } };
    const outcomes = await persistently(() => recordPrepared(recorder, prepared, ofRun));
    for (const [index, { line }] of prepared.stated.entries()) {
      const outcome = outcomes[index] as Outcome;
      const ofLine = byLine.get(line);
      if (ofLine === undefined) byLine.set(line, [outcome]);
      else ofLine.push(outcome);
    }
  }
  const settled = group.rows.map((row) => settle(row, byLine.get(row.line) ?? [], context.form));
  if (!isDryRun) await keepWaiting(group, settled, context);
  return settled.map((row) =>
    row.outcome === 'quarantined' && group.known.get(row.line) === 'quarantined'
      ? { ...row, outcome: 'alreadyThere', remarks: [] }
      : row,
  );
};

const settle = ({ line, reading }: ReadRow, outcomes: readonly Outcome[], form: Form): SettledRow => {
  if (reading.outcome !== 'facts') return { line, outcome: reading.outcome, positions: [], remarks: reading.remarks };
  const positions = outcomes.flatMap((one) =>
    one.outcome === 'refused' || one.position === undefined ? [] : [one.position],
  );
  const refusals = outcomes.flatMap((one) => (one.outcome === 'refused' ? [remarkOf(one.refusal, form)] : []));
  return refusals.length > 0
    ? { line, outcome: 'refused', positions, remarks: refusals }
    : { line, outcome: outcomeOfRow(outcomes), positions, remarks: reading.notices };
};

/** The first of its facts that adds something says what the row does. */
const outcomeOfRow = (outcomes: readonly Outcome[]): RowOutcome =>
  outcomes.find(({ outcome }) => outcome !== 'alreadyThere')?.outcome ?? 'alreadyThere';

const remarkOf = ({ code, message, fix, member }: Refusal, { columnOf }: Form): Remark => {
  const [first = ''] = (member ?? '').split(/[./]/).filter((part) => part !== '');
  return { code, message, fix, column: columnOf[first] ?? member };
};

const keepWaiting = async (
  { rows, known }: Group,
  settled: readonly SettledRow[],
  { recorder, waitingRows, handover, putHeader, persistently }: GroupContext,
): Promise<void> => {
  const { batch } = handover.source;
  const waiting: WaitingRow[] = [];
  const recorded: number[] = [];
  for (const [index, { line, outcome, remarks, positions }] of settled.entries()) {
    if (outcome === 'refused' || outcome === 'quarantined') {
      const isKept = known.get(line) === outcome;
      if (!isKept) waiting.push({ line, kind: outcome, cells: rows[index]?.cells ?? [], remarks });
    } else if (known.has(line) && positions.length > 0) recorded.push(line);
  }
  if (waiting.length > 0) {
    await putHeader();
    await persistently(async () => waitingRows.put(batch, await sealRows(batch, waiting, recorder)));
  }
  if (recorded.length > 0) await persistently(() => waitingRows.settle(batch, recorded));
};
