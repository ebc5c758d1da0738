// How things are measured: interleaved with their baseline in one run, medians with their spread, contents checked.

/** Rounds of each measurement; odd, so that the median is one of them. */
export const ROUNDS = 5;

/** Rates of one thing: events, rows or requests per second, a round each. */
export type Rates = readonly number[];

export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** A ratio of medians (larger is better) and the figures it was taken from. */
export interface Measurement {
  readonly ratios: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, Figure>>;
}

export const figure = (rates: Rates): Figure => {
  const sorted = rates.toSorted((a, b) => a - b);
  const at = (index: number): number => Math.round(sorted[index] ?? 0);
  return { median: at(Math.floor(sorted.length / 2)), least: at(0), most: at(sorted.length - 1) };
};

export const ratio = (ours: Figure, baseline: Figure): number =>
  Math.round((100 * ours.median) / baseline.median) / 100;

/** Rate of `count` things done by `work`. */
export const rateOf = async (count: number, work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (1_000 * count) / (performance.now() - started);
};

/** What is measured was done wrong: a figure for it would mean nothing. */
export const check = (isRight: boolean, what: string): void => {
  if (!isRight) throw new Error(`the bench found wrong contents: ${what}`);
};
