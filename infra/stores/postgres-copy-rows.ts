// Writes rows in PostgreSQL's binary COPY format, chunk by chunk into one buffer.
// Source: PostgreSQL manual, COPY, "Binary Format"; values as the types' receive functions want them.
import type { Cell, Column } from '../../projections/projection.ts';

/** Bytes gathered before a chunk goes out; a longer row goes out whole. */
const CHUNK_BYTES = 65_536;

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const END_OF_ROWS = -1;
const NULL_LENGTH = -1;
/** PostgreSQL counts days from 2000-01-01. */
const DAYS_BEFORE_2000 = 10_957;
const DAY_MS = 86_400_000;
const UUID_BYTES = 16;
const UUID_LENGTH = 36;

type Send = (chunk: Buffer) => void;

/** Rows in a buffer that is used again and again. Chunks are handed to `send`, which copies what it keeps. */
export const copyRows = () => {
  const bytes = growingBytes();
  return {
    start: (): void => bytes.restart(),
    /** One row: key, cells, document. `undefined` as the document is NULL. */
    row(columns: readonly Column[], key: string, cells: readonly Cell[], doc: string | undefined, send: Send): void {
      bytes.int16(columns.length + 2);
      bytes.text(key);
      for (let n = 0; n < columns.length; n += 1) writeCell(bytes, (columns[n] as Column).type, cells[n]);
      writeCell(bytes, 'text', doc);
      if (bytes.length() >= CHUNK_BYTES) bytes.handOver(send);
    },
    end(send: Send): void {
      bytes.int16(END_OF_ROWS);
      bytes.handOver(send);
    },
  };
};

const writeCell = (bytes: ReturnType<typeof growingBytes>, type: Column['type'], value: Cell): void => {
  if (value === undefined) bytes.int32(NULL_LENGTH);
  else if (type === 'text') bytes.text(String(value));
  else if (type === 'bigint') bytes.int64(BigInt(value));
  else if (type === 'date') bytes.sizedInt32(daysSince2000(String(value)));
  else bytes.uuid(String(value));
};

const growingBytes = () => {
  let buffer = Buffer.allocUnsafe(4 * CHUNK_BYTES);
  let at = 0;
  const need = (count: number): void => {
    if (at + count <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + count));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
  };
  const int32 = (value: number): void => {
    need(4);
    at = buffer.writeInt32BE(value, at);
  };
  return {
    int32,
    length: () => at,
    restart(): void {
      at = SIGNATURE.copy(buffer, 0);
    },
    handOver(send: Send): void {
      send(buffer.subarray(0, at));
      at = 0;
    },
    int16(value: number): void {
      need(2);
      at = buffer.writeInt16BE(value, at);
    },
    /** UTF-8 takes at most three bytes a UTF-16 unit. */
    text(value: string): void {
      need(4 + value.length * 3);
      const written = buffer.write(value, at + 4, 'utf8');
      buffer.writeInt32BE(written, at);
      at += 4 + written;
    },
    int64(value: bigint): void {
      int32(8);
      need(8);
      at = buffer.writeBigInt64BE(value, at);
    },
    sizedInt32(value: number): void {
      int32(4);
      int32(value);
    },
    uuid(value: string): void {
      int32(UUID_BYTES);
      need(UUID_BYTES);
      const written = buffer.write(value.replaceAll('-', ''), at, 'hex');
      if (written !== UUID_BYTES || value.length !== UUID_LENGTH) {
        throw new RangeError('a cell of type uuid wants 32 hex digits in five groups');
      }
      at += written;
    },
  };
};

const daysSince2000 = (day: string): number => {
  const ms = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(ms)) throw new RangeError('a cell of type date wants YYYY-MM-DD');
  return ms / DAY_MS - DAYS_BEFORE_2000;
};
