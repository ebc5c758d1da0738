// How far the answers reflect the ledger, and waiting until they reflect a position.
import type { AnyProjection } from '../projections/projection.ts';
import type { PartState, ReadModel } from '../projections/read-model.ts';

/** Longest wait of a reader for a position. */
export const POSITION_WAIT_MS = 5_000;
/** How old a known floor may be before it is read again. A floor only grows, so an old one is true, only low. */
const FLOOR_AGE_MAX_MS = 250;
const POLL_FIRST_MS = 10;
const POLL_MAX_MS = 200;

/** The floor is a position up to which every projection has read: an answer reflects at least that much. */
export interface PositionWatch {
  /** The floor, at most a quarter of a second old. */
  floor(): Promise<bigint>;
  /** Whether the floor reaches `position` within `timeoutMs`. */
  reach(position: bigint, timeoutMs?: number): Promise<boolean>;
}

/** Position that all parts of one projection version have reached; 0 while a part is missing. */
export const positionOf = (projection: AnyProjection, states: readonly PartState[]): bigint => {
  const parts = states.filter(({ name, version }) => name === projection.name && version === projection.version);
  if (parts.length === 0 || parts.length < (parts[0]?.parts ?? 1)) return 0n;
  return parts.map(({ position }) => position).reduce((low, position) => (position < low ? position : low));
};

/** `monotonicMs` tells how long ago the floor was read. */
export const positionWatch = (
  readModel: Pick<ReadModel, 'states'>,
  projections: readonly AnyProjection[],
  monotonicMs: () => number,
): PositionWatch => {
  let last: { readonly floor: bigint; readonly atMs: number } | undefined;
  let reading: Promise<bigint> | undefined;

  const read = async (): Promise<bigint> => {
    const states = await readModel.states();
    const positions = projections.map((projection) => positionOf(projection, states));
    const floor = positions.reduce((low, position) => (position < low ? position : low), positions[0] ?? 0n);
    last = { floor, atMs: monotonicMs() };
    return floor;
  };
  const readOnce = (): Promise<bigint> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  return {
    floor: () =>
      last !== undefined && monotonicMs() - last.atMs <= FLOOR_AGE_MAX_MS ? Promise.resolve(last.floor) : readOnce(),
    async reach(position, timeoutMs = POSITION_WAIT_MS) {
      if (last !== undefined && last.floor >= position) return true;
      const deadlineMs = monotonicMs() + timeoutMs;
      for (let pauseMs = POLL_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, POLL_MAX_MS)) {
        if ((await readOnce()) >= position) return true;
        if (monotonicMs() + pauseMs > deadlineMs) return false;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    },
  };
};
