// The count of an import: one outcome a row, and the problems worth telling, as many as a person can use.
import type { Remark } from './form.ts';

/** Problems of refused and quarantined rows that are listed; past it they are only counted. */
export const PROBLEMS_MAX = 1_000;

/** What became of a row. */
export type RowOutcome = 'recorded' | 'changed' | 'corrected' | 'alreadyThere' | 'refused' | 'quarantined';

/** `notice`: the row was recorded all the same. Alike notices are one problem, at the first line that has it. */
export type Severity = 'notice' | 'refused' | 'quarantined';

export interface Problem extends Remark {
  readonly line: number;
  readonly severity: Severity;
}

export type Counts = { readonly [Outcome in RowOutcome]: number };

/** `rows` is the sum of all outcomes. `problemsLeftOut`: refused and quarantined rows' problems that are not listed. */
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

  return {
    add: ({ line, outcome, positions, remarks }: SettledRow): void => {
      rows += 1;
      counts[outcome] += 1;
      for (const position of positions) {
        if (firstPosition === undefined || position < firstPosition) firstPosition = position;
        if (lastPosition === undefined || position > lastPosition) lastPosition = position;
      }
      for (const remark of remarks) {
        if (outcome !== 'refused' && outcome !== 'quarantined') note(remark, line);
        else if (listed.length < PROBLEMS_MAX) listed.push({ ...remark, line, severity: outcome });
        else left += 1;
      }
    },
    counts: (): Counts & { readonly rows: number } => ({ rows, ...counts }),
    total: (): Tally => ({
      rows,
      ...counts,
      firstPosition,
      lastPosition,
      problems: [...listed, ...[...notices.values()].map(summed)].sort((a, b) => a.line - b.line),
      problemsLeftOut: left,
    }),
  };
};

const summed = ({ first, count }: { readonly first: Problem; readonly count: number }): Problem =>
  count === 1 ? first : { ...first, message: `${first.message} (${count} rows)` };
