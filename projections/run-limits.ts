// The named limits of the runner.

export interface RunLimits {
  /** Events of one step; two pages are in memory at once. */
  readonly eventsPerPageMax: number;
  /** A holder that is silent for so long loses its part. */
  readonly leaseMs: number;
  /** Pause between two tries to take a part that another process holds. */
  readonly claimPauseMs: number;
  readonly retryDelayMinMs: number;
  readonly retryDelayMaxMs: number;
}

export const RUN_LIMITS: RunLimits = {
  eventsPerPageMax: 4_000,
  leaseMs: 15_000,
  claimPauseMs: 500,
  retryDelayMinMs: 50,
  retryDelayMaxMs: 5_000,
};
