// Keeps data keys unwrapped for a while, so that a key service is asked once for a key in use.
import type { Kms, SubjectKey } from '../../src/seal/key-vault.ts';
import type { KeyRef } from './key-vault-duties.ts';

/** Keys kept in memory at most, the least recently used leave first: some 30 MB. */
export const UNWRAPPED_KEYS_MAX = 100_000;

/**
 * The vault still asks its tables about every key, so this never outlives an erasure: it saves unwrapping, not looking.
 * Keys are held in the memory of the process alone and go with it.
 */
export const unwrappedKeys = (kms: Pick<Kms, 'unwrap'>, keysMax = UNWRAPPED_KEYS_MAX) => {
  const kept = new Map<string, SubjectKey>();
  const keep = (key: SubjectKey): void => {
    const name = nameOf(key);
    kept.delete(name);
    kept.set(name, key);
    const [oldest] = kept.keys();
    if (kept.size > keysMax && oldest !== undefined) kept.delete(oldest);
  };

  return {
    /**
     * The keys of `rows` in order, with one call for all that are neither kept nor among `made`, which the caller has in
     * clear. @throws KmsUnavailable
     */
    async open(
      rows: readonly (KeyRef & { readonly wrapped: Uint8Array })[],
      made: readonly SubjectKey[] = [],
    ): Promise<readonly SubjectKey[]> {
      const found = new Map(made.map((key) => [nameOf(key), key]));
      const closed = rows.filter((row) => {
        const key = found.get(nameOf(row)) ?? kept.get(nameOf(row));
        if (key !== undefined) found.set(nameOf(row), key);
        return key === undefined;
      });
      const opened = closed.length === 0 ? [] : await kms.unwrap(closed.map(({ wrapped }) => wrapped));
      closed.forEach(({ subject, gen }, index) => {
        found.set(nameOf({ subject, gen }), { subject, gen, key: opened[index] as Uint8Array });
      });
      const keys = rows.map((row) => found.get(nameOf(row)) as SubjectKey);
      keys.forEach(keep);
      return keys;
    },
    forget: (key: KeyRef): void => void kept.delete(nameOf(key)),
    forgetAll: (): void => kept.clear(),
  };
};

const nameOf = ({ subject, gen }: KeyRef): string => `${subject}/${gen}`;
