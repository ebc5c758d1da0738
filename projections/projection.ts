// What a projection is: how events become the rows of one read model.
import type { RecordedEvent } from '../src/ledger/event-store.ts';

/** A stored column beside the document: what rows are found and sorted by. Text is compared by code point (UTF-8 bytes). */
export interface Column {
  readonly name: string;
  readonly type: 'text' | 'bigint' | 'date' | 'uuid';
}
export type Cell = string | bigint | undefined;

/** Rows sorted by these columns, then by key. A row stands in it only when each of the columns has a value. */
export interface Index {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * One row a key. `fold` kinds make the next document out of the last one, `append` kinds write each row once and never
 * look back. Raise `version` when a handler changes: the new version is built from position 0 beside the old one.
 *
 * Work is divided by `partOf` of the row key's first segment (text before the first space), never by stream.
 */
export interface Projection<Doc = unknown> {
  /** Lower-case letters, digits and underscores, at most 40: it names a table too. */
  readonly name: string;
  readonly version: number;
  readonly kind: 'fold' | 'append';
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  /** Keys of the rows that an event touches, each once; empty when it touches none. */
  readonly keys: (recorded: RecordedEvent) => readonly string[];
  /**
   * Next document of a row; undefined leaves the row out; the same object writes nothing. Pure, and never changes `doc`.
   * Throws for an event that it cannot read (poison).
   */
  readonly fold: (doc: Doc | undefined, recorded: RecordedEvent, key: string) => Doc | undefined;
  /** Values of `columns`, in their order. */
  readonly cells: (doc: Doc, key: string) => readonly Cell[];
  /** Document as stored text and back; JSON unless given. `decode` of `encode` gives the same `encode` again. */
  readonly encode: (doc: Doc) => string;
  readonly decode: (text: string, key: string) => Doc;
}

const jsonDoc = { encode: (doc: unknown) => JSON.stringify(doc), decode: (text: string) => JSON.parse(text) as never };

/** A projection whose document is stored as JSON unless it says otherwise. */
export const defineProjection = <Doc>(
  projection: Omit<Projection<Doc>, 'encode' | 'decode'> & Partial<Pick<Projection<Doc>, 'encode' | 'decode'>>,
): Projection<Doc> => ({ ...jsonDoc, ...projection });

/** A projection whose documents nobody here looks into: what the runner and the list work with. */
// oxlint-disable-next-line typescript/no-explicit-any -- The one place where documents of all kinds meet.
export type AnyProjection = Projection<any>;

/** Name of one version of a projection, as in its table: `entity_profile_v1`. */
export const versionedName = ({ name, version }: Pick<AnyProjection, 'name' | 'version'>): string =>
  `${name}_v${version}`;

/** 32-bit FNV-1a over UTF-16 code units of the key's first segment: ours, so that it never changes under us. */
export const partOf = (key: string, parts: number): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index);
    if (unit === 0x20) break;
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return (hash >>> 0) % parts;
};
