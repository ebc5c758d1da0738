// Key management out of one file of the user's configuration folder: for one machine, and where there is no key service.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  randomBytes,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Kms } from '../../src/seal/key-vault.ts';

/** Bytes of every key: key-encryption key, lookup key, data key. */
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** First byte of a wrapped key: tells this form from later ones. */
const WRAP_FORM = 1;
const WRAPPED_BYTES = 1 + IV_BYTES + KEY_BYTES + TAG_BYTES;
const FILE_VERSION = 1;
const FILE_BYTES_MAX = 4_096;
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const OTHERS = 0o077;
const KEY_TEXT = /^[\w-]{43}$/;

/** The key file cannot be used, or a data key does not open under it. Never holds a part of a key. */
export class KeyFileError extends Error {
  override name = 'KeyFileError';
}

/**
 * Keys from the file at `path`: JSON { version, keyId, kek, lookup }, made with random keys when there is none, readable
 * by its owner alone. `keyId` is a fingerprint of both keys, so a file of which a part was exchanged is refused.
 * Durability: the file is on the disk before its keys are used. Concurrency: of processes that start at once one makes
 * the file and all use it. Losing the file loses everything that is sealed: it needs a backup of its own, kept away from
 * the backups of the data.
 * @throws KeyFileError when the file is malformed, too large, unreadable, or open to other users.
 */
export const fileKms = async (path: string): Promise<Kms> => {
  const text = (await readKeyFile(path)) ?? (await createKeyFile(path));
  return localKms(keysOf(path, text));
};

/** Keys in the memory of this process. Wraps with AES-256-GCM (NIST SP 800-38D), random iv, `keyId` as aad. */
export const localKms = ({ kek, lookup }: { readonly kek: Uint8Array; readonly lookup: Uint8Array }): Kms => {
  const keyId = fingerprint(kek, lookup);
  const wrapping = createSecretKey(kek);
  const hashing = createSecretKey(lookup);
  return {
    keyId,
    wrap: async (keys) => keys.map((key) => wrapped(wrapping, keyId, key)),
    unwrap: async (texts) => texts.map((text) => unwrapped(wrapping, keyId, text)),
    lookupHash: (text) => createHmac('sha256', hashing).update(text).digest('base64url'),
  };
};

const wrapped = (kek: KeyObject, keyId: string, key: Uint8Array): Uint8Array => {
  if (key.length !== KEY_BYTES) throw new RangeError(`a data key has ${KEY_BYTES} bytes, this one ${key.length}`);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', kek, iv).setAAD(Buffer.from(keyId));
  return Buffer.concat([Buffer.of(WRAP_FORM), iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
};

const unwrapped = (kek: KeyObject, keyId: string, text: Uint8Array): Uint8Array => {
  const body = 1 + IV_BYTES;
  try {
    if (text.length !== WRAPPED_BYTES || text[0] !== WRAP_FORM) throw new RangeError('it has another form');
    const decipher = createDecipheriv('aes-256-gcm', kek, text.subarray(1, body), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(keyId)).setAuthTag(text.subarray(body + KEY_BYTES));
    return Buffer.concat([decipher.update(text.subarray(body, body + KEY_BYTES)), decipher.final()]);
  } catch (error) {
    throw new KeyFileError(
      `could not unwrap a data key under key-encryption key ${keyId}: it was wrapped under another key or is damaged. ` +
        'Restore the key vault from its newest backup, or the key file that belongs to it (HUIXIN_KEY_FILE).',
      { cause: error },
    );
  }
};

/** Text of the file, undefined when there is none. Mode and text are of the same open file. */
const readKeyFile = async (path: string): Promise<string | undefined> => {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new KeyFileError(`could not open the key file ${path}: ${error.code}. ${MEND}`, { cause: error });
  });
  if (file === undefined) return undefined;
  try {
    const found = await file.stat();
    const { mode, size } = found;
    if (!found.isFile()) throw new KeyFileError(`the key file ${path} is not a file. ${MEND}`);
    if ((mode & OTHERS) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0');
      throw new KeyFileError(
        `the key file ${path} is open to other users of this machine (mode ${octal}). Run: chmod 600 '${path}'`,
      );
    }
    if (size > FILE_BYTES_MAX) throw malformed(path, `it has ${size} bytes, at most ${FILE_BYTES_MAX} are expected`);
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof KeyFileError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new KeyFileError(`could not read the key file ${path}: ${code}. ${MEND}`, { cause: error });
  } finally {
    await file.close();
  }
};

/** Writes it whole beside its place, then gives it the name if the name is still free. */
const createKeyFile = async (path: string): Promise<string> => {
  const folder = dirname(path);
  const draft = `${path}.${randomUUID()}`;
  const [kek, lookup] = [randomBytes(KEY_BYTES), randomBytes(KEY_BYTES)];
  const keys = { version: FILE_VERSION, keyId: fingerprint(kek, lookup), kek: encoded(kek), lookup: encoded(lookup) };
  try {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    await writeDurably(draft, `${JSON.stringify(keys, undefined, 2)}\n`);
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error; // Another process was first: its file holds.
    });
    await rm(draft);
    await syncFolder(folder);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new KeyFileError(`could not make the key file ${path}: ${code}. ${MEND}`, { cause: error });
  }
  const text = await readKeyFile(path);
  if (text === undefined)
    throw new KeyFileError(`the key file ${path} was removed while this process started. ${MEND}`);
  return text;
};

const writeDurably = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/** The parser's own error would quote the file, so it is not kept as cause. */
const keysOf = (path: string, text: string): { kek: Uint8Array; lookup: Uint8Array } => {
  const { version, keyId, kek, lookup } = parsed(text) ?? {};
  if (typeof version !== 'number' || typeof keyId !== 'string') throw malformed(path, 'it is not JSON of a key file');
  if (version !== FILE_VERSION) throw malformed(path, `it has version ${version}, this program reads ${FILE_VERSION}`);
  const [wrapping, hashing] = [decoded(kek), decoded(lookup)];
  if (wrapping === undefined || hashing === undefined) {
    throw malformed(path, `kek and lookup are ${KEY_BYTES} bytes each in base64url`);
  }
  if (fingerprint(wrapping, hashing) !== keyId) throw malformed(path, 'its keyId is not that of its keys');
  return { kek: wrapping, lookup: hashing };
};

const parsed = (text: string): { readonly [name: string]: unknown } | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
};

const MEND =
  'Set HUIXIN_KEY_FILE to a file that this user can read, in a folder that this user can write when it is to be made.';

const malformed = (path: string, problem: string): KeyFileError =>
  new KeyFileError(
    `the key file ${path} is damaged: ${problem}. Restore it from its backup; ` +
      'a new one would not open what is sealed already.',
  );

/** 128 bits, 22 characters of base64url. The keys are random, so it tells nothing of them. */
const fingerprint = (kek: Uint8Array, lookup: Uint8Array): string =>
  createHash('sha256').update('huixin key file').update(kek).update(lookup).digest('base64url').slice(0, 22);

const encoded = (key: Uint8Array): string => Buffer.from(key).toString('base64url');

const decoded = (text: unknown): Uint8Array | undefined => {
  if (typeof text !== 'string' || !KEY_TEXT.test(text)) return undefined;
  const key = Buffer.from(text, 'base64url');
  return key.toString('base64url') === text ? key : undefined;
};
