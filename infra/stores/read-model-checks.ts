// What every read model checks alike: indexes, pages, keys, numbers of parts.
import type { AnyProjection, Cell, Column } from '../../projections/projection.ts';
import { BY_KEY, KEYS_PER_GET_MAX, ROWS_PER_PAGE_MAX, type Scan } from '../../projections/read-model.ts';

export type GivenCell = Exclude<Cell, undefined>;

/** Columns of the index by name, in its order; none for `BY_KEY`. @throws RangeError when there is no such index. */
export const indexColumns = (projection: AnyProjection, name: string): readonly Column[] => {
  if (name === BY_KEY) return [];
  const index = projection.indexes.find((one) => one.name === name);
  if (index === undefined) throw new RangeError(`projection ${projection.name} has no index ${name}`);
  return index.columns.map((column) => columnOf(projection, column));
};

export const columnOf = (projection: AnyProjection, name: string): Column => {
  const column = projection.columns.find((one) => one.name === name);
  if (column === undefined) throw new RangeError(`projection ${projection.name} has no column ${name}`);
  return column;
};

/** @throws RangeError when a scan asks for too much or for what its index cannot give. */
export const checkScan = (columns: readonly Column[], { equal, after, prefix, limit }: Scan): void => {
  if (limit < 1 || limit > ROWS_PER_PAGE_MAX) {
    throw new RangeError(`a page holds 1 to ${ROWS_PER_PAGE_MAX} rows, ${limit} were asked`);
  }
  if (equal.length > columns.length) {
    throw new RangeError(`the index has ${columns.length} columns, ${equal.length} cells were given`);
  }
  if (after !== undefined && after.length !== columns.length - equal.length + 1) {
    throw new RangeError('a scan goes on after all cells behind the equal ones and the key');
  }
  if (prefix !== undefined && (columns[equal.length]?.type ?? 'text') !== 'text') {
    throw new RangeError('only text has a prefix');
  }
};

export const checkKeys = (keys: readonly string[]): void => {
  if (keys.length > KEYS_PER_GET_MAX) {
    throw new RangeError(`one call gets at most ${KEYS_PER_GET_MAX} rows, ${keys.length} were asked`);
  }
};

/** What to say when the number of parts cannot be changed now. */
export const partsFixed = (name: string, stored: number, wanted: number): string =>
  `projection ${name} has ${stored} parts and ${wanted} were asked, but its parts are held or stand at different ` +
  `positions: run it with ${stored} parts until it has caught up and stop it, or rebuild it`;
