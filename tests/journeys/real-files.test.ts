// Registers as agencies published them, with what they have wrong: every row of every file ends as exactly one outcome.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GENERATED_REGISTER } from '../../infra/demo/generated-registrations.ts';
import { newPlace, type Place, project, type Receipt } from './command.ts';
import { lookInto } from './crash-harness.ts';

const FOLDER = join(project, '..', 'shared', 'data', 'cn-enterprise-registration');
const LIMIT_MS = 600_000;

const none = { recorded: 0, changed: 0, corrected: 0, alreadyThere: 0, refused: 0, quarantined: 0 };
const FILES = [
  ['shenzhen.csv.gz', { ...none, rows: 11_313, recorded: 11_313 }],
  ['guangdong-other.csv.gz', { ...none, rows: 40_000, recorded: 40_000 }],
  ['listed-companies.csv.gz', { ...none, rows: 1_123, recorded: 1_123 }],
  ['national-sample.csv.gz', { ...none, rows: 75_000, recorded: 75_000 }],
  ['codes-not-valid.csv', { ...none, rows: 2_892, recorded: 2_870, changed: 2, quarantined: 20 }],
] as const;
const ROWS = 130_328;

describe.skipIf(!existsSync(FOLDER))('real registers (needs ../shared/data/cn-enterprise-registration)', () => {
  let place: Place;
  const receipts = new Map<string, Receipt>();
  beforeAll(async () => {
    place = await newPlace();
    await place.run('config'); // Builds the program.
  });
  afterAll(async () => place.remove());

  test.each(FILES)(
    '%s is imported whole',
    async (name, counts) => {
      const {
        code,
        receipt: read,
        stderr,
      } = await place.run(
        'import',
        join(FOLDER, name),
        '--form',
        'registration',
        '--source',
        GENERATED_REGISTER,
        '--json',
      );
      expect(stderr).toBe('');
      const receipt = read();
      receipts.set(name, receipt);
      expect(receipt).toMatchObject(counts);
      expect(code).toBe(counts.quarantined > 0 ? 1 : 0);
    },
    LIMIT_MS,
  );

  test('every row is one outcome, and every class of code is where it belongs', async () => {
    const all = [...receipts.values()];
    const total = (of: (receipt: Receipt) => number): number => all.reduce((sum, receipt) => sum + of(receipt), 0);
    expect(total(({ rows }) => rows)).toBe(ROWS);
    expect(
      total((one) => one.recorded + one.changed + one.corrected + one.alreadyThere + one.refused + one.quarantined),
    ).toBe(ROWS);
    const { client, leave } = await lookInto(place);
    const { rows } = await client
      .query<Record<string, number>>(
        `with subjects as (select distinct event::json -> 'about' -> 0 ->> 'subject' as id,
                                  event::json -> 'data' ->> 'checkCharacter' as flag from es.events)
         select count(*) filter (where id like 'uscc:%' and flag is null)::int as uscc,
                count(*) filter (where id like 'uscc:%' and flag = 'wrong')::int as flagged,
                count(*) filter (where id ~ '^regno:.{15}$')::int as regno15,
                count(*) filter (where id ~ '^regno:.{13}$')::int as regno13,
                (select count(*) from imports.rows where kind = 'quarantined')::int as waiting,
                (select count(*) from es.events)::int as events
           from subjects`,
      )
      .finally(leave);
    process.stdout.write(`${[...receipts].map(tableRow).join('\n')}\n| ${JSON.stringify(rows[0])} |\n`);
    expect(rows[0]).toEqual({
      uscc: 127_436 + 140,
      flagged: 36,
      regno15: 2_401,
      regno13: 293,
      waiting: 20,
      events: ROWS - 20,
    });
  });

  test(
    'samples of each class are answered for',
    async () => {
      const server = await place.serve();
      const head = all(receipts).reduce(
        (last, { lastPosition }) => (BigInt(lastPosition ?? 0) > last ? BigInt(lastPosition ?? 0) : last),
        0n,
      );
      const deadline = Date.now() + LIMIT_MS / 2;
      let answer = await server.ask(QUERY, { 'huixin-at-least': String(head) });
      while (answer.status === 503 && Date.now() < deadline)
        answer = await server.ask(QUERY, { 'huixin-at-least': String(head) });
      expect(answer.body).toEqual({
        data: {
          shenzhen: { name: '深圳市康达尔(集团)股份有限公司', status: 'REGISTERED', registeredOn: '1979-01-01' },
          lowerCase: {
            name: '剑阁县供销合作社开封中心社龙桥村农资店',
            status: 'REGISTERED',
            registeredOn: '1979-11-05',
          },
          old: { name: '常州市伟程化纤设备有限公司', status: 'REGISTERED', registeredOn: '1979-01-01' },
          unknown: null,
        },
      });
      expect(await server.stop()).toBe(0);
    },
    LIMIT_MS,
  );

  test(
    'and the ledger is sound',
    async () => {
      const { code, value } = await place.run('verify', '--json');
      expect(value()).toMatchObject({ sound: true, breaches: 0 });
      expect(code).toBe(0);
    },
    LIMIT_MS,
  );
});

const QUERY = `{
  shenzhen: entity(uscc: "914403001921809577") { ...known }
  lowerCase: entity(uscc: "91510823MA6CJ9UAXX") { ...known }
  old: entity(registrationNo: "320404000009558") { ...known }
  unknown: entity(uscc: "91990000MA0000015Q") { ...known }
}
fragment known on Entity { name status registeredOn }`;

const all = (receipts: ReadonlyMap<string, Receipt>): readonly Receipt[] => [...receipts.values()];

const tableRow = ([name, receipt]: readonly [string, Receipt]): string => {
  const { rows, recorded, changed, corrected, alreadyThere, refused, quarantined, seconds } = receipt;
  const notices = receipt.problems.map(({ code, message }) => `${code}${/\((\d+) rows\)$/.exec(message)?.[0] ?? ''}`);
  return `| ${[name, rows, recorded, changed, corrected, alreadyThere, refused, quarantined, seconds, [...new Set(notices)].join(', ')].join(' | ')} |`;
};
