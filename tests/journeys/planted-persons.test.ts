// Personal data planted wherever a file can hold it: afterwards it stands in clear in no file, no table and no output.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUTHORITY, CITIZEN_ID, SHOP } from '../sample-facts.ts';
import { newPlace, type Place, stopDatabase } from './command.ts';
import { lookInto } from './crash-harness.ts';

const PHONE = '19900000123';
const PERSON = '欧阳样本壹';
const HOME_ADDRESS = '样例市虚构路九百九十九号';
const SECRETS = [CITIZEN_ID, PHONE, PERSON, HOME_ADDRESS];
const CODE = SHOP.slice('uscc:'.length);

let place: Place;
const printed: string[] = [];
beforeAll(async () => {
  place = await newPlace();
});
afterAll(async () => place.remove());

/** Numbers are found in every column; names are personal only where a form says so. */
const COLUMNS = [
  'name',
  'uscc',
  'reg_date',
  'type',
  'legal_rep',
  'capital',
  'scope',
  'province',
  'city',
  'address',
  'remark',
];
const registers = (): string => {
  const rows = [CITIZEN_ID, PHONE].flatMap((secret) =>
    COLUMNS.map((planted) =>
      COLUMNS.map((column) => {
        if (column === planted) return column === 'uscc' ? secret : `样例${secret}`;
        return { name: '样店', uscc: CODE }[column] ?? '';
      }).join(','),
    ),
  );
  return `${COLUMNS.join(',')}\n${rows.join('\n')}\n`;
};

const complaint = {
  type: 'ComplaintFiled',
  about: [{ subject: SHOP, role: 'respondent' }],
  data: {
    kind: 'complaint',
    caseNo: '20260001',
    receivedBy: AUTHORITY,
    category: '售后服务',
    filedOn: '2026-05-06',
    publicSummary: `来电${PHONE}`,
  },
  seal: {
    complainantName: PERSON,
    complainantPhone: PHONE,
    complainantDocument: CITIZEN_ID,
    complainantAddress: HOME_ADDRESS,
    summary: `${PERSON}（${CITIZEN_ID}）投诉，电话${PHONE}，住${HOME_ADDRESS}`,
  },
};
const penalty = {
  type: 'PenaltyDecided',
  about: [{ subject: `citizen-id:${CITIZEN_ID}`, role: 'subject' }],
  data: {
    authority: AUTHORITY,
    documentNo: '样罚〔2026〕9号',
    decidedOn: '2026-05-06',
    violation: `无证经营，身份证${CITIZEN_ID}`,
    kinds: ['fine'],
    content: '罚款200元',
    fineFen: 20_000,
    partyKind: 'person',
  },
  seal: { party: PERSON, partyDocument: CITIZEN_ID },
};
const wrong = {
  ...complaint,
  data: { ...complaint.data, caseNo: '20260002', [PERSON]: PHONE },
  type: 'ComplaintFiled',
};

const importText = async (name: string, content: string, form: string): Promise<void> => {
  const path = await place.write(name, content);
  for (const format of [['--json'], []]) {
    const { stdout, stderr, code } = await place.run('import', path, '--form', form, '--source', AUTHORITY, ...format);
    printed.push(stdout, stderr);
    expect([0, 1]).toContain(code);
  }
};

/** Files below the data folder that hold one of the texts. */
const filesWith = async (texts: readonly string[]): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const entry of await readdir(place.dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    if (texts.some((text) => bytes.includes(text))) found.push(entry.name);
  }
  return found;
};

/** Tables that hold one of the texts, compressed on disk or not. */
const tablesWith = async (texts: readonly string[]): Promise<readonly string[]> => {
  const { client, leave } = await lookInto(place);
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const held = `select from ${name} t where exists (select from unnest($1::text[]) s where strpos(t::text, s) > 0)`;
      const { rowCount } = await client.query(`${held} limit 1`, [texts]);
      if (rowCount !== 0) found.push(name);
    }
    return found;
  } finally {
    await leave();
  }
};

test('nothing planted stands in clear in the data folder or in anything printed', async () => {
  const server = await place.serve({ LOG_LEVEL: 'trace' });
  await importText('registers.csv', registers(), 'registration');
  await importText(
    'facts.ndjson',
    `${[complaint, penalty, wrong].map((fact) => JSON.stringify(fact)).join('\n')}\n`,
    'ndjson',
  );
  for (const secret of SECRETS) {
    const answer = await server.ask(
      `{ entity(uscc: "${secret}") { name } searchEntities(text: "${secret}") { totalCount } }`,
    );
    printed.push(JSON.stringify({ ...answer, body: answer.body.data ?? '' }));
    await fetch(`${server.url}/entity/${encodeURIComponent(secret)}`);
  }
  const { body } = await server.ask(
    `{ entity(uscc: "${CODE}") { name address personInCharge history(first: 100) { edges { node { data } } } } }`,
  );
  printed.push(JSON.stringify(body));
  expect(JSON.stringify(body)).toContain('已遮盖');
  expect(await server.stop()).toBe(0);
  printed.push(server.output());
  for (const command of ['verify', 'doctor', 'rebuild --all']) {
    const { stdout, stderr, code } = await place.run(...command.split(' '), '--json');
    printed.push(stdout, stderr);
    expect(code).toBe(0);
  }
  expect(printed.filter((text) => SECRETS.some((secret) => text.includes(secret)))).toEqual([]);
  expect(await tablesWith(SECRETS)).toEqual([]);
  await stopDatabase(place.dataDir); // Writes out every page and the log.
  expect(await filesWith(SECRETS)).toEqual([]);
});

test('what was planted was taken in, not thrown away', async () => {
  const { client, leave } = await lookInto(place);
  const { rows } = await client
    .query<{ sealed: number; waiting: number; types: string[] }>(
      `select count(*) filter (where event::json ->> 'sealed' is not null)::int as sealed,
              (select count(*) from imports.rows where kind <> 'columns')::int as waiting,
              array_agg(distinct type order by type) as types from es.events`,
    )
    .finally(leave);
  expect(rows[0]?.types).toEqual(['ComplaintFiled', 'EntityRegistered', 'PenaltyDecided']);
  expect(rows[0]?.sealed).toBeGreaterThanOrEqual(10);
  expect(rows[0]?.waiting).toBeGreaterThanOrEqual(2);
});

test('would be found if it stood somewhere', async () => {
  const secret = '样本泄漏19911112222';
  const { client, leave } = await lookInto(place);
  await client.query('create table public.planted as select $1::text as text', [secret]).finally(leave);
  expect(await tablesWith([secret])).toEqual(['public.planted']);
  await stopDatabase(place.dataDir);
  expect(await filesWith([secret])).not.toEqual([]);
});
