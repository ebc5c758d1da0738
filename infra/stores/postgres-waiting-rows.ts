// Waiting rows on PostgreSQL 15 or later: the schema "imports". It stores sealed bytes and never sees a clear row.
import type pg from 'pg';
import type { BatchReceipt, SealedRow, WaitingKind, WaitingRows } from '../../src/import/waiting-rows.ts';
import type { Day } from '../../src/day.ts';
import { indexPool } from './index-session.ts';
import { unavailable } from './postgres-errors.ts';
import { checkWaitingRows } from './waiting-row-checks.ts';

const CONNECTIONS_MAX = 2;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;

/** Opens a migrated store; connections are made when they are needed. */
export const postgresWaitingRows = ({ connection }: { readonly connection: pg.PoolConfig }): WaitingRows => {
  const pool = indexPool(connection, {
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  const ask = async <Row extends pg.QueryResultRow>(task: string, query: pg.QueryConfig): Promise<readonly Row[]> =>
    (await pool.query<Row>(query).catch(unavailable(task))).rows;

  return {
    async put(batch, rows) {
      checkWaitingRows(rows.length);
      if (rows.length > 0) await ask('keep waiting rows', putQuery(batch, rows));
    },
    async settle(batch, lines) {
      checkWaitingRows(lines.length);
      const text = 'delete from imports.rows where batch = $1 and line = any($2::int[])';
      if (lines.length > 0) await ask('settle waiting rows', { text, values: [batch, lines] });
    },
    async finish(receipt) {
      await ask('keep the receipt of an import', finishQuery(receipt));
    },
    async receipt(batch) {
      const text = 'select *, to_char(asserted_on, $$YYYY-MM-DD$$) as day from imports.batches where batch = $1';
      const [row] = await ask<ReceiptRow>('read the receipt of an import', { text, values: [batch] });
      return row === undefined ? undefined : receiptOf(row);
    },
    async kinds(batch, { from, until }) {
      const rows = await ask<{ line: number; kind: WaitingKind }>('look for waiting rows', {
        name: 'imports-kinds',
        text: 'select line, kind from imports.rows where batch = $1 and line between $2 and $3',
        values: [batch, from, until],
      });
      return new Map(rows.map(({ line, kind }) => [line, kind]));
    },
    async page(batch, { kind, afterLine, limit }) {
      checkWaitingRows(limit);
      return ask<SealedRow & pg.QueryResultRow>('read waiting rows', {
        name: 'imports-page',
        text: `select line, kind, subject, gen, iv, ct from imports.rows
                where batch = $1 and kind = $2 and line > $3 order by line limit $4`,
        values: [batch, kind, afterLine, limit],
      });
    },
    close: () => pool.end(),
  };
};

const putQuery = (batch: string, rows: readonly SealedRow[]): pg.QueryConfig => ({
  name: 'imports-put',
  text: `insert into imports.rows (batch, line, kind, subject, gen, iv, ct)
         select $1, * from unnest($2::int[], $3::text[], $4::uuid[], $5::int[], $6::bytea[], $7::bytea[])
         on conflict (batch, line) do update
         set kind = excluded.kind, subject = excluded.subject, gen = excluded.gen, iv = excluded.iv, ct = excluded.ct`,
  values: [
    batch,
    rows.map(({ line }) => line),
    rows.map(({ kind }) => kind),
    rows.map(({ subject }) => subject),
    rows.map(({ gen }) => gen),
    rows.map(({ iv }) => Buffer.from(iv)),
    rows.map(({ ct }) => Buffer.from(ct)),
  ],
});

interface ReceiptRow {
  readonly batch: string;
  readonly form: string;
  readonly agency: string;
  readonly day: Day;
  readonly sha256: string;
  readonly rows: string;
  readonly counts: Pick<
    BatchReceipt,
    'recorded' | 'changed' | 'corrected' | 'alreadyThere' | 'refused' | 'quarantined'
  >;
  readonly first_position: string | null;
  readonly last_position: string | null;
}

const finishQuery = (receipt: BatchReceipt): pg.QueryConfig => {
  const { recorded, changed, corrected, alreadyThere, refused, quarantined } = receipt;
  return {
    text: `insert into imports.batches
             (batch, form, agency, asserted_on, sha256, rows, counts, first_position, last_position)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (batch) do nothing`,
    values: [
      receipt.batch,
      receipt.form,
      receipt.agency,
      receipt.assertedOn,
      receipt.sha256,
      receipt.rows,
      JSON.stringify({ recorded, changed, corrected, alreadyThere, refused, quarantined }),
      receipt.firstPosition === undefined ? null : String(receipt.firstPosition),
      receipt.lastPosition === undefined ? null : String(receipt.lastPosition),
    ],
  };
};

const receiptOf = (row: ReceiptRow): BatchReceipt => ({
  batch: row.batch,
  form: row.form,
  agency: row.agency,
  assertedOn: row.day,
  sha256: row.sha256,
  rows: Number(row.rows),
  ...row.counts,
  ...(row.first_position === null ? {} : { firstPosition: BigInt(row.first_position) }),
  ...(row.last_position === null ? {} : { lastPosition: BigInt(row.last_position) }),
});
