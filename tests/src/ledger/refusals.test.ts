// Refusals that only recording can find: a personal number as a key, and a stream that is full.
import { describe, expect, test } from 'vitest';
import { handIn, memoryRecorder, registration } from '../../recorder.ts';
import { CITIZEN_ID, sampleFacts } from '../../sample-facts.ts';
import { parseFact } from '../../../src/facts/parse-fact.ts';

const parsed = (raw: unknown) => {
  const read = parseFact(raw);
  if (!read.ok) throw new Error(`refused: ${JSON.stringify(read.refusals)}`);
  return read.fact;
};

test('a record that is named by an identity number is refused, and the number is not repeated', async () => {
  const sample = sampleFacts.find(({ type }) => type === 'PenaltyWithdrawn');
  const fact = parsed({ ...sample, data: { ...sample?.data, documentNo: `样罚${CITIZEN_ID}号` } });
  const outcomes = await handIn(memoryRecorder(), { facts: [fact] });
  expect(outcomes).toMatchObject([{ outcome: 'refused', refusal: { code: 'identifier-in-key' } }]);
  expect(JSON.stringify(outcomes)).not.toContain(CITIZEN_ID);
});

describe('a stream of 1,000 events', () => {
  const many = Array.from({ length: 1_000 }, (_, n) => registration(`第${n}名`));

  test('takes no more, and says so by code', async () => {
    const outcomes = await handIn(memoryRecorder(), { facts: [...many, registration('又一名')] });
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'refused', refusal: { code: 'stream-full' } });
  });

  test.each([
    [899, true],
    [901, false],
  ])('with %i events notes a later day: %s', async (events, isNoted) => {
    const recorder = memoryRecorder();
    await handIn(recorder, { facts: many.slice(0, events), asOf: '2026-01-31' });
    const [outcome] = await handIn(recorder, { facts: many.slice(events - 1, events), asOf: '2026-02-28' });
    expect(outcome?.outcome).toBe('alreadyThere');
    expect(outcome !== undefined && 'position' in outcome && outcome.position !== undefined).toBe(isNoted);
  });
});
