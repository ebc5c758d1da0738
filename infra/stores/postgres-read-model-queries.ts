// Reads rows of the read model on PostgreSQL, by prepared statements.
import { hash } from 'node:crypto';
import type pg from 'pg';
import type { AnyProjection, Column, Projection } from '../../projections/projection.ts';
import { ROWS_PER_PAGE_MAX, type Row, type Scan, type StoredRow } from '../../projections/read-model.ts';
import { tableOf } from './postgres-read-model-tables.ts';
import { checkKeys, checkScan, type GivenCell, indexColumns } from './read-model-checks.ts';
import { afterPrefix } from './row-order.ts';

type Queryable = Pick<pg.Pool, 'query'>;
type KeyDoc = [key: string, doc: string];

export const postgresQueries = (db: Queryable) => ({
  async get<Doc>(projection: Projection<Doc>, key: string): Promise<Doc | undefined> {
    const sql = `select doc from ${tableOf(projection)} where key = $1`;
    const { rows } = await db.query<[string]>(prepared(sql, [key]));
    return rows[0] === undefined ? undefined : projection.decode(rows[0][0], key);
  },

  async getMany<Doc>(projection: Projection<Doc>, keys: readonly string[]): Promise<ReadonlyMap<string, Doc>> {
    checkKeys(keys);
    if (keys.length === 0) return new Map();
    const sql = `select key, doc from ${tableOf(projection)} where key = any($1)`;
    const { rows } = await db.query<KeyDoc>(prepared(sql, [keys]));
    return new Map(rows.map(([key, doc]) => [key, projection.decode(doc, key)]));
  },

  async scan<Doc>(projection: Projection<Doc>, scan: Scan): Promise<readonly Row<Doc>[]> {
    const columns = indexColumns(projection, scan.index);
    checkScan(columns, scan);
    const { sql, values } = scanStatement(projection, columns, scan);
    const { rows } = await db.query<KeyDoc>(prepared(sql, values));
    return rows.map(([key, doc]) => ({ key, doc: projection.decode(doc, key) }));
  },

  async count(
    projection: AnyProjection,
    index: string,
    equal: readonly GivenCell[],
    countMax: number,
  ): Promise<number> {
    const columns = indexColumns(projection, index);
    const { where, values } = conditions(columns, equal);
    const sql = `select count(*)::int from (select from ${tableOf(projection)} where ${where} limit ${placeOf(values, countMax)}) t`;
    const { rows } = await db.query<[number]>(prepared(sql, values));
    return rows[0]?.[0] ?? 0;
  },

  async *rows(projection: AnyProjection): AsyncGenerator<readonly StoredRow[]> {
    const cells = projection.columns.map(({ name }) => `c_${name}::text, `).join('');
    const sql = `select key, ${cells}doc from ${tableOf(projection)} where key > $1 order by key limit ${ROWS_PER_PAGE_MAX}`;
    for (let after = ''; ;) {
      const { rows } = await db.query<(string | null)[]>(prepared(sql, [after]));
      if (rows.length > 0) yield rows.map(storedRow);
      after = rows.at(-1)?.[0] ?? '';
      if (rows.length < ROWS_PER_PAGE_MAX) return;
    }
  },
});

/** Named after its own text, so that each session prepares it once. */
const prepared = (text: string, values: readonly unknown[]): pg.QueryArrayConfig => ({
  name: nameOf(text),
  text,
  values: [...values],
  rowMode: 'array',
});

/** Names by text: there are as many as kinds of statements, a few dozen. */
const names = new Map<string, string>();

const nameOf = (text: string): string => {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `rm-${hash('sha256', text, 'base64url').slice(0, 16)}`;
  names.set(text, name);
  return name;
};

const storedRow = (row: readonly (string | null)[]): StoredRow => ({
  key: row[0] ?? '',
  cells: row.slice(1, -1).map((cell) => cell ?? undefined),
  text: row.at(-1) ?? '',
});

const placeOf = (values: unknown[], value: unknown): string => `$${values.push(value)}`;

/** Rows of an index have all its columns, and it is told to the planner, so that it can use the index. */
const conditions = (columns: readonly Column[], equal: readonly GivenCell[]) => {
  const values: unknown[] = [];
  const terms = columns.map(({ name, type }, n) => {
    const cell = equal[n];
    return cell === undefined ? `c_${name} is not null` : `c_${name} = ${placeOf(values, String(cell))}::${type}`;
  });
  return { where: terms.length === 0 ? 'true' : terms.join(' and '), values };
};

const scanStatement = (
  projection: AnyProjection,
  columns: readonly Column[],
  { equal, prefix, after, descending, limit }: Scan,
) => {
  const { where, values } = conditions(columns, equal);
  const direction = descending === true ? 'desc' : 'asc';
  const behind = [...columns.slice(equal.length).map(({ name, type }) => ({ place: `c_${name}`, type })), KEY];
  const terms = [where];
  if (prefix !== undefined) {
    const place = behind[0]?.place ?? 'key';
    const end = afterPrefix(prefix);
    terms.push(`${place} >= ${placeOf(values, prefix)}`);
    if (end !== undefined) terms.push(`${place} < ${placeOf(values, end)}`);
  }
  if (after !== undefined) {
    const places = behind.map(({ place }) => place).join(', ');
    const cells = behind.map(({ type }, n) => `${placeOf(values, String(after[n]))}::${type}`).join(', ');
    terms.push(`(${places}) ${descending === true ? '<' : '>'} (${cells})`);
  }
  const order = behind.map(({ place }) => `${place} ${direction}`).join(', ');
  const sql = `select key, doc from ${tableOf(projection)} where ${terms.join(' and ')} order by ${order} limit ${placeOf(values, limit)}`;
  return { sql, values };
};

const KEY = { place: 'key', type: 'text' } as const;
