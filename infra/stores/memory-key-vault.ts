// The key vault in memory: for tests and as the plainest statement of the port's contract.
import { randomBytes } from 'node:crypto';
import type { Kms, SubjectKey } from '../../src/seal/key-vault.ts';
import { absentKey, checkLookups, checkRefs, newSubjectKey, type ErasableKeyVault } from './key-vault-duties.ts';
import { localKms } from './kms-file.ts';
import { unwrappedKeys } from './unwrapped-keys.ts';

interface Row {
  readonly subject: string;
  readonly gen: number;
  /** Undefined once erased. */
  readonly wrapped: Uint8Array | undefined;
}

/** Everything lives and dies with the process, by default the wrapping keys too; otherwise it keeps the whole contract. */
export const memoryKeyVault = (
  kms: Kms = localKms({ kek: randomBytes(32), lookup: randomBytes(32) }),
): ErasableKeyVault => {
  const subjects = new Map<string, string>();
  const rows = new Map<string, Row>();
  const unwrapped = unwrappedKeys(kms);

  const makeMissing = async (lookups: readonly string[]): Promise<void> => {
    const missing = [...new Set(lookups)].filter((lookup) => !subjects.has(lookup));
    const made = missing.map(newSubjectKey);
    const wrapped = await kms.wrap(made.map(({ key }) => key));
    made.forEach(({ subject, gen }, index) => {
      const lookup = missing[index] as string;
      if (subjects.has(lookup)) return; // Another caller was first while the keys were wrapped.
      subjects.set(lookup, subject);
      rows.set(subject, { subject, gen, wrapped: wrapped[index] });
    });
  };

  const rowOf = (ref: Pick<SubjectKey, 'subject' | 'gen'>): Row => {
    const row = rows.get(ref.subject);
    if (row === undefined || row.gen !== ref.gen) throw absentKey(ref);
    return row;
  };

  const openAll = async (found: readonly Row[]): Promise<readonly (SubjectKey | 'erased')[]> => {
    const live = found.flatMap(({ subject, gen, wrapped }) =>
      wrapped === undefined ? [] : [{ subject, gen, wrapped }],
    );
    const keys = new Map((await unwrapped.open(live)).map((key) => [key.subject, key]));
    return found.map(({ subject }) => keys.get(subject) ?? 'erased');
  };

  return {
    kms,
    async keysFor(lookups) {
      checkLookups(lookups);
      while (lookups.some((lookup) => !subjects.has(lookup))) await makeMissing(lookups); // One may be erased meanwhile.
      const found = lookups.map((lookup) => rows.get(subjects.get(lookup) as string) as Row);
      return (await openAll(found)) as readonly SubjectKey[];
    },
    async peek(lookups) {
      checkLookups(lookups);
      const found = lookups.map((lookup) => rows.get(subjects.get(lookup) ?? ''));
      const keys = await openAll(found.filter((row) => row !== undefined));
      let next = 0;
      return found.map((row) => {
        if (row === undefined) return undefined;
        next += 1;
        return keys[next - 1] as SubjectKey;
      });
    },
    async keysOf(refs) {
      checkRefs(refs);
      return openAll(refs.map(rowOf));
    },
    async erase(subject) {
      checkRefs([{ subject, gen: 1 }]);
      const row = rows.get(subject);
      if (row === undefined) return 'unknown';
      rows.set(subject, { ...row, wrapped: undefined });
      unwrapped.forget(row);
      for (const [lookup, named] of subjects) if (named === subject) subjects.delete(lookup);
      return 'erased';
    },
    async close() {
      unwrapped.forgetAll();
    },
  };
};
