// How far the answers reflect the ledger.
import { expect, test } from 'vitest';
import { positionOf, positionWatch } from '../../graphql/position-watch.ts';
import type { PartState } from '../../projections/read-model.ts';
import { journal, totals } from '../projections/given-events.ts';

const part = (name: string, position: bigint, part = 0, parts = 1): PartState => ({
  name,
  version: 1,
  part,
  parts,
  position,
});

/** A read model whose states are what the list says, one entry a read, the last one for ever. */
const watching = (reads: readonly (readonly PartState[])[]) => {
  let count = 0;
  const states = async () => reads[Math.min(count++, reads.length - 1)] ?? [];
  return { watch: positionWatch({ states }, [totals, journal], () => performance.now()), count: () => count };
};

test.each<[string, readonly PartState[], bigint]>([
  ['nothing is kept of it', [], 0n],
  ['one part is missing', [part('totals', 5n, 0, 2)], 0n],
  ['another version has read more', [part('totals', 5n), { ...part('totals', 9n), version: 2 }], 5n],
  ['its parts stand apart', [part('totals', 5n, 0, 2), part('totals', 3n, 1, 2)], 3n],
])('position of a projection when %s', (_name, states, position) => expect(positionOf(totals, states)).toBe(position));

test('the floor is what every projection has read, and is not read again at once', async () => {
  const { watch, count } = watching([[part('totals', 9n), part('journal', 4n)]]);
  expect([await watch.floor(), await watch.floor()]).toEqual([4n, 4n]);
  expect(count()).toBe(1);
});

const at = (position: bigint) => [part('totals', position), part('journal', position)];

test('waits until a position is reached', async () => {
  const { watch, count } = watching([at(1n), at(2n), at(3n)]);
  expect(await watch.reach(3n)).toBe(true);
  expect(count()).toBe(3);
  expect(await watch.reach(2n)).toBe(true);
  expect(count()).toBe(3);
});

test('gives up after its time', async () => {
  const { watch } = watching([[]]);
  expect(await watch.reach(1n, 30)).toBe(false);
});
