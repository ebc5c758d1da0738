// Files to a ledger on PostgreSQL: the whole way, and that nothing personal stands in clear anywhere on disk.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../infra/postgres/embedded-postgres.ts';
import { importFile, type FileToImport } from '../../../infra/import/import-file.ts';
import { writeRefused } from '../../../infra/import/refused-csv.ts';
import { memoryKeyVault } from '../../../infra/stores/memory-key-vault.ts';
import { migrate } from '../../../infra/stores/migrate.ts';
import { postgresEventStore } from '../../../infra/stores/postgres-event-store.ts';
import { postgresWaitingRows } from '../../../infra/stores/postgres-waiting-rows.ts';
import { ImportMistake } from '../../../src/import/import-mistake.ts';
import type { WaitingRows } from '../../../src/import/waiting-rows.ts';
import type { EventStore } from '../../../src/ledger/event-store.ts';
import type { Recorder } from '../../../src/ledger/record.ts';
import { aesGcm } from '../../../src/seal/cipher.ts';
import { handClock } from '../../contracts/event-store.ts';
import { testCache } from '../../postgres.ts';
import { AGENCY, TODAY } from '../../recorder.ts';
import { CITIZEN_ID, SHOP, TRADER } from '../../sample-facts.ts';

const CODE = SHOP.slice('uscc:'.length);
const OTHER_CODE = TRADER.slice('uscc:'.length);
const PHONE = '19900000123';
const SECRETS = [CITIZEN_ID, PHONE];

let postgres: EmbeddedPostgres;
let client: pg.Client;
let store: EventStore;
let waitingRows: WaitingRows;
let recorder: Recorder;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huixin-import-'));
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), ...testCache });
  const { connection } = postgres;
  client = new pg.Client(connection);
  await client.connect();
  await migrate(client);
  store = await postgresEventStore({ connection, clock: handClock(`${TODAY}T04:00:00.000Z`) });
  waitingRows = postgresWaitingRows({ connection });
  recorder = { store, vault: memoryKeyVault(), cipher: aesGcm, randomBytes };
});
afterAll(async () => {
  await store.close();
  await waitingRows.close();
  await client.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const said: string[] = [];
const importText = async (text: string | Buffer, asked: Partial<FileToImport> = {}) => {
  const path = join(folder, 'rows');
  await writeFile(path, text);
  const imported = await importFile(
    { path, form: 'registration', source: AGENCY, ...asked },
    {
      recorder,
      waitingRows,
      today: TODAY,
      monotonicMs: () => 0,
      onProgress: (progress) => said.push(JSON.stringify(progress)),
    },
  );
  said.push(JSON.stringify(imported.receipt));
  return imported;
};

const refusedOf = async (batch: string): Promise<string> => {
  let text = '';
  await writeRefused(batch, (some) => void (text += some), { waitingRows, sealer: recorder });
  return text;
};

describe('importing a file', () => {
  test('gives the receipt of the outside contract, and the same file again adds nothing', async () => {
    const rows = `企业名称,统一社会信用代码\n甲店,${CODE}\n,${CODE}\n乙店,ABC\n`;
    const { receipt } = await importText(gzipSync(rows), { asOf: '2026-10-31' });
    expect(Object.keys(receipt)).toEqual(
      (
        'batch file sha256 form asOf rows recorded changed corrected alreadyThere refused quarantined ' +
        'firstPosition lastPosition seconds problems'
      ).split(' '),
    );
    expect(receipt).toMatchObject({
      file: 'rows',
      form: 'registration',
      asOf: '2026-10-31',
      rows: 3,
      recorded: 1,
      refused: 1,
      quarantined: 1,
      firstPosition: '1',
      lastPosition: '1',
      problems: [
        { line: 3, column: 'name', code: 'name-missing' },
        { line: 4, column: 'uscc', code: 'code-unknown' },
      ],
    });
    const again = await importText(gzipSync(rows), { asOf: '2026-10-31' });
    expect(again.receipt).toMatchObject({
      batch: receipt.batch,
      recorded: 0,
      alreadyThere: 2,
      refused: 1,
      quarantined: 0,
    });
    expect(await store.head()).toBe(1n);
    expect(await waitingRows.receipt(receipt.batch)).toMatchObject({ rows: 3, recorded: 1, firstPosition: 1n });
  });

  test.each<[string, Partial<FileToImport>, RegExp]>([
    ['an unknown form', { form: 'nothing' }, /forms: registration, ndjson/],
    ['no source', { source: undefined }, /--source/],
    ['a source that is no code', { source: 'me' }, /--source/],
    ['a day to come', { asOf: '2026-11-23' }, /after today/],
    ['no day', { asOf: '2026-02-30' }, /--as-of/],
  ])('with %s is a mistake of the caller', async (_name, asked, message) => {
    await expect(importText('name,uscc\n', asked)).rejects.toThrow(message);
    await expect(importText('name,uscc\n', asked)).rejects.toThrow(ImportMistake);
  });

  test('refused rows are written out under their columns, with a reason and without formulas', async () => {
    const { receipt } = await importText(`name,uscc,note\n=1+1,,"a ""b"", c"\n甲,${CODE},x,y\n@x,"\n`);
    expect((await refusedOf(receipt.batch)).split('\r\n')).toEqual([
      '\ufeffname,uscc,note,reason',
      expect.stringMatching(/^'=1\+1,,"a ""b"", c","?line 2: code-missing: /),
      expect.stringMatching(/^甲,[0-9A-Z]{18},x,"?line 3: row-unreadable: .*,y$/),
      expect.stringMatching(/^"'@x,""",,,"?line 4: row-unreadable: /),
      '',
    ]);
  });
});

const fact = (data: object, more: object = {}): string =>
  JSON.stringify({ type: 'EntityRegistered', about: [{ subject: TRADER, role: 'subject' }], data, ...more });

const ndjsonLines = (secret: string): string[] => [
  ...['name', 'address', 'businessScope', 'city', 'entityType', 'personInCharge', 'province'].map((member) =>
    fact({ name: '丙店', [member]: `样例 ${secret}` }),
  ),
  fact({ name: '丙店', capital: { original: secret } }),
  fact({ name: '丙店', nick: secret }),
  fact({ name: '丙店', [secret]: 'x' }),
  fact({ name: '丙店' }, { seal: { nothing: secret } }),
  fact({ name: '丙店' }, { about: [{ subject: `citizen-id:${secret}`, role: 'subject' }] }),
  fact({ name: '丙店' }, { type: secret }),
  `{"name": "${secret}"`,
  JSON.stringify({
    type: 'ReportFiled',
    about: [],
    data: {},
    seal: { informant: secret },
  }),
];

/** Files below a folder that hold one of the texts. */
const filesWith = async (path: string, texts: readonly string[]): Promise<readonly string[]> => {
  await client.query('checkpoint');
  const found: string[] = [];
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    if (texts.some((text) => bytes.includes(text))) found.push(entry.name);
  }
  return found;
};

/** Tables that hold one of the texts, compressed or not. */
const tablesWith = async (texts: readonly string[]): Promise<readonly string[]> => {
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query(
      `select 1 from ${name} t where exists (select from unnest($1::text[]) s where strpos(t::text, s) > 0) limit 1`,
      [texts],
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
};

describe('a number of a natural person', () => {
  const registrationColumns = 'name,uscc,reg_date,type,legal_rep,capital,scope,province,city,address,extra'.split(',');
  const usual: { readonly [column: string]: string } = { name: '丙店', uscc: OTHER_CODE };
  const planted = (secret: string): string[] =>
    registrationColumns.map((where) =>
      registrationColumns.map((column) => (column === where ? secret : (usual[column] ?? ''))).join(','),
    );

  test('stands nowhere in clear, in whatever column it came', async () => {
    const rows = SECRETS.flatMap((secret) => [...planted(secret), secret, `丙店,"${secret}`, `x,y,${secret},`]);
    const table = await importText(`${registrationColumns.join(',')}\n${rows.join('\n')}\n`);
    expect(table.receipt).toMatchObject({ rows: rows.length, quarantined: 2 });
    expect(table.receipt.refused).toBeGreaterThanOrEqual(6);
    const lines = SECRETS.flatMap(ndjsonLines);
    const json = await importText(`${lines.join('\n')}\n`, { form: 'ndjson' });
    expect(json.receipt).toMatchObject({ rows: lines.length });
    expect(json.receipt.refused).toBeGreaterThanOrEqual(10);

    expect(said.filter((text) => SECRETS.some((secret) => text.includes(secret)))).toEqual([]);
    expect(await tablesWith(SECRETS)).toEqual([]);
    expect(await filesWith(join(folder, 'data'), SECRETS)).toEqual([]);
    const refused = await refusedOf(table.receipt.batch);
    expect(SECRETS.every((secret) => refused.includes(secret))).toBe(true);
  });

  test('would be found if it did stand somewhere', async () => {
    const secret = '19911112222';
    await client.query(`create table public.planted as select $1::text as text`, [secret]);
    expect(await tablesWith([secret])).toEqual(['public.planted']);
    expect(await filesWith(join(folder, 'data'), [secret])).not.toEqual([]);
    await client.query('drop table public.planted');
  });
});
