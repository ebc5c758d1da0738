// Port of time: rules never read a clock, whoever records or serves is handed one.

/** `now` is the wall clock in UTC; `monotonicMs` only ever grows and tells a jump of the wall clock from time passing. */
export interface Clock {
  now(): Date;
  monotonicMs(): number;
}
