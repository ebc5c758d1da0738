// How far projections are behind.
import { expect, test } from 'vitest';
import { lagOf } from '../../projections/lag.ts';
import { catchUp } from '../../projections/run.ts';
import { appendAll, journal, manyEvents, openMemory, START, totals } from './given-events.ts';

test('lag counts events and the age of the first one that waits, and is 0 when caught up', async () => {
  const given = await openMemory(manyEvents(4, 2), [totals, journal], 2);
  await catchUp({ ...given, owner: 'a' });
  const now = new Date(START + 90_000);
  const current = { position: 4n, head: 4n, lagEvents: 0n, lagSeconds: 0, state: 'CURRENT' };
  expect(await lagOf({ ...given, now })).toMatchObject([current, current]);

  given.clock.pass(60_000);
  await appendAll(given.store, manyEvents(3, 2));
  await catchUp({ ...given, projections: [journal], owner: 'b' });
  expect(await lagOf({ ...given, now })).toMatchObject([
    { name: 'totals', position: 4n, head: 7n, lagEvents: 3n, lagSeconds: 30, state: 'CATCHING_UP' },
    { name: 'journal', position: 7n, lagEvents: 0n, state: 'CURRENT' },
  ]);
});

test('lag tells a halted projection and one that was never prepared', async () => {
  const given = await openMemory([...manyEvents(2, 1), { subject: 's0', data: { poison: true } }], [totals]);
  await catchUp({ ...given, owner: 'a' });
  const absent = { ...totals, name: 'absent' };
  expect(await lagOf({ ...given, projections: [totals, absent], now: new Date(START) })).toMatchObject([
    { state: 'HALTED', position: 2n, lagEvents: 1n, halted: { position: 3n } },
    { state: 'NOT_PREPARED', position: 0n, lagEvents: 3n },
  ]);
});
