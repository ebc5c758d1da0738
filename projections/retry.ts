// Trying again: growing pauses with jitter, cut short when the work is stopped.
import type { RunLimits } from './run-limits.ts';

export interface Patience {
  readonly limits: Pick<RunLimits, 'retryDelayMinMs' | 'retryDelayMaxMs'>;
  readonly signal: AbortSignal;
  readonly random: () => number;
}

/** Ends early, without error, when `signal` aborts. */
export const pause = (delayMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener('abort', done, { once: true });
  });

/** Half to all of min · 2^(tries - 1), at most max: callers that failed together do not come back together. */
export const retryDelayMs = (tries: number, { limits, random }: Omit<Patience, 'signal'>): number =>
  Math.min(limits.retryDelayMaxMs, limits.retryDelayMinMs * 2 ** Math.min(tries - 1, 30)) * (1 - random() / 2);

/** What `retrying` gives when the work was stopped before it succeeded. */
export const STOPPED = Symbol('stopped');

/** Does `work` until it succeeds, as long as `isTransient` says so of its error; any other error is thrown. */
export const retrying = async <T>(
  work: () => Promise<T>,
  isTransient: (error: unknown) => boolean,
  patience: Patience,
  onRetry: (error: unknown) => void,
): Promise<T | typeof STOPPED> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (patience.signal.aborted) return STOPPED;
      onRetry(error);
      await pause(retryDelayMs(tries, patience), patience.signal);
      if (patience.signal.aborted) return STOPPED;
    }
  }
};
