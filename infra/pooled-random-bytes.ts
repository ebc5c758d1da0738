// Randomness for nonces and sealing.
import { randomFillSync } from 'node:crypto';

/** Random bytes drawn in large pieces: a system call an event would cost more than the event. */
const POOL_BYTES = 16_384;

export const pooledRandomBytes = (): ((count: number) => Uint8Array) => {
  const pool = Buffer.allocUnsafe(POOL_BYTES);
  let used = POOL_BYTES;
  return (count) => {
    if (used + count > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  };
};
