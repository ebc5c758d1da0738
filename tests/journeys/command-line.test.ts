// The command line as a user types it: what it answers, what it leaves behind, and with which exit code it ends.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GENERATED_REGISTER } from '../../infra/demo/generated-registrations.ts';
import { systemClock } from '../../infra/system-clock.ts';
import { addDays, dayOf } from '../../src/day.ts';
import { newPlace, type Place, project, type Receipt } from './command.ts';
import { lookInto } from './crash-harness.ts';
import { gb18030 } from './gb18030.ts';
import { registerFile } from './register-file.ts';

const SOURCE = ['--form', 'registration', '--source', GENERATED_REGISTER] as const;
const file = registerFile({ seed: 7, from: 0, count: 200 });
const [[CODE = '', NAME = ''] = []] = [...file.names];
const FLAWED = `name,uscc\n好店,${CODE.slice(0, -1)}${CODE.endsWith('0') ? '1' : '0'}\n无码店,\n怪码店,NR-1\n`;

let place: Place;
beforeAll(async () => {
  place = await newPlace();
  await place.run('config'); // Builds the program.
});
/** Keeps the database up between two commands, which spares each its start. */
let held: Awaited<ReturnType<typeof lookInto>> | undefined;
afterAll(async () => {
  await held?.leave();
  await place.remove();
});

const position = async (): Promise<number> => {
  const { client, leave } = await lookInto(place);
  const { rows } = await client.query<{ position: string }>('select position from es.head').finally(leave);
  return Number(rows[0]?.position);
};

const change = async (sql: string): Promise<void> => {
  const { client, leave } = await lookInto(place);
  await client.query('set session_replication_role = replica'); // An intruder with every right passes the triggers by.
  await client.query(sql).finally(leave);
};

describe('without touching any data', () => {
  test.each([
    [0, ['--help'], /Usage: huixin/],
    [0, ['import', '--help'], /--as-of/],
    [2, [], /Usage: huixin/],
    [2, ['rebild'], /unknown command/],
    [2, ['verify', '--nothing'], /unknown option/],
    [2, ['import', '--form', 'registration'], /missing required argument/],
    [2, ['import', 'a.csv'], /--form/],
    [2, ['rebuild'], /entity_profile.*--all/],
    [2, ['rebuild', 'nothing'], /entity_profile.*--all/],
  ])('exits %i on "huixin" with %j', async (code, args, says) => {
    const { stdout, stderr, code: seen } = await place.run(...args);
    expect(stdout + stderr).toMatch(says);
    expect(code === 0 ? stderr : stdout).toBe('');
    expect(seen).toBe(code);
    await expect(stat(place.dataDir)).rejects.toThrow('ENOENT');
  });

  test('config tells the settings, and no password', async () => {
    const secret = { DATABASE_URL: 'postgres://ledger:gpfheim@127.0.0.1:1/city', PORT: '4001' };
    for (const format of [[], ['--json']]) {
      const { code, stdout, stderr } = await place.runWith(secret, 'config', ...format);
      expect(code).toBe(0);
      expect(stdout).toMatch(/ledger:redacted@127/);
      expect(stdout).toContain('4001');
      expect(stdout + stderr).not.toContain('gpfheim');
    }
  });

  test('wrong settings are told all at once, without their values', async () => {
    const wrong = {
      PORT: '99999',
      HUIXIN_MODE: 'prod',
      HUIXIN_CLOCK: '2026-13-01',
      EVENTSTORE_URL: 'esdb://u:gpfheim@x',
    };
    const { code, stdout, stderr } = await place.runWith(wrong, 'verify');
    for (const name of Object.keys(wrong)) expect(stderr).toContain(name);
    expect(stderr).not.toContain('gpfheim');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a fixed clock is refused in production', async () => {
    const { code, stderr } = await place.runWith({ HUIXIN_MODE: 'production', HUIXIN_CLOCK: '2026-05-06' }, 'verify');
    expect(stderr).toContain('HUIXIN_CLOCK');
    expect(code).toBe(2);
  });

  test('facts prints the schema that is part of the outside contract', async () => {
    const { code, stdout } = await place.run('facts', '--json');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile(join(project, 'docs', 'facts.schema.json'), 'utf8')));
    expect(code).toBe(0);
  });

  test('a database that nobody answers for is a dependency that is down', async () => {
    const { code, stderr, stdout } = await place.runWith(
      { DATABASE_URL: 'postgres://a:gpfheim@127.0.0.1:1/x' },
      'verify',
      '--json',
    );
    expect(stderr).toMatch(/^huixin: .*(ECONNREFUSED|refused)/);
    expect(stderr + stdout).not.toContain('gpfheim');
    expect(code).toBe(3);
  });
});

describe('importing', () => {
  let path: string;
  let first: Receipt;

  test('a file into a fresh folder, with no server, gives the receipt of the contract', async () => {
    path = await place.write('register.csv', file.text);
    const finished = await place.run('import', path, ...SOURCE, '--json');
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    first = finished.receipt();
    expect(first).toEqual({
      batch: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/) as string,
      file: 'register.csv',
      sha256: createHash('sha256').update(file.text).digest('hex'),
      form: 'registration',
      asOf: dayOf(systemClock.now()),
      rows: 200,
      recorded: 200,
      changed: 0,
      corrected: 0,
      alreadyThere: 0,
      refused: 0,
      quarantined: 0,
      firstPosition: '1',
      lastPosition: '200',
      seconds: expect.any(Number) as number,
      problems: [],
    });
  });

  test('the same file again adds nothing, and so do its other encodings', async () => {
    held = await lookInto(place);
    const variants = {
      'again.csv': file.text,
      'register.csv.gz': gzipSync(file.text),
      'register-gb18030.csv': gb18030(file.text),
      'register-bom.csv': `\ufeff${file.text}`,
    };
    const batches = new Set<string>();
    for (const [name, content] of Object.entries(variants)) {
      const { code, receipt } = await place.run('import', await place.write(name, content), ...SOURCE, '--json');
      const again = receipt();
      expect(again).toMatchObject({
        file: name,
        rows: 200,
        recorded: 0,
        alreadyThere: 200,
        firstPosition: null,
        lastPosition: null,
      });
      expect(code).toBe(0);
      batches.add(again.batch);
    }
    expect(batches.has(first.batch)).toBe(true);
    expect(batches.size).toBe(4);
    expect(await position()).toBe(200);
  });

  test('a dry run counts and writes nothing', async () => {
    const more = await place.write('more.csv', registerFile({ seed: 7, from: 190, count: 30 }).text);
    const { code, receipt } = await place.run('import', more, ...SOURCE, '--dry-run', '--json');
    expect(receipt()).toMatchObject({ rows: 30, recorded: 20, alreadyThere: 10 });
    expect(code).toBe(0);
    expect(await position()).toBe(200);
  });

  test('rows that cannot be recorded end it with 1, and are handed back with their reasons to the owner alone', async () => {
    const flawed = await place.write('flawed.csv', FLAWED);
    const refusedTo = join(place.folder, 'refused.csv');
    const { code, receipt } = await place.run('import', flawed, ...SOURCE, '--refused-to', refusedTo, '--json');
    expect(receipt()).toMatchObject({
      rows: 3,
      recorded: 1,
      refused: 1,
      quarantined: 1,
      problems: [
        { line: 2, column: 'uscc', code: 'code-wrong-check' },
        { line: 3, column: 'uscc', code: 'code-missing' },
        { line: 4, column: 'uscc', code: 'code-unknown' },
      ],
    });
    expect(code).toBe(1);
    expect((await stat(refusedTo)).mode & 0o777).toBe(0o600);
    const [header, row, ...rest] = (await readFile(refusedTo, 'utf8')).split('\r\n');
    expect(header).toBe('\ufeffname,uscc,reason');
    expect(row).toMatch(/^无码店,,"?line 3: code-missing: /);
    expect(rest).toEqual(['']);
    const again = await place.run('import', flawed, ...SOURCE, '--json');
    expect(again.receipt()).toMatchObject({ recorded: 0, alreadyThere: 2, refused: 1, quarantined: 0 });
    expect(again.code).toBe(1);
  });

  test('tells people what became of the rows', async () => {
    const { code, stdout } = await place.run('import', join(place.folder, 'flawed.csv'), path, ...SOURCE);
    expect(stdout).toMatch(/^flawed\.csv: 3 rows in .*1 refused/);
    expect(stdout).toMatch(/\n {2}line 3, uscc: code-missing: /);
    expect(stdout).toMatch(/\nregister\.csv: 200 rows in .*200 already there/);
    expect(code).toBe(1);
  });

  test.each([
    ['no source', ['--form', 'registration'], /--source/],
    ['an unknown form', ['--form', 'licence-1999', '--source', GENERATED_REGISTER], /registration, ndjson/],
    ['a source that is no code', ['--form', 'registration', '--source', '登记机关'], /--source/],
    ['a day to come', [...SOURCE, '--as-of', addDays(dayOf(systemClock.now()), 1)], /--as-of/],
    ['no day', [...SOURCE, '--as-of', '06.05.2026'], /--as-of/],
  ])('with %s is a mistake', async (_what, options, says) => {
    const { code, stdout, stderr } = await place.run('import', path, ...options, '--json');
    expect(stderr).toMatch(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('of a file that is not there is a mistake, and so is a file with other columns', async () => {
    const missing = await place.run('import', join(place.folder, 'nowhere.csv'), ...SOURCE);
    expect(missing.stderr).toMatch(/^huixin: nowhere\.csv: .*ENOENT/);
    expect(missing.code).toBe(2);
    const other = await place.run('import', await place.write('other.csv', 'a,b\n1,2\n'), ...SOURCE);
    expect(other.stderr).toMatch(/name/);
    expect(other.code).toBe(2);
    expect(await position()).toBe(201);
  });
});

const verify = async () => {
  const { code, value, stderr } = await place.run('verify', '--json');
  return { ...(value() as { sound: boolean; events: string; breaches: number; shown: string[] }), code, stderr };
};

describe('verify', () => {
  test('finds a ledger sound', async () => {
    expect(await verify()).toMatchObject({ code: 0, sound: true, events: '201', breaches: 0, shown: [], stderr: '' });
  });

  test.each([
    [
      'a row of a read model',
      `update rm.entity_profile_v1 set doc = replace(doc, '${NAME}', '假店') where key = 'uscc:${CODE}'`,
    ],
    [
      'a column of a read model',
      `update rm.fact_history_v1 set c_id = gen_random_uuid() where key like 'uscc:${CODE} %'`,
    ],
    ['the history of a subject', `delete from rm.fact_history_v1 where key like 'uscc:${CODE} %'`],
  ])('finds that somebody changed %s, and rebuild mends it', async (_what, sql) => {
    await change(sql);
    const found = await verify();
    expect(found).toMatchObject({ code: 4, sound: false });
    expect(found.breaches).toBeGreaterThan(0);
    expect(found.shown.join('\n')).toContain(CODE);
    const rebuilt = await place.run('rebuild', '--all', '--json');
    expect(rebuilt.value()).toMatchObject({ events: '201' });
    expect(rebuilt.code).toBe(0);
    expect(await verify()).toMatchObject({ code: 0, sound: true });
  });

  test.each([
    ['the type of an event', `type = 'EntityChanged'`, `type = 'EntityRegistered'`],
    ['the id of an event', `id = '00000000-0000-4000-8000-000000000000'`, `id = (event::json ->> 'id')::uuid`],
    [
      'the day of an event',
      `recorded_at = recorded_at - interval '1 day'`,
      `recorded_at = (event::json ->> 'recordedAt')::timestamptz`,
    ],
    ['the text of an event', `event = replace(event, '${NAME}', '假店')`, `event = replace(event, '假店', '${NAME}')`],
  ])('finds that somebody changed %s', async (_what, breaks, mends) => {
    await change(`update es.events set ${breaks} where position = 1`);
    expect(await verify()).toMatchObject({ code: 4, sound: false });
    await change(`update es.events set ${mends} where position = 1`);
    expect(await verify()).toMatchObject({ code: 0, sound: true });
  });

  test('is said in words too', async () => {
    const { code, stdout } = await place.run('verify');
    expect(stdout).toMatch(/^Sound: 201 events/);
    expect(code).toBe(0);
  });
});

test('doctor names each thing the ledger stands on', async () => {
  const { code, value } = await place.run('doctor', '--json');
  const { ok, findings } = value() as { ok: boolean; findings: { what: string; ok: boolean; says: string }[] };
  expect(ok).toBe(true);
  expect(findings.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'Node.js',
      'data folder',
      'key file',
      'PostgreSQL',
      'events',
      'read models',
      'EventStoreDB',
      'Elasticsearch',
    ]),
  );
  expect(code).toBe(0);
  const down = await place.runWith({ DATABASE_URL: 'postgres://127.0.0.1:1/x' }, 'doctor', '--json');
  expect(down.value()).toMatchObject({ ok: false });
  expect(down.code).toBe(3);
});

describe('a fixed clock', () => {
  let tested: Place;
  beforeAll(async () => {
    tested = await newPlace();
  });
  afterAll(async () => tested.remove());

  test('marks the folder, which needs it from then on and never an earlier one', async () => {
    const path = await tested.write('register.csv', file.text);
    const onDay = (day: string) => tested.runWith({ HUIXIN_CLOCK: day }, 'import', path, ...SOURCE, '--json');
    expect((await onDay('2026-05-06')).receipt()).toMatchObject({ recorded: 200, asOf: '2026-05-06' });
    const without = await tested.run('verify');
    expect(without.stderr).toContain('HUIXIN_CLOCK=2026-05-06');
    expect(without.code).toBe(2);
    const earlier = await onDay('2026-05-05');
    expect(earlier.stderr).toContain('HUIXIN_CLOCK=2026-05-05');
    expect(earlier.code).toBe(2);
    expect((await onDay('2026-05-07')).code).toBe(0);
    expect((await onDay('2026-05-06')).code).toBe(2);
  });

  test('is refused by a folder that was written under the real one', async () => {
    const { code, stderr } = await place.runWith({ HUIXIN_CLOCK: '2027-01-01' }, 'verify');
    expect(stderr).toContain('HUIXIN_CLOCK');
    expect(code).toBe(2);
  });
});
