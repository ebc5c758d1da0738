// Port of the cipher that seals personal texts, and its standard adapter AES-256-GCM (NIST SP 800-38D).
import { createCipheriv, createDecipheriv } from 'node:crypto';

/** Authenticated encryption. `aad` binds a sealed text to its place: moved elsewhere, it does not open. */
export interface Cipher {
  readonly alg: string;
  readonly ivBytes: number;
  seal(input: { key: Uint8Array; iv: Uint8Array; aad: string; clear: string }): Uint8Array;
  /** @throws when key, place or text is another one. */
  open(input: { key: Uint8Array; iv: Uint8Array; aad: string; sealed: Uint8Array }): string;
}

const TAG_BYTES = 16;

/** 256-bit key, 96-bit random iv; the 128-bit tag stands behind the ciphertext. */
export const aesGcm: Cipher = {
  alg: 'A256GCM',
  ivBytes: 12,
  seal({ key, iv, aad, clear }) {
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad));
    return Buffer.concat([cipher.update(clear, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  },
  open({ key, iv, aad, sealed }) {
    const body = sealed.subarray(0, sealed.length - TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return decipher.update(body, undefined, 'utf8') + decipher.final('utf8');
  },
};
