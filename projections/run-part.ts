// One part of one projection: folds pages in order and commits each, one commit behind.
import type { RecordedEvent } from '../src/ledger/event-store.ts';
import { type Documents, type FoldedPage, foldTouches, type Poison, routePage, type Touches } from './fold-page.ts';
import type { AnyProjection } from './projection.ts';
import {
  KEYS_PER_GET_MAX,
  type Lease,
  type PartRef,
  type ReadModel,
  ReadModelUnavailable,
  type Step,
} from './read-model.ts';
import { type Patience, retrying, STOPPED } from './retry.ts';

/**
 * Why a part is no longer followed: `fenced`, another holder or a lost answer, claim again to learn where it stands;
 * `halted` at a poison event; `stopped` by the signal.
 */
export type PartEnd = 'fenced' | 'halted' | 'stopped';

/** A page and what it touches, routed once for all parts of a projection. */
export interface Page {
  readonly events: readonly RecordedEvent[];
  readonly touches: (ref: PartRef) => Touches;
}

/** The caller guarantees that the page is not empty. */
export const pageOf = (events: readonly RecordedEvent[]): Page => {
  const routed = new Map<unknown, readonly Touches[]>();
  return {
    events,
    touches({ projection, part, parts }) {
      const known = routed.get(projection) ?? routePage(projection, events, parts);
      routed.set(projection, known);
      return known[part] as Touches;
    },
  };
};

/** A committed step: positions `from` (exclusive) to `to`, and the rows written or removed. */
export interface BatchReport {
  readonly ref: PartRef;
  readonly from: bigint;
  readonly to: bigint;
  readonly rows: number;
}

export interface PartContext extends Patience {
  readonly readModel: ReadModel;
  readonly leaseMs: number;
  readonly onBatch: (batch: BatchReport) => void;
  readonly onHalted: (ref: PartRef, poison: { position: bigint; event: string; error: string }) => void;
  readonly onRetry: (ref: PartRef, error: unknown) => void;
}

const isTransient = (error: unknown): boolean => error instanceof ReadModelUnavailable;

/**
 * `apply` folds a page while the commit of the last one is under way, then starts its own; so at most two pages are in
 * memory. `ended` tells why the part is over, or rejects with a fault that is nobody's row's.
 */
export const runPart = (lease: Lease, context: PartContext) => {
  const { ref } = lease;
  const steps = partSteps(lease, context);
  const ending = endOnce();
  let position = lease.position;
  /** Documents of the last step: what a read would not show while its commit is under way. */
  let recent: Documents = new Map();
  let committing: Promise<void> = Promise.resolve();
  let isCommitting = false;

  const prepared = async (page: Page): Promise<Fold> => {
    try {
      const folded = await steps.fold(page, recent);
      if (folded !== STOPPED) recent = folded.documents;
      return async () => folded;
    } catch (error) {
      return () => Promise.reject(error);
    }
  };

  const settleInto = async (settling: Promise<PartEnd | undefined>): Promise<void> => {
    try {
      const end = await settling;
      isCommitting = false;
      if (end !== undefined) ending.finish(end);
    } catch (error) {
      ending.fail(error);
    }
  };

  return {
    ref,
    ended: ending.ended,
    get position(): bigint {
      return position;
    },
    async apply(page: Page): Promise<void> {
      if (ending.hasEnded()) return;
      const fold = await prepared(page);
      await committing;
      if (ending.hasEnded()) return;
      const from = position;
      position = page.events.at(-1)?.position ?? position;
      isCommitting = true;
      committing = settleInto(steps.settle(from, page, fold));
    },
    /** Ends after the commit under way. */
    async stop(): Promise<void> {
      await committing;
      ending.finish('stopped');
    },
    /** Keeps an idle part; a part that commits renews its lease by that. False when somebody else holds it. */
    async renew(): Promise<boolean> {
      if (isCommitting) return true;
      const renewed = await context.readModel.claim(ref, lease.owner, context.leaseMs);
      return renewed?.fence === lease.fence;
    },
    /** Gives up without a commit: somebody else holds the part. */
    fenceOut: (): void => ending.finish('fenced'),
  };
};

export type RunningPart = ReturnType<typeof runPart>;

/** A promise that its maker settles; the first word counts. */
const endOnce = () => {
  let over = false;
  const settle: { finish?: (end: PartEnd) => void; fail?: (error: unknown) => void } = {};
  const ended = new Promise<PartEnd>((resolve, reject) => {
    settle.finish = resolve;
    settle.fail = reject;
  });
  return {
    ended,
    hasEnded: () => over,
    finish(end: PartEnd): void {
      over = true;
      settle.finish?.(end);
    },
    fail(error: unknown): void {
      over = true;
      settle.fail?.(error);
    },
  };
};

type Folded = FoldedPage | typeof STOPPED;
type Fold = () => Promise<Folded>;

/** The steps of one lease: fold, commit, and the way to the event to blame. */
const partSteps = (lease: Lease, context: PartContext) => {
  const { ref } = lease;
  const { readModel } = context;

  const patiently = <T>(work: () => Promise<T>) =>
    retrying(work, isTransient, context, (error) => context.onRetry(ref, error));

  const fold = async (page: Page, known: Documents): Promise<Folded> => {
    const touches = page.touches(ref);
    const before = await patiently(() => documentsBefore(readModel, ref.projection, touches, known));
    return before === STOPPED ? STOPPED : foldTouches(ref.projection, touches, before);
  };

  const commit = async (step: Step): Promise<PartEnd | undefined> => {
    const done = await patiently(() => readModel.commit(lease, step, context.leaseMs));
    if (done === STOPPED) return 'stopped';
    if (!done) return 'fenced';
    const rows = step.inserts.length + step.updates.length + step.deletes.length;
    context.onBatch({ ref, from: step.from, to: step.to, rows });
    return undefined;
  };

  const halt = async ({ recorded: { position, event }, error }: Poison): Promise<PartEnd> => {
    const poison = { position, event: event.id, error: reason(error) };
    const halted = await patiently(() => readModel.halt(lease, poison));
    if (halted === STOPPED) return 'stopped';
    if (!halted) return 'fenced';
    context.onHalted(ref, poison);
    return 'halted';
  };

  /** Commits what `folding` makes of the page; an error that trying again cannot mend is traced to its event. */
  const settle = async (from: bigint, page: Page, folding: Fold): Promise<PartEnd | undefined> => {
    try {
      const folded = await folding();
      if (folded === STOPPED) return 'stopped';
      const { rows, poison } = folded;
      const to = poison === undefined ? lastPosition(page, from) : poison.recorded.position - 1n;
      const end = to === from ? undefined : await commit({ from, to, ...rows });
      return end ?? (poison === undefined ? undefined : await halt(poison));
    } catch (error) {
      return isolate(from, page, error);
    }
  };

  /** Halves the events until the one to blame stands alone; what stands before it is committed. */
  const isolate = async (from: bigint, page: Page, error: unknown): Promise<PartEnd | undefined> => {
    const [only, ...others] = page.events;
    if (only !== undefined && others.length === 0) return halt({ recorded: only, error });
    const middle = Math.ceil(page.events.length / 2);
    let at = from;
    for (const events of [page.events.slice(0, middle), page.events.slice(middle)]) {
      const half = pageOf(events);
      const end = await settle(at, half, () => fold(half, new Map()));
      if (end !== undefined) return end;
      at = lastPosition(half, at);
    }
    return undefined;
  };

  return { fold, settle };
};

const lastPosition = ({ events }: Page, otherwise: bigint): bigint => events.at(-1)?.position ?? otherwise;

const reason = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no Error was thrown';

/** Documents of the touched rows before the page: those of the last step from `known`, the others as stored. */
const documentsBefore = async (
  readModel: ReadModel,
  projection: AnyProjection,
  { keys }: Touches,
  known: Documents,
): Promise<Documents> => {
  const documents: Documents = new Map();
  if (projection.kind === 'append') return documents;
  const asked = new Set<string>();
  for (const key of keys) {
    if (known.has(key)) documents.set(key, known.get(key));
    else asked.add(key);
  }
  const all = [...asked];
  for (let at = 0; at < all.length; at += KEYS_PER_GET_MAX) {
    const found = await readModel.getMany(projection, all.slice(at, at + KEYS_PER_GET_MAX));
    for (const [key, doc] of found) documents.set(key, doc);
  }
  return documents;
};
