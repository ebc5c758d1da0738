// Writes rows in PostgreSQL's binary COPY format, chunk by chunk into one buffer.
// Source: PostgreSQL manual, COPY, "Binary Format"; values as the types' receive functions want them.
import type { Cell, Column } from '../../projections/projection.ts';

/** Bytes gathered before a chunk goes out; a longer row goes out whole. */
const CHUNK_BYTES = 65_536;

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = Buffer.from([0xff, 0xff]);
/** PostgreSQL counts days from 2000-01-01. */
const DAYS_BEFORE_2000 = 10_957;
const DAY_MS = 86_400_000;
const UUID_BYTES = 16;
const UUID_LENGTH = 36;

type Send = (chunk: Buffer) => void;

/** A buffer that grows and is used again and again. Chunks are handed to `send`, which copies what it keeps. */
export const copyRows = () => {
  let buffer = Buffer.allocUnsafe(4 * CHUNK_BYTES);
  let at = 0;

  const need = (bytes: number): void => {
    if (at + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + bytes));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
  };

  /** UTF-8 takes at most three bytes a UTF-16 unit. */
  const text = (value: string): void => {
    need(4 + value.length * 3);
    const written = buffer.write(value, at + 4, 'utf8');
    buffer.writeInt32BE(written, at);
    at += 4 + written;
  };

  const cell = (type: Column['type'], value: Cell): void => {
    if (value === undefined) {
      need(4);
      at = buffer.writeInt32BE(-1, at);
      return;
    }
    if (type === 'text') {
      text(String(value));
      return;
    }
    need(20);
    if (type === 'bigint') {
      at = buffer.writeInt32BE(8, at);
      at = buffer.writeBigInt64BE(BigInt(value), at);
    } else if (type === 'date') {
      at = buffer.writeInt32BE(4, at);
      at = buffer.writeInt32BE(daysSince2000(String(value)), at);
    } else {
      at = buffer.writeInt32BE(16, at);
      const written = buffer.write(uuidHex(String(value)), at, 'hex');
      if (written !== UUID_BYTES || String(value).length !== UUID_LENGTH) {
        throw new RangeError('a cell of type uuid wants 32 hex digits in five groups');
      }
      at += written;
    }
  };

  return {
    start(): void {
      at = SIGNATURE.copy(buffer, 0);
    },
    /** One row: key, cells, document. `undefined` as the document is NULL. */
    row(columns: readonly Column[], key: string, cells: readonly Cell[], doc: string | undefined, send: Send): void {
      need(2);
      at = buffer.writeInt16BE(columns.length + 2, at);
      text(key);
      for (let n = 0; n < columns.length; n += 1) cell((columns[n] as Column).type, cells[n]);
      if (doc === undefined) cell('text', undefined);
      else text(doc);
      if (at < CHUNK_BYTES) return;
      send(buffer.subarray(0, at));
      at = 0;
    },
    end(send: Send): void {
      need(2);
      at += TRAILER.copy(buffer, at);
      send(buffer.subarray(0, at));
      at = 0;
    },
  };
};

const daysSince2000 = (day: string): number => {
  const ms = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(ms)) throw new RangeError('a cell of type date wants YYYY-MM-DD');
  return ms / DAY_MS - DAYS_BEFORE_2000;
};

/** Sixteen bytes in hex, once the hyphens are gone; anything else is seen when fewer are written. */
const uuidHex = (uuid: string): string => uuid.replaceAll('-', '');
