// Loads by key what several resolvers ask for at once: one call for all keys, each key once in a request.

/** What a resolver asks. The same key gives the same promise for the life of the request. */
export interface BatchLoader<Key, Value> {
  load(key: Key): Promise<Value>;
}

/**
 * Collects the keys asked for until the promises at hand have run, then calls `loadMany` once with each key once. Values
 * come back in the order of the keys. A failed call fails all its keys. Makes one loader for one request.
 */
export const batchLoader = <Key, Value>(
  loadMany: (keys: readonly Key[]) => Promise<readonly Value[]>,
): BatchLoader<Key, Value> => {
  let known: Map<Key, Promise<Value>> | undefined; // Most loaders of a request are never asked.
  let waiting: { key: Key; resolve: (value: Value) => void; reject: (error: unknown) => void }[] = [];

  const dispatch = (): void => {
    const batch = waiting;
    waiting = [];
    loadMany(batch.map(({ key }) => key)).then(
      (values) => batch.forEach(({ resolve }, n) => resolve(values[n] as Value)),
      (error: unknown) => batch.forEach(({ reject }) => reject(error)),
    );
  };

  return {
    load(key) {
      const before = known?.get(key);
      if (before !== undefined) return before;
      const promise = new Promise<Value>((resolve, reject) => {
        // After the promises at hand: resolvers of one level of the answer ask one after another.
        if (waiting.length === 0) void Promise.resolve().then(() => process.nextTick(dispatch));
        waiting.push({ key, resolve, reject });
      });
      known ??= new Map();
      known.set(key, promise);
      return promise;
    },
  };
};
