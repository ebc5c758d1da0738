// Port of the rows that were not recorded: refused ones to be mended, quarantined ones to be decided. Always sealed.
import type { Day } from '../day.ts';
import type { Cipher } from '../seal/cipher.ts';
import type { KeyVault, SubjectKey } from '../seal/key-vault.ts';
import type { Remark } from './form.ts';

/** Rows of one call at most. */
export const WAITING_ROWS_PER_CALL_MAX = 10_000;

/** `columns`: the header of the file, at line 0, so that refused rows can be written out again. */
export type WaitingKind = 'columns' | 'refused' | 'quarantined';

/** A row as the store sees it: where it stood, what became of it, and a sealed text under the key of its batch. */
export interface SealedRow {
  readonly line: number;
  readonly kind: WaitingKind;
  readonly subject: string;
  readonly gen: number;
  readonly iv: Uint8Array;
  readonly ct: Uint8Array;
}

/** What a finished import leaves behind. It names no file: file names hold personal names too often. */
export interface BatchReceipt {
  readonly batch: string;
  readonly form: string;
  readonly agency: string;
  readonly assertedOn: Day;
  readonly sha256: string;
  readonly rows: number;
  readonly recorded: number;
  readonly changed: number;
  readonly corrected: number;
  readonly alreadyThere: number;
  readonly refused: number;
  readonly quarantined: number;
  readonly firstPosition?: bigint | undefined;
  readonly lastPosition?: bigint | undefined;
}

/**
 * Durability: what `put`, `settle` and `finish` wrote survives a crash once they resolve. Every call may be repeated. A row
 * is known by batch and line; what is put later replaces what was there. Order of writing: the events of a group, then its
 * rows; the receipt last, when every row is settled.
 * @throws EventStoreUnavailable when the store is down: repeat the call.
 */
export interface WaitingRows {
  /** Adds rows of a batch, or replaces those on the same lines. At most WAITING_ROWS_PER_CALL_MAX. */
  put(batch: string, rows: readonly SealedRow[]): Promise<void>;
  /** Takes rows out that were recorded after all. */
  settle(batch: string, lines: readonly number[]): Promise<void>;
  /** Keeps the receipt of a finished batch; the first one stays. */
  finish(receipt: BatchReceipt): Promise<void>;
  receipt(batch: string): Promise<BatchReceipt | undefined>;
  /** Kinds of the rows that wait on lines `from` to `until`, both included. */
  kinds(
    batch: string,
    lines: { readonly from: number; readonly until: number },
  ): Promise<ReadonlyMap<number, WaitingKind>>;
  /** Rows of one kind behind a line, in order of lines. */
  page(
    batch: string,
    asked: { readonly kind: WaitingKind; readonly afterLine: number; readonly limit: number },
  ): Promise<readonly SealedRow[]>;
  close(): Promise<void>;
}

/** A waiting row in clear: its cells as read and why it waits. */
export interface WaitingRow {
  readonly line: number;
  readonly kind: WaitingKind;
  readonly cells: readonly string[];
  readonly remarks: readonly Remark[];
}

/** What sealing and opening rows needs from outside. */
export interface RowSealer {
  readonly vault: KeyVault;
  readonly cipher: Cipher;
  readonly randomBytes: (count: number) => Uint8Array;
}

/** Seals rows under the key of their batch, which is made with the first of them. */
export const sealRows = async (
  batch: string,
  rows: readonly WaitingRow[],
  { vault, cipher, randomBytes }: RowSealer,
): Promise<readonly SealedRow[]> => {
  if (rows.length === 0) return [];
  const [key] = await vault.keysFor([vault.kms.lookupHash(`batch:${batch}`)]);
  if (key === undefined) throw new Error('the key vault left out the key of a batch that was asked for');
  return rows.map(({ line, kind, cells, remarks }) => {
    const iv = randomBytes(cipher.ivBytes);
    const clear = JSON.stringify({ cells, remarks });
    const { subject, gen } = key;
    const place = { batch, line, kind, subject, gen };
    return { line, kind, subject, gen, iv, ct: cipher.seal({ key: key.key, iv, aad: placeOf(place), clear }) };
  });
};

/** Opens rows of one batch; those whose key was destroyed are left out. */
export const openRows = async (
  batch: string,
  rows: readonly SealedRow[],
  { vault, cipher }: Pick<RowSealer, 'vault' | 'cipher'>,
): Promise<readonly WaitingRow[]> => {
  const keys = await vault.keysOf(rows.map(({ subject, gen }) => ({ subject, gen })));
  return rows.flatMap((row, index): readonly WaitingRow[] => {
    const key = keys[index];
    if (key === undefined || key === 'erased') return [];
    const { line, kind, iv, ct } = row;
    const clear = cipher.open({ key: key.key, iv, aad: placeOf({ batch, ...row }), sealed: ct });
    const { cells, remarks } = JSON.parse(clear) as Pick<WaitingRow, 'cells' | 'remarks'>;
    return [{ line, kind, cells, remarks }];
  });
};

/** Binds a sealed row to its place: moved to another line, batch or kind it does not open. */
const placeOf = ({
  batch,
  line,
  kind,
  subject,
  gen,
}: { readonly batch: string } & Pick<SealedRow, 'line' | 'kind'> & Pick<SubjectKey, 'subject' | 'gen'>): string =>
  `${batch}|${line}|${kind}|${subject}|${gen}`;
