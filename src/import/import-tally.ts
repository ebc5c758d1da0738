// The count of an import: one outcome a row, and the problems worth telling, as many as a person can use.
import type { Remark } from './form.ts';

/** Problems of single rows that are listed; past it they are only counted. Refused and quarantined rows come first. */
export const PROBLEMS_MAX = 1_000;

/** What became of a row. */
export type RowOutcome = 'recorded' | 'changed' | 'corrected' | 'alreadyThere' | 'refused' | 'quarantined';

/** Notices that are listed row by row, because each of these rows has to be looked at. */
const LISTED_NOTICES: ReadonlySet<string> = new Set(['code-wrong-check']);

/**
 * `notice`: the row was recorded all the same. Alike notices are one problem, at the first line that has it, except those
 * of LISTED_NOTICES.
 */
export type Severity = 'notice' | 'refused' | 'quarantined';

export interface Problem extends Remark {
  readonly line: number;
  readonly severity: Severity;
}

export type Counts = { readonly [Outcome in RowOutcome]: number };

/** `rows` is the sum of all outcomes. `problemsLeftOut`: problems of single rows that are not listed. */
export interface Tally extends Counts {
  readonly rows: number;
  readonly firstPosition?: bigint | undefined;
  readonly lastPosition?: bigint | undefined;
  readonly problems: readonly Problem[];
  readonly problemsLeftOut: number;
}

/** A row that was settled, with what is to be told about it. */
export interface SettledRow {
  readonly line: number;
  readonly outcome: RowOutcome;
  readonly positions: readonly bigint[];
  readonly remarks: readonly Remark[];
}

/** Counts rows; `add` is called in order of lines. */
export const startTally = (fileNotices: readonly Remark[]) => {
  const counts = { recorded: 0, changed: 0, corrected: 0, alreadyThere: 0, refused: 0, quarantined: 0 };
  const listed: Problem[] = [];
  const flagged: Problem[] = [];
  const notices = new Map<string, { readonly first: Problem; count: number }>();
  let left = 0;
  let firstPosition: bigint | undefined;
  let lastPosition: bigint | undefined;
  let rows = 0;

  const note = (remark: Remark, line: number): void => {
    const key = `${remark.code} ${remark.column ?? ''} ${remark.message}`;
    const alike = notices.get(key);
    if (alike === undefined) notices.set(key, { first: { ...remark, line, severity: 'notice' }, count: 1 });
    else alike.count += 1;
  };
  for (const notice of fileNotices) note(notice, 1);
  const list = (problem: Problem, among: Problem[]): void => {
    if (among.length < PROBLEMS_MAX) among.push(problem);
    else left += 1;
  };

  return {
    add: ({ line, outcome, positions, remarks }: SettledRow): void => {
      rows += 1;
      counts[outcome] += 1;
      for (const position of positions) {
        if (firstPosition === undefined || position < firstPosition) firstPosition = position;
        if (lastPosition === undefined || position > lastPosition) lastPosition = position;
      }
      for (const remark of remarks) {
        if (outcome === 'refused' || outcome === 'quarantined') list({ ...remark, line, severity: outcome }, listed);
        else if (LISTED_NOTICES.has(remark.code)) list({ ...remark, line, severity: 'notice' }, flagged);
        else note(remark, line);
      }
    },
    counts: (): Counts & { readonly rows: number } => ({ rows, ...counts }),
    total: (): Tally => {
      const flags = flagged.slice(0, PROBLEMS_MAX - listed.length);
      return {
        rows,
        ...counts,
        firstPosition,
        lastPosition,
        problems: [...listed, ...flags, ...[...notices.values()].map(summed)].sort((a, b) => a.line - b.line),
        problemsLeftOut: left + flagged.length - flags.length,
      };
    },
  };
};

const summed = ({ first, count }: { readonly first: Problem; readonly count: number }): Problem =>
  count === 1 ? first : { ...first, message: `${first.message} (${count} rows)` };
