// Stops writing when the wall clock runs away from time itself.
import type { Clock } from '../../src/clock.ts';
import { EventStoreIntegrityError } from '../../src/ledger/event-store.ts';

/** Forward jump against the monotonic clock that stops writing. */
const JUMP_MAX_MS = 3_600_000;

/**
 * Reads the wall clock, but refuses one that jumped forward by over an hour since the last reading: a wrong instant could
 * never be taken back. A backward jump is harmless, because instants never fall along positions.
 */
export const steadyClock = (clock: Clock): (() => Date) => {
  let wall = clock.now().getTime();
  let monotonic = clock.monotonicMs();
  return () => {
    const now = clock.now();
    const passedMs = clock.monotonicMs() - monotonic;
    if (now.getTime() - wall - passedMs > JUMP_MAX_MS) {
      throw new EventStoreIntegrityError(
        `the clock jumped from ${new Date(wall).toISOString()} to ${now.toISOString()} while ${Math.round(passedMs)} ms passed: ` +
          'nothing is written; check the time service of this machine, then start again',
      );
    }
    wall = now.getTime();
    monotonic += passedMs;
    return now;
  };
};
