// The place of a statement in what was handed in, and whether the ledger has passed it already.
import type { Source } from './event.ts';
import type { Statement } from './statement.ts';

/**
 * `there`: recorded from this very place. `passed`: a later place of the same batch is recorded already, so this one was
 * settled then and added nothing; asked again now, behind what came later, it would wrongly become the last word.
 * The caller guarantees that statements of one batch reach a stream in the order of their places.
 */
export const placeIn = (stream: readonly Statement[], { batch, line, n = 0 }: Source): 'there' | 'passed' | 'new' => {
  let place: 'passed' | 'new' = 'new';
  for (const { event } of stream) {
    const { batch: storedBatch, line: storedLine, n: storedN = 0 } = event.source;
    if (storedBatch !== batch || storedLine < line || (storedLine === line && storedN < n)) continue;
    if (storedLine === line && storedN === n) return 'there';
    place = 'passed';
  }
  return place;
};
