// One line of progress on stderr for a person who watches: share, rate, time left.
import type { Console } from './command.ts';

/** The line is redrawn at most this often. */
const REDRAW_MS = 100;
const BAR_WIDTH = 24;

export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly label: string;
  /** What the rate counts. */
  readonly count: number;
}

/** Draws nothing unless a person watches; `end` clears the line. */
export const progressLine = ({ err, isTerminal }: Console, monotonicMs: () => number) => {
  const startedMs = monotonicMs();
  let drawnMs = 0;
  return {
    show({ done, of, label, count }: Progress): void {
      const nowMs = monotonicMs();
      if (!isTerminal || nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      const share = of === 0 ? 1 : Math.min(1, done / of);
      const seconds = (nowMs - startedMs) / 1_000;
      const rate = Math.round(count / Math.max(seconds, 0.001));
      const left = share === 0 ? '?' : String(Math.ceil(seconds / share - seconds));
      const bar = '#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '.');
      err(`\r\u001b[K[${bar}] ${Math.round(share * 100)} %  ${label}  ${rate}/s  ${left} s left`);
    },
    end(): void {
      if (isTerminal && drawnMs > 0) err('\r\u001b[K');
    },
  };
};
