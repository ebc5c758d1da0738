// Opens a file that was handed in: its hash, and its bytes, decompressed within limits where it is gzip.
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ImportMistake } from '../../src/import/import-mistake.ts';

/** Bytes of a file, and of what a compressed one unfolds to. */
export const FILE_BYTES_MAX = 32 * 2 ** 30;
export const UNFOLDED_BYTES_MAX = 32 * 2 ** 30;
/** How much larger a file may become when it is decompressed; looked at from UNFOLDED_BYTES_FREE on. */
export const UNFOLDED_RATIO_MAX = 200;
export const UNFOLDED_BYTES_FREE = 16 * 2 ** 20;

const CHUNK_BYTES = 262_144;

/** Limits of one file; tests set smaller ones. */
export interface FileLimits {
  readonly fileBytesMax: number;
  readonly unfoldedBytesMax: number;
  readonly unfoldedRatioMax: number;
  readonly unfoldedBytesFree: number;
}

export const FILE_LIMITS: FileLimits = {
  fileBytesMax: FILE_BYTES_MAX,
  unfoldedBytesMax: UNFOLDED_BYTES_MAX,
  unfoldedRatioMax: UNFOLDED_RATIO_MAX,
  unfoldedBytesFree: UNFOLDED_BYTES_FREE,
};

/** An opened file. `readBytes` tells how far reading got, for progress; `size` is the size on disk. */
export interface OpenedFile {
  readonly sha256: string;
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly readBytes: () => number;
  readonly close: () => Promise<void>;
}

/**
 * Reads the file once for its hash; `bytes` reads it a second time. Both use the same open file, so a file that is replaced
 * meanwhile does no harm; one that is written to meanwhile is found out at the end.
 * @throws ImportMistake when there is no such file, it is no file, is too large, is XLSX, or unfolds past the limits.
 */
export const openFile = async (path: string, limits: FileLimits = FILE_LIMITS): Promise<OpenedFile> => {
  const file = await openPlainFile(path);
  try {
    const stats = await file.stat();
    if (stats.size > limits.fileBytesMax) {
      throw new ImportMistake(`the file has ${stats.size} bytes, at most ${limits.fileBytesMax} are taken: divide it`);
    }
    const head = await headOf(file);
    if (head.subarray(0, 4).equals(ZIP_MAGIC)) {
      throw new ImportMistake('the file is an Excel workbook or a ZIP archive; save its sheet as "CSV UTF-8"');
    }
    const hash = createHash('sha256');
    for await (const chunk of chunksOf(file)) hash.update(chunk);
    const sha256 = hash.digest('hex');
    let readBytes = 0;
    const raw = checkedBytes(file, sha256, (count) => {
      readBytes += count;
    });
    const isGzip = head.subarray(0, 2).equals(GZIP_MAGIC);
    return {
      sha256,
      size: stats.size,
      bytes: isGzip ? unfolded(raw, () => readBytes, limits) : raw,
      readBytes: () => readBytes,
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
};

/** @throws ImportMistake when there is no such file, it may not be read, or is no file. */
export const openPlainFile = async (path: string): Promise<FileHandle> => {
  const file = await open(path, 'r').catch((error: unknown) => {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new ImportMistake(`the file cannot be opened (${code})`, { cause: error });
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new ImportMistake('this is no file: name one file for each import');
};

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const ZIP_MAGIC = Buffer.from([0x50, 0x4b, 0x03, 0x04]);

const headOf = async (file: FileHandle): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.subarray(0, bytesRead);
};

async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* checkedBytes(
  file: FileHandle,
  sha256: string,
  onRead: (count: number) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(file)) {
    hash.update(chunk);
    onRead(chunk.length);
    yield chunk;
  }
  if (hash.digest('hex') !== sha256) {
    throw new ImportMistake('the file was changed while it was read: import it again when it is complete');
  }
}

async function* unfolded(
  raw: AsyncGenerator<Buffer>,
  readBytes: () => number,
  limits: FileLimits,
): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const fed = pipeline(raw, gunzip);
  fed.catch(() => undefined); // The same error ends the reading of `gunzip` below.
  let count = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      count += chunk.length;
      const isFolded = count > limits.unfoldedBytesFree && count > readBytes() * limits.unfoldedRatioMax;
      if (isFolded || count > limits.unfoldedBytesMax) {
        throw new ImportMistake(
          `the compressed file unfolds to more than ${limits.unfoldedRatioMax} times its size or ` +
            `${limits.unfoldedBytesMax} bytes: decompress it yourself, look at it, and divide it`,
        );
      }
      yield chunk;
    }
    await fed;
  } catch (error) {
    if (error instanceof ImportMistake) throw error;
    throw new ImportMistake('the compressed file is damaged or incomplete: fetch it again', { cause: error });
  } finally {
    gunzip.destroy();
  }
}
