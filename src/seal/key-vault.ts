// Ports of the keys: one per data subject, wrapped by a key-encryption key that stays outside the data folder.

/** A data subject's current key. `subject` is a random UUID: it tells nothing of the person. */
export interface SubjectKey {
  readonly subject: string;
  readonly gen: number;
  readonly key: Uint8Array;
}

/** Key management: wraps and unwraps data keys and makes keyed hashes. A remote service answers many in one call. */
export interface Kms {
  /** Names the key-encryption key in use, so that a wrong key file is told from a broken one. */
  readonly keyId: string;
  wrap(keys: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
  /** @throws KmsUnavailable when the service is down: never mistaken for an erased key. */
  unwrap(wrapped: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
  /** HMAC-SHA-256 under the ledger-wide lookup key, 43 characters of base64url. */
  lookupHash(text: string): string;
}

/**
 * Durability: a key that `keysFor` returned survives a crash before anything sealed under it is stored.
 * Concurrency: two callers asking for the same lookup get the same key.
 */
export interface KeyVault {
  readonly kms: Pick<Kms, 'lookupHash'>;
  /** The key of each data subject by its lookup hash, made when missing; one round trip. */
  keysFor(lookups: readonly string[]): Promise<readonly SubjectKey[]>;
  /** Keys by lookup hash as they are, none made: undefined where there is none. For dry runs. One round trip. */
  peek(lookups: readonly string[]): Promise<readonly (SubjectKey | undefined)[]>;
  /** Keys to open what is sealed; `erased` when destroyed. One round trip. */
  keysOf(
    refs: readonly { readonly subject: string; readonly gen: number }[],
  ): Promise<readonly (SubjectKey | 'erased')[]>;
  close(): Promise<void>;
}

/** The key service did not answer: readers wait or fail, and nothing is taken for erased. */
export class KmsUnavailable extends Error {
  override name = 'KmsUnavailable';
}
