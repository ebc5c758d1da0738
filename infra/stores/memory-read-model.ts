// The read model in memory: for tests and as the plainest statement of the port's contract.
import { type AnyProjection, type Projection, versionedName } from '../../projections/projection.ts';
import {
  type Lease,
  type PartState,
  type ReadModel,
  ROWS_PER_PAGE_MAX,
  type Row,
  RowsRefused,
  type Scan,
  type Step,
  type StoredRow,
} from '../../projections/read-model.ts';
import type { Clock } from '../../src/clock.ts';
import { checkKeys, checkScan, type GivenCell, indexColumns, partsFixed } from './read-model-checks.ts';
import { compareCodePoints } from './row-order.ts';

type Cells = readonly (string | undefined)[];

interface Part {
  position: bigint;
  owner: string | undefined;
  fence: bigint;
  leaseUntilMs: number;
  halted: PartState['halted'];
}

interface Table {
  readonly projection: AnyProjection;
  readonly rows: Map<string, StoredRow>;
  parts: Part[];
}

const newPart = (position = 0n): Part => ({
  position,
  owner: undefined,
  fence: 0n,
  leaseUntilMs: 0,
  halted: undefined,
});

/** Everything lives and dies with the process; otherwise it keeps the whole contract. */
export const memoryReadModel = (clock: Pick<Clock, 'now'>): ReadModel => {
  const tables = new Map<string, Table>();
  const nowMs = (): number => clock.now().getTime();
  const tableOf = (projection: AnyProjection): Table => {
    const table = tables.get(versionedName(projection));
    if (table === undefined) throw new Error(`projection ${versionedName(projection)} was not prepared`);
    return table;
  };
  return {
    async prepare(projections, parts) {
      for (const projection of projections) {
        const name = versionedName(projection);
        const table = tables.get(name) ?? { projection, rows: new Map(), parts: [] };
        tables.set(name, table);
        if (table.parts.length === parts) continue;
        const [position = 0n, ...others] = new Set(table.parts.map((part) => part.position));
        const isFixed = others.length > 0 || table.parts.some((part) => isHeld(part, nowMs()));
        if (isFixed) throw new Error(partsFixed(name, table.parts.length, parts));
        table.parts = Array.from({ length: parts }, () => newPart(position));
      }
    },
    async index(projection) {
      tableOf(projection); // Rows are sorted when they are asked for.
    },
    async drop(projection) {
      const table = tables.get(versionedName(projection));
      if (table === undefined) return;
      table.rows.clear();
      table.parts = table.parts.map(({ fence }) => ({ ...newPart(), fence: fence + 1n }));
    },
    async states() {
      const names = [...tables.keys()].toSorted(compareCodePoints);
      return names.flatMap((name) => statesOf(tables.get(name)));
    },
    ...memoryParts(tableOf, nowMs),
    ...memoryQueries(tableOf),
    async close() {},
  };
};

type TableOf = (projection: AnyProjection) => Table;

const isHeld = ({ owner, leaseUntilMs }: Part, nowMs: number): boolean => owner !== undefined && leaseUntilMs > nowMs;

const memoryParts = (
  tableOf: TableOf,
  nowMs: () => number,
): Pick<ReadModel, 'claim' | 'release' | 'commit' | 'halt'> => {
  const heldPart = ({ ref, owner, fence }: Lease): Part | undefined => {
    const part = tableOf(ref.projection).parts[ref.part];
    return part !== undefined && part.owner === owner && part.fence === fence ? part : undefined;
  };
  return {
    async claim(ref, owner, leaseMs) {
      const { parts } = tableOf(ref.projection);
      const part = parts[ref.part];
      if (part === undefined || parts.length !== ref.parts) return undefined;
      if (part.owner !== owner) {
        if (isHeld(part, nowMs())) return undefined;
        part.fence += 1n;
      }
      part.owner = owner;
      part.leaseUntilMs = nowMs() + leaseMs;
      return { ref, owner, fence: part.fence, position: part.position };
    },
    async release(lease) {
      const part = heldPart(lease);
      if (part !== undefined) part.owner = undefined;
    },
    async commit(lease, step, leaseMs) {
      const part = heldPart(lease);
      if (part === undefined || part.position !== step.from) return false;
      writeRows(lease.ref.projection, tableOf(lease.ref.projection).rows, step);
      part.position = step.to;
      part.halted = undefined;
      part.leaseUntilMs = nowMs() + leaseMs;
      return true;
    },
    async halt(lease, poison) {
      const part = heldPart(lease);
      if (part === undefined) return false;
      part.halted = poison;
      part.owner = undefined;
      return true;
    },
  };
};

const statesOf = (table: Table | undefined): PartState[] =>
  (table?.parts ?? []).map(({ position, halted }, part, parts) => ({
    name: table?.projection.name ?? '',
    version: table?.projection.version ?? 0,
    part,
    parts: parts.length,
    position,
    ...(halted === undefined ? {} : { halted }),
  }));

/** Encodes everything first, so that a row that cannot be stored leaves nothing behind. */
const writeRows = (projection: AnyProjection, rows: Table['rows'], { inserts, updates, deletes }: Step): void => {
  const stored = ({ key, doc }: Row<unknown>): StoredRow => ({
    key,
    cells: projection.cells(doc, key).map((cell) => (cell === undefined ? undefined : String(cell))),
    text: projection.encode(doc),
  });
  const added = inserts.map(stored);
  const changed = updates.map(stored);
  if (added.some(({ key }) => rows.has(key))) {
    throw new RowsRefused(`a row of ${projection.name} to be inserted is stored already`);
  }
  for (const row of [...added, ...changed.filter(({ key }) => rows.has(key))]) rows.set(row.key, row);
  deletes.forEach((key) => rows.delete(key));
};

const decoded = <Doc>(projection: Projection<Doc>, { key, text }: StoredRow): Row<Doc> => ({
  key,
  doc: projection.decode(text, key),
});

const memoryQueries = (tableOf: TableOf) => {
  return {
    async get<Doc>(projection: Projection<Doc>, key: string): Promise<Doc | undefined> {
      const row = tableOf(projection).rows.get(key);
      return row === undefined ? undefined : projection.decode(row.text, key);
    },
    async getMany<Doc>(projection: Projection<Doc>, keys: readonly string[]): Promise<ReadonlyMap<string, Doc>> {
      checkKeys(keys);
      const { rows } = tableOf(projection);
      return new Map(
        keys.flatMap((key) => {
          const row = rows.get(key);
          return row === undefined ? [] : [[key, projection.decode(row.text, key)] as const];
        }),
      );
    },
    async scan<Doc>(projection: Projection<Doc>, scan: Scan): Promise<readonly Row<Doc>[]> {
      const index = sortedIndex(tableOf(projection), scan.index);
      checkScan(index.columns, scan);
      const direction = scan.descending === true ? -1 : 1;
      const from = scan.after === undefined ? undefined : [...scan.equal, ...scan.after].map(String);
      const rows = index.rows.filter(
        ({ cells }) =>
          scan.equal.every((cell, n) => cells[n] === String(cell)) &&
          (scan.prefix === undefined || (cells[scan.equal.length] ?? '').startsWith(scan.prefix)) &&
          (from === undefined || index.compare(cells, from) * direction > 0),
      );
      if (direction < 0) rows.reverse();
      return rows.slice(0, scan.limit).map(({ row }) => decoded(projection, row));
    },
    async count(
      projection: AnyProjection,
      index: string,
      equal: readonly GivenCell[],
      countMax: number,
    ): Promise<number> {
      const { rows } = sortedIndex(tableOf(projection), index);
      const found = rows.filter(({ cells }) => equal.every((cell, n) => cells[n] === String(cell)));
      return Math.min(found.length, countMax);
    },
    async *rows(projection: AnyProjection): AsyncGenerator<readonly StoredRow[]> {
      const all = [...tableOf(projection).rows.values()].toSorted((a, b) => compareCodePoints(a.key, b.key));
      for (let at = 0; at < all.length; at += ROWS_PER_PAGE_MAX) yield all.slice(at, at + ROWS_PER_PAGE_MAX);
    },
  };
};

interface Entry {
  /** Cells of the index's columns, then the key. */
  readonly cells: Cells;
  readonly row: StoredRow;
}

const sortedIndex = ({ projection, rows }: Table, name: string) => {
  const columns = indexColumns(projection, name);
  const places = columns.map((column) => projection.columns.indexOf(column));
  const compare = (a: Cells, b: Cells): number => {
    for (let n = 0; n < a.length; n += 1) {
      const order = compareCells(columns[n]?.type === 'bigint', a[n] ?? '', b[n] ?? '');
      if (order !== 0) return order;
    }
    return 0;
  };
  const entries: Entry[] = [...rows.values()]
    .map((row) => ({ cells: [...places.map((place) => row.cells[place]), row.key], row }))
    .filter(({ cells }) => !cells.includes(undefined))
    .sort((a, b) => compare(a.cells, b.cells));
  return { columns, compare, rows: entries };
};

const compareCells = (numeric: boolean, a: string, b: string): number => {
  if (!numeric) return compareCodePoints(a, b);
  const [first, second] = [BigInt(a), BigInt(b)];
  return first < second ? -1 : first > second ? 1 : 0;
};
