// Tells, once for each projection, that all its parts have reached a position.
import type { AnyProjection } from './projection.ts';

type Version = Pick<AnyProjection, 'name' | 'version'>;

/** `onReached` is called as soon as every part of a projection was told to stand at `target` or behind it. */
export const progressTo = (
  target: bigint,
  projections: readonly AnyProjection[],
  parts: number,
  onReached: (projection: AnyProjection) => void,
) => {
  const behind = new Map(
    projections.map((projection) => [projection, new Set(Array.from({ length: parts }, (_, part) => part))]),
  );
  const entryOf = ({ name, version }: Version) =>
    [...behind].find(([projection]) => projection.name === name && projection.version === version);
  return {
    isBehind: (projection: Version): boolean => entryOf(projection) !== undefined,
    tell(projection: Version, part: number, position: bigint): void {
      if (position < target || behind.size === 0) return;
      const [known, left] = entryOf(projection) ?? [];
      if (known === undefined || !left?.delete(part) || left.size > 0) return;
      behind.delete(known);
      onReached(known);
    },
    isDone: (): boolean => behind.size === 0,
  };
};
