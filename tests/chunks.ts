// Bytes in chunks of given sizes, and what a stream of groups holds in all.

/** The bytes in chunks; the sizes are used over and over. Without sizes: one chunk. */
export async function* chunksOf(bytes: Uint8Array, sizes: readonly number[] = []): AsyncGenerator<Uint8Array> {
  if (sizes.length === 0) yield bytes;
  else
    for (let at = 0, n = 0; at < bytes.length; n += 1) {
      const size = sizes[n % sizes.length] ?? 1;
      yield bytes.subarray(at, at + size);
      at += size;
    }
}

export const gathered = async <One>(groups: AsyncIterable<readonly One[]>): Promise<readonly One[]> => {
  const all: One[] = [];
  for await (const group of groups) all.push(...group);
  return all;
};
