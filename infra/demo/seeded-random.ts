// Repeatable randomness for generated data: the same seed gives the same city everywhere.

export interface SeededRandom {
  /** Whole number from 0 to `below`, exclusive. */
  readonly below: (below: number) => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** True in so many of a hundred draws. */
  readonly percent: (chance: number) => boolean;
}

const UINT32 = 4_294_967_296;

/** Mulberry32, in the public domain: 32 bits of state, far from secret, good enough to look natural. */
export const seededRandom = (seed: number): SeededRandom => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / UINT32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('pick from an empty list');
      return item;
    },
    percent: (chance) => next() * 100 < chance,
  };
};
