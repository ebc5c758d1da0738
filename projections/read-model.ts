// Port of the read model: rows of projections and how far each projection has read.
import type { AnyProjection, Cell, Projection } from './projection.ts';

/** Rows of one page at most. */
export const ROWS_PER_PAGE_MAX = 1_000;
/** Keys of one `getMany` at most. */
export const KEYS_PER_GET_MAX = 20_000;
/** Name of the index that every projection has: rows by key alone. */
export const BY_KEY = 'key';

export interface Row<Doc> {
  readonly key: string;
  readonly doc: Doc;
}

/** A row as it is stored: its document undecoded, its cells as text (a bigint in decimal). */
export interface StoredRow {
  readonly key: string;
  readonly cells: readonly (string | undefined)[];
  readonly text: string;
}

/** Place of one part of one projection version. */
export interface PartRef {
  readonly projection: AnyProjection;
  readonly part: number;
  readonly parts: number;
}

/** A part held by one owner for a while; `fence` grows with every new holder, so that a late writer is told apart. */
export interface Lease {
  readonly ref: PartRef;
  readonly owner: string;
  readonly fence: bigint;
  readonly position: bigint;
}

/** One step of one part: positions `from` (exclusive) to `to` are folded into these rows. */
export interface Step {
  readonly from: bigint;
  readonly to: bigint;
  /** Rows whose key is not stored yet. */
  readonly inserts: readonly Row<unknown>[];
  /** Rows that are stored and get another document. */
  readonly updates: readonly Row<unknown>[];
  readonly deletes: readonly string[];
}

/** State of one part as an operator sees it. `halted` names the poison event, its position and the error. */
export interface PartState {
  readonly name: string;
  readonly version: number;
  readonly part: number;
  readonly parts: number;
  readonly position: bigint;
  readonly halted?: { readonly position: bigint; readonly event: string; readonly error: string } | undefined;
}

/**
 * Rows by an index: equal leading columns, then from `after` on, or those whose next text column begins with `prefix`.
 * With the index `BY_KEY` there are no columns: `prefix` is the key's, `after` is the key alone.
 */
export interface Scan {
  readonly index: string;
  readonly equal: readonly Exclude<Cell, undefined>[];
  readonly prefix?: string | undefined;
  /** Cells of the columns behind `equal`, then the key, of the last row already seen. */
  readonly after?: readonly [...Exclude<Cell, undefined>[], string] | undefined;
  readonly descending?: boolean | undefined;
  readonly limit: number;
}

/**
 * Exactly-once: the rows of a step and the part's new position become visible and durable together, once, and only while
 * the lease holds (owner, fence and position all as expected). Reads see whole steps. All methods may be called at once,
 * from several processes. Rows are in key order by code point.
 * The caller guarantees: projections were prepared; a lease has one commit under way at a time; keys have no line break.
 * @throws ReadModelUnavailable when it cannot be reached: try again. A commit whose answer was lost may have been
 * written; the same commit again is then false, and the next claim tells the position.
 */
export interface ReadModel {
  /**
   * Makes the place of these projections where it is missing; keeps what is there. Another number of parts is taken over
   * only while nobody holds one and all stand at one position.
   * @throws Error when the number of parts cannot be changed now.
   */
  prepare(projections: readonly AnyProjection[], parts: number): Promise<void>;
  /**
   * Makes the indexes that are missing. A place is prepared, and emptied, without them, so that a long way to the head is
   * not slowed down; scans and counts are right all the same, but slow. The runner asks for it at the head.
   */
  index(projection: AnyProjection): Promise<void>;
  /** Takes or renews a part for `leaseMs`; undefined while another owner holds it. Owners are unique to one run. */
  claim(ref: PartRef, owner: string, leaseMs: number): Promise<Lease | undefined>;
  /** Gives the part up; nothing happens when it is held by somebody else by now. */
  release(lease: Lease): Promise<void>;
  /**
   * False when fenced out: nothing was written, and the holder must stop. `leaseMs` renews the lease.
   * @throws RowsRefused, or what `encode` and `cells` throw: nothing was written, and trying again is no use.
   */
  commit(lease: Lease, step: Step, leaseMs: number): Promise<boolean>;
  /** Records the poison event and gives the part up; the next commit of the part clears it. False when fenced out. */
  halt(lease: Lease, poison: NonNullable<PartState['halted']>): Promise<boolean>;
  /** Removes all rows of one projection version, puts it back to position 0 and fences its holders out. */
  drop(projection: AnyProjection): Promise<void>;
  /** By name, version and part. */
  states(): Promise<readonly PartState[]>;

  get<Doc>(projection: Projection<Doc>, key: string): Promise<Doc | undefined>;
  getMany<Doc>(projection: Projection<Doc>, keys: readonly string[]): Promise<ReadonlyMap<string, Doc>>;
  scan<Doc>(projection: Projection<Doc>, scan: Scan): Promise<readonly Row<Doc>[]>;
  /** Rows with these leading cells of an index; counts at most `countMax`, so that it stays cheap. */
  count(
    projection: AnyProjection,
    index: string,
    equal: readonly Exclude<Cell, undefined>[],
    countMax: number,
  ): Promise<number>;
  /** Every row in key order, page by page, as stored: for the oracle and exports. */
  rows(projection: AnyProjection): AsyncIterable<readonly StoredRow[]>;
  close(): Promise<void>;
}

/** The read model could not be reached or refused for now. */
export class ReadModelUnavailable extends Error {
  override name = 'ReadModelUnavailable';
}

/** A row cannot be stored as it is: a value out of its type, a key that is there already, an index entry too long. */
export class RowsRefused extends Error {
  override name = 'RowsRefused';
}
