// The one runner: keeps projections in step with the event store, exactly once, in any number of processes.
import { type EventStore, EventStoreUnavailable } from '../src/ledger/event-store.ts';
import { followStore } from './follow-store.ts';
import { progressTo } from './progress.ts';
import type { AnyProjection } from './projection.ts';
import { type Lease, type PartRef, type PartState, type ReadModel, ReadModelUnavailable } from './read-model.ts';
import { type Patience, pause, retrying, STOPPED } from './retry.ts';
import { RUN_LIMITS, type RunLimits } from './run-limits.ts';
import { type BatchReport, type PartContext, runPart } from './run-part.ts';

/**
 * What happened to a part. `waiting`: another process holds it. `running`: taken at this position. `retrying`: a transient
 * fault, tried again after a pause. `halted`: stopped at a poison event until somebody looks and starts again.
 */
export type PartReport =
  | { readonly state: 'waiting'; readonly ref: PartRef }
  | { readonly state: 'running'; readonly ref: PartRef; readonly position: bigint }
  | { readonly state: 'retrying'; readonly ref: PartRef | undefined; readonly error: unknown }
  | { readonly state: 'halted'; readonly ref: PartRef; readonly halted: NonNullable<PartState['halted']> };

export interface RunOptions {
  readonly store: EventStore;
  readonly readModel: ReadModel;
  readonly projections: readonly AnyProjection[];
  readonly parts: number;
  /** Name under which parts are held: unique to this run. */
  readonly owner: string;
  readonly signal: AbortSignal;
  readonly limits?: Partial<RunLimits> | undefined;
  /** Draws the jitter of pauses, 0 to 1. */
  readonly random?: (() => number) | undefined;
  readonly onState?: ((report: PartReport) => void) | undefined;
  /** After each commit; together with `PartReport` everything a log or a metric needs. */
  readonly onBatch?: ((batch: BatchReport) => void) | undefined;
  /** Once, when every part has reached the head as it stood at the start, or is halted; and the indexes are made. */
  readonly onCaughtUp?: (() => void) | undefined;
}

/**
 * Follows the store until `signal` aborts, then ends the commits under way, gives its parts up and resolves. Parts that
 * another process holds are tried again and again. A halted part is tried anew by each run, and left alone for the rest of
 * it. The caller guarantees: the projections were prepared with these `parts`; callbacks do not throw.
 * @throws EventStoreIntegrityError when the store contradicts itself, and any fault that trying again cannot mend; all
 * parts are given up first.
 */
export const runProjections = async (options: RunOptions): Promise<void> => {
  const { store, projections, parts } = options;
  const limits = { ...RUN_LIMITS, ...options.limits };
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const patience = { limits, signal, random: options.random ?? Math.random };
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => {
    faults.push(error);
    stop.abort();
  };
  const onRetry = (error: unknown): void => options.onState?.({ state: 'retrying', ref: undefined, error });
  const target = await retrying(() => store.head(), isUnavailable, patience, onRetry);
  if (target === STOPPED) return;

  const arrival = indexAtHead(target, options, patience, onFault);
  const context = partContext(options, limits, patience, arrival.tell);
  const follower = followStore({ ...patience, store, eventsPerPageMax: limits.eventsPerPageMax, onRetry, onFault });
  const refs = projections.flatMap((projection) =>
    Array.from({ length: parts }, (_, part): PartRef => ({ projection, part, parts })),
  );
  await Promise.all(refs.map((ref) => keepPart(ref, options, context, follower, arrival).catch(onFault)));
  await arrival.settled();
  if (faults.length > 0) throw faults[0];
};

/**
 * Runs until each part has reached the head as it stood at the start, or is halted; parts held by other processes are
 * waited for. Gives the parts as they stand then; the caller looks for `halted`.
 * @throws as `runProjections`.
 */
export const catchUp = async (options: RunOptions): Promise<readonly PartState[]> => {
  const { readModel, projections } = options;
  const stop = new AbortController();
  const onCaughtUp = (): void => {
    options.onCaughtUp?.();
    stop.abort();
  };
  await runProjections({ ...options, signal: AbortSignal.any([options.signal, stop.signal]), onCaughtUp });
  const states = await readModel.states();
  return states.filter((state) =>
    projections.some(({ name, version }) => name === state.name && version === state.version),
  );
};

/**
 * Drops the rows and positions of this version and leaves it to the next run, or to the one under way anywhere, to build
 * it anew from position 0. Until then reads see part of it; raise the version to build beside the old one instead.
 * (A rebuild in a shadow table with a verified switch comes with versions side by side.)
 */
export const rebuildProjection = async ({
  readModel,
  projection,
  parts,
}: {
  readonly readModel: ReadModel;
  readonly projection: AnyProjection;
  readonly parts: number;
}): Promise<void> => {
  await readModel.prepare([projection], parts);
  await readModel.drop(projection);
};

const isUnavailable = (error: unknown): boolean =>
  error instanceof EventStoreUnavailable || error instanceof ReadModelUnavailable;

/** Makes the indexes of each projection that has reached the head of the start, and tells when all have. */
const indexAtHead = (
  target: bigint,
  { readModel, projections, parts, onState, onCaughtUp }: RunOptions,
  patience: Patience,
  onFault: (error: unknown) => void,
) => {
  const making: Promise<void>[] = [];
  const onRetry = (error: unknown): void => onState?.({ state: 'retrying', ref: undefined, error });
  const progress = progressTo(target, projections, parts, (projection) => {
    const made = retrying(() => readModel.index(projection), isUnavailable, patience, onRetry).then(
      () => undefined,
      onFault,
    );
    making.push(made);
    if (progress.isDone()) void Promise.all(making).then(() => onCaughtUp?.());
  });
  return {
    /** A halted part is as far as it comes. */
    tell: ({ projection, part }: PartRef, position: bigint | 'halted'): void =>
      progress.tell(projection, part, position === 'halted' ? target : position),
    /** Where another process holds the part, the read model knows how far it is. */
    async ask({ projection }: PartRef): Promise<void> {
      if (!progress.isBehind(projection)) return;
      const states = await readModel.states().catch(() => []); // The next try to take the part asks again.
      for (const state of states)
        progress.tell(state, state.part, state.halted === undefined ? state.position : target);
    },
    settled: async (): Promise<void> => {
      await Promise.all(making);
    },
  };
};

const partContext = (
  { readModel, onState, onBatch }: RunOptions,
  { leaseMs }: RunLimits,
  patience: Patience,
  tell: (ref: PartRef, position: bigint | 'halted') => void,
): PartContext => ({
  ...patience,
  readModel,
  leaseMs,
  onBatch: (batch) => {
    onBatch?.(batch);
    tell(batch.ref, batch.to);
  },
  onHalted: (ref, halted) => {
    onState?.({ state: 'halted', ref, halted });
    tell(ref, 'halted');
  },
  onRetry: (ref, error) => onState?.({ state: 'retrying', ref, error }),
});

/** Takes the part, follows the store with it, and takes it again when it was lost, until it halts or the run stops. */
const keepPart = async (
  ref: PartRef,
  { readModel, owner, limits, onState }: RunOptions,
  context: PartContext,
  follower: ReturnType<typeof followStore>,
  arrival: ReturnType<typeof indexAtHead>,
): Promise<void> => {
  const { claimPauseMs } = { ...RUN_LIMITS, ...limits };
  const { signal, leaseMs, random } = context;
  const onRetry = (error: unknown): void => context.onRetry(ref, error);
  while (!signal.aborted) {
    const lease = await retrying(() => readModel.claim(ref, owner, leaseMs), isUnavailable, context, onRetry);
    if (lease === STOPPED) return;
    if (lease === undefined) {
      onState?.({ state: 'waiting', ref });
      await arrival.ask(ref);
      await pause(claimPauseMs * (1 - random() / 2), signal);
      continue;
    }
    onState?.({ state: 'running', ref, position: lease.position });
    arrival.tell(ref, lease.position);
    const end = await holdPart(lease, context, follower);
    if (end === 'halted') return;
    if (end === 'stopped') await readModel.release(lease).catch(() => undefined); // Otherwise the lease runs out.
  }
};

const holdPart = async (lease: Lease, context: PartContext, follower: ReturnType<typeof followStore>) => {
  const { signal, leaseMs } = context;
  if (signal.aborted) return 'stopped';
  const part = runPart(lease, context);
  const over = new AbortController();
  const end = part.ended.finally(() => over.abort());
  follower.follow(part);
  const renewing = (async () => {
    const idle = AbortSignal.any([signal, over.signal]);
    for (;;) {
      await pause(leaseMs / 3, idle);
      if (idle.aborted) return;
      const held = await part.renew().catch(() => true); // A fault is met, and told, by the next commit.
      if (!held) part.fenceOut();
    }
  })();
  try {
    return await end;
  } finally {
    await renewing;
  }
};
