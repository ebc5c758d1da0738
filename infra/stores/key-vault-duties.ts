// What every key vault owes beyond its port: limits, erasure, and refusing keys that do not belong together.
import { randomBytes, randomUUID } from 'node:crypto';
import type { KeyVault, SubjectKey } from '../../src/seal/key-vault.ts';

/** Lookups or references of one call at most. */
export const KEYS_PER_CALL_MAX = 50_000;
const KEY_BYTES = 32;
const LOOKUP_HASH = /^[\w-]{43}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A key by its name: what stands in every sealed member. */
export type KeyRef = Pick<SubjectKey, 'subject' | 'gen'>;

/**
 * A vault that can forget. Erasing is for ever: the row stays as a tombstone of subject and generation, without key and
 * without lookup hash. A later fact about the same person gets a new subject at generation 1, which nothing links to the
 * erased one. Within one subject, generations above 1 are for changing its key.
 */
export interface ErasableKeyVault extends KeyVault {
  /**
   * Destroys the keys of all generations of a subject; repeating it changes nothing. Once it resolves, no `keysOf` of any
   * process gives them. The caller guarantees that the erasure is on record in the ledger and that no `keysFor` of the
   * same person is being sealed with.
   */
  erase(subject: string): Promise<'erased' | 'unknown'>;
}

/** Key file, key vault and ledger come from different places or times. Nothing sealed may be taken for erased then. */
export class KeyVaultMismatch extends Error {
  override name = 'KeyVaultMismatch';
}

export const otherKeyFile = (stored: string, given: string): KeyVaultMismatch =>
  new KeyVaultMismatch(
    `the key vault was made with key file ${stored}, but the key file in use is ${given}. ` +
      `Set HUIXIN_KEY_FILE to the file whose keyId is ${stored}, or restore that file from its backup.`,
  );

export const absentKey = ({ subject, gen }: KeyRef): KeyVaultMismatch =>
  new KeyVaultMismatch(
    `the key vault has never had a key of subject ${subject} generation ${gen}, yet something is sealed under it: ` +
      'it is older than the ledger or belongs to another one. Restore the key vault from its newest backup.',
  );

/** @throws RangeError on too many, or on a text that is no lookup hash: it might be a person's number in clear. */
export const checkLookups = (lookups: readonly string[]): void => {
  checkCount(lookups.length);
  if (!lookups.every((lookup) => LOOKUP_HASH.test(lookup))) {
    throw new RangeError('keys are asked for by what kms.lookupHash gave, 43 characters of base64url');
  }
};

/** @throws RangeError on too many, or on a reference that no vault can have given. */
export const checkRefs = (refs: readonly KeyRef[]): void => {
  checkCount(refs.length);
  for (const { subject, gen } of refs) {
    if (!UUID.test(subject) || !Number.isSafeInteger(gen) || gen < 1 || gen > 0x7fff_ffff) {
      throw new RangeError('a key is named by the UUID of its subject in lower case and a generation from 1 on');
    }
  }
};

/** A key of a subject that no vault has seen. */
export const newSubjectKey = (): SubjectKey => ({ subject: randomUUID(), gen: 1, key: randomBytes(KEY_BYTES) });

const checkCount = (count: number): void => {
  if (count > KEYS_PER_CALL_MAX) {
    throw new RangeError(`one call asks for at most ${KEYS_PER_CALL_MAX} keys, ${count} were asked`);
  }
};
