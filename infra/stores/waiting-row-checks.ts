// What the caller of waiting rows guarantees, checked by every adapter.
import { WAITING_ROWS_PER_CALL_MAX } from '../../src/import/waiting-rows.ts';

/** @throws RangeError on too many rows for one call. */
export const checkWaitingRows = (count: number): void => {
  if (count > WAITING_ROWS_PER_CALL_MAX) {
    throw new RangeError(`one call handles at most ${WAITING_ROWS_PER_CALL_MAX} waiting rows, ${count} were asked`);
  }
};
