// The clocks of this process: the machine's, or one fixed to a day for tests.
import type { Clock } from '../src/clock.ts';

const DAY_MS = 86_400_000;

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};

/** A clock that stays within one day in Asia/Shanghai and still runs: it begins at noon of that day. */
export const clockOfDay = (day: string): Clock => {
  const noon = Date.parse(`${day}T12:00:00+08:00`);
  const started = performance.now();
  return {
    now: () => new Date(noon + ((performance.now() - started) % (DAY_MS / 2))),
    monotonicMs: () => performance.now(),
  };
};
