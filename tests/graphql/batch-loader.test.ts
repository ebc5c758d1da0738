// Loading by key for one request.
import { expect, test } from 'vitest';
import { batchLoader } from '../../graphql/batch-loader.ts';

const counting = () => {
  const calls: (readonly string[])[] = [];
  const loader = batchLoader(async (keys: readonly string[]) => {
    calls.push(keys);
    if (keys.includes('broken')) throw new Error('cannot load');
    return keys.map((key) => key.toUpperCase());
  });
  return { calls, loader };
};

test('asks once for what resolvers of one level ask, each key once, in order', async () => {
  const { calls, loader } = counting();
  const later = Promise.resolve().then(() => loader.load('c'));
  expect(await Promise.all([loader.load('a'), loader.load('b'), loader.load('a'), later])).toEqual([
    'A',
    'B',
    'A',
    'C',
  ]);
  expect(calls).toEqual([['a', 'b', 'c']]);
});

test('does not ask again for a key that it has asked for', async () => {
  const { calls, loader } = counting();
  await loader.load('a');
  expect(await loader.load('a')).toBe('A');
  expect(calls).toHaveLength(1);
});

test('fails all keys of a call that failed, and no other', async () => {
  const { loader } = counting();
  expect(await loader.load('fine')).toBe('FINE');
  const results = await Promise.allSettled([loader.load('broken'), loader.load('a')]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
