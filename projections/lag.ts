// How far each projection is behind the store.
import type { EventStore } from '../src/ledger/event-store.ts';
import type { AnyProjection } from './projection.ts';
import type { PartState, ReadModel } from './read-model.ts';

/** `HALTED`: a part stands at a poison event. `NOT_PREPARED`: nothing is kept of this version yet. */
export type ProjectionState = 'CURRENT' | 'CATCHING_UP' | 'HALTED' | 'NOT_PREPARED';

/**
 * `position`: of the part that is behind most. `lagSeconds`: how long the first event that is not folded in has been
 * recorded; both lags are 0 when caught up.
 */
export interface ProjectionLag {
  readonly name: string;
  readonly version: number;
  readonly position: bigint;
  readonly head: bigint;
  readonly lagEvents: bigint;
  readonly lagSeconds: number;
  readonly state: ProjectionState;
  /** The first poison event, where the state is `HALTED`. */
  readonly halted?: PartState['halted'];
}

/** One entry a projection, in their order. The head is read from the store itself, after the positions. */
export const lagOf = async ({
  store,
  readModel,
  projections,
  now,
}: {
  readonly store: Pick<EventStore, 'head' | 'readAll'>;
  readonly readModel: Pick<ReadModel, 'states'>;
  readonly projections: readonly AnyProjection[];
  readonly now: Date;
}): Promise<readonly ProjectionLag[]> => {
  const states = await readModel.states();
  const head = await store.head();
  return Promise.all(
    projections.map(async ({ name, version }) => {
      const parts = states.filter((state) => state.name === name && state.version === version);
      const position = parts.reduce((least, part) => (part.position < least ? part.position : least), head);
      const reached = parts.length === 0 ? 0n : position;
      const [next] = reached < head ? await store.readAll({ after: reached, limit: 1 }) : [];
      const halted = parts.find((part) => part.halted !== undefined)?.halted;
      return {
        name,
        version,
        position: reached,
        head,
        lagEvents: head - reached,
        lagSeconds: next === undefined ? 0 : secondsBetween(next.event.recordedAt, now),
        state: stateOf(parts, reached >= head),
        ...(halted === undefined ? {} : { halted }),
      };
    }),
  );
};

const secondsBetween = (instant: string, now: Date): number =>
  Math.max(0, (now.getTime() - Date.parse(instant)) / 1_000);

const stateOf = (parts: readonly PartState[], isCaughtUp: boolean): ProjectionState => {
  if (parts.length === 0) return 'NOT_PREPARED';
  if (parts.some(({ halted }) => halted !== undefined)) return 'HALTED';
  return isCaughtUp ? 'CURRENT' : 'CATCHING_UP';
};
