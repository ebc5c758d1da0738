// Importing: what a file adds, what it adds again (nothing), what waits, and that every row is counted once.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { memoryWaitingRows } from '../../../infra/stores/memory-waiting-rows.ts';
import { foldEntityProfile, type EntityProfile } from '../../../projections/entity-profile.ts';
import type { Day } from '../../../src/day.ts';
import { GROUP_CHARACTERS_MAX, GROUP_ROWS_MAX, groupsOf, ImportAborted } from '../../../src/import/import-facts.ts';
import { PROBLEMS_MAX } from '../../../src/import/import-tally.ts';
import { EventStoreUnavailable } from '../../../src/ledger/event-store.ts';
import type { ReadRow } from '../../../src/import/read-rows.ts';
import { openRows } from '../../../src/import/waiting-rows.ts';
import { usccCheckCharacter } from '../../../src/uscc.ts';
import { batchOf, countsOf, importText, memoryLedger, type ImportOptions, type Ledger } from '../../importing.ts';
import { TODAY, type memoryRecorder } from '../../recorder.ts';
import { CITIZEN_ID } from '../../sample-facts.ts';

/** Code number n of division 990000, with its right check character. */
const code = (n: number): string => {
  const body = `91990000MA${String(n).padStart(7, '0')}`;
  return `${body}${usccCheckCharacter(body)}`;
};
type Row = readonly [name: string, uscc: string, regDate?: string];
const csv = (...rows: readonly Row[]): string =>
  `name,uscc,reg_date\n${rows.map(([name, uscc, regDate = '']) => `${name},${uscc},${regDate}\n`).join('')}`;

const WRONG_CODE = `${code(1).slice(0, -1)}${code(1).endsWith('0') ? '1' : '0'}`;
const NO_FACTS: ReadRow['reading'] = { outcome: 'facts', facts: [], notices: [] };

const A = csv(['甲店', code(1)]);
const B = csv(['乙店', code(1)]);

const eventsOf = async ({ recorder }: { recorder: Ledger['recorder'] }) => {
  const store = recorder.store as ReturnType<typeof memoryRecorder>['store'];
  return store.readAll({ after: 0n, limit: 10_000 });
};

/** Current name of each subject, as the profiles folded from all events have it. */
const currentNames = async (ledger: Ledger): Promise<Record<string, unknown>> => {
  const profiles = new Map<string, EntityProfile>();
  for (const recorded of await eventsOf(ledger)) {
    const subject = recorded.event.about[0]?.subject ?? '';
    profiles.set(subject, foldEntityProfile(profiles.get(subject), recorded, subject));
  }
  return Object.fromEntries(
    [...profiles].map(([subject, { statements }]) => [subject, statements.at(-1)?.data['name']]),
  );
};

const noKeys = async () => Promise.reject(new Error('a key was made'));
const fault = async () => Promise.reject(new TypeError('a fault'));

vi.setConfig({ testTimeout: 60_000 });

describe('one file', () => {
  test.each<[string, readonly Row[], string]>([
    ['a new code is recorded', [['甲', code(1)]], 'recorded 1'],
    [
      'the same row twice is there already',
      [
        ['甲', code(1)],
        ['甲', code(1)],
      ],
      'recorded 1, alreadyThere 1',
    ],
    [
      'another row of the same code changes it',
      [
        ['甲', code(1)],
        ['乙', code(1)],
      ],
      'recorded 1, changed 1',
    ],
    [
      'A, B, A changes twice',
      [
        ['甲', code(1)],
        ['乙', code(1)],
        ['甲', code(1)],
      ],
      'recorded 1, changed 2',
    ],
    [
      'no name is refused',
      [
        ['', code(1)],
        ['乙', code(2)],
      ],
      'recorded 1, refused 1',
    ],
    [
      'a day to come is refused',
      [
        ['甲', code(1), '2026-11-23'],
        ['乙', code(2), TODAY],
      ],
      'recorded 1, refused 1',
    ],
    [
      'a bad code waits',
      [
        ['甲', 'ABC'],
        ['乙', CITIZEN_ID],
      ],
      'quarantined 2',
    ],
  ])('%s', async (_name, rows, counts) => {
    const ledger = memoryLedger();
    const result = await importText(ledger, csv(...rows));
    expect(countsOf(result)).toBe(counts);
    expect(result.rows).toBe(rows.length);
  });

  test.each<[string, string]>([
    ['A', A],
    ['A, A', csv(['甲', code(1)], ['甲', code(1)])],
    ['A, B', csv(['甲', code(1)], ['乙', code(1)])],
    ['A, A, B', csv(['甲', code(1)], ['甲', code(1)], ['乙', code(1)])],
    ['A, B, A', csv(['甲', code(1)], ['乙', code(1)], ['甲', code(1)])],
    ['rows that wait', csv(['甲', 'ABC'], ['乙', code(2)], ['丙', CITIZEN_ID])],
  ])('handed in again adds nothing: %s', async (_name, text) => {
    const ledger = memoryLedger();
    const first = await importText(ledger, text);
    const events = await eventsOf(ledger);
    expect(countsOf(await importText(ledger, text))).toBe(`alreadyThere ${first.rows}`);
    expect(await eventsOf(ledger)).toEqual(events);
    const names = await currentNames(ledger);
    // As if the first import had broken off before its receipt was kept.
    const broken = { ...ledger, waitingRows: { ...ledger.waitingRows, receipt: async () => undefined } };
    expect(countsOf(await importText(broken, text))).toBe(`alreadyThere ${first.rows}`);
    expect(await currentNames(ledger)).toEqual(names);
  });

  test('refused rows are refused again, and recorded when what stood against them is gone', async () => {
    const ledger = memoryLedger();
    const text = csv(['甲', code(1), '2026-11-23'], ['', code(2)], ['丙', code(3)]);
    expect(countsOf(await importText(ledger, text, { asOf: TODAY }))).toBe('recorded 1, refused 2');
    expect(countsOf(await importText(ledger, text, { asOf: TODAY }))).toBe('alreadyThere 1, refused 2');
    const later: ImportOptions = { asOf: TODAY, today: '2026-11-24' };
    expect(countsOf(await importText(ledger, text, later))).toBe('recorded 1, alreadyThere 1, refused 1');
    expect(countsOf(await importText(ledger, text, later))).toBe('alreadyThere 2, refused 1');
  });

  test('tells line, column and remedy of what did not go in, and sums up what did', async () => {
    const rows: Row[] = [
      ['甲', code(1), '?'],
      ['', code(2)],
      ['丙', code(3), '?'],
      ['丁', code(4), '2030-01-01'],
    ];
    const { problems } = await importText(memoryLedger(), csv(...rows));
    expect(problems.map(({ line, column, code, severity }) => [line, column, code, severity])).toEqual([
      [2, 'reg_date', 'day-unreadable', 'notice'],
      [3, 'name', 'name-missing', 'refused'],
      [5, 'reg_date', 'in-the-future', 'refused'],
    ]);
    expect(problems[0]?.message).toContain('(2 rows)');
  });

  test('lists no more problems than a person can use', async () => {
    const rows = Array.from({ length: PROBLEMS_MAX + 5 }, (): Row => ['', code(1)]);
    const result = await importText(memoryLedger(), csv(...rows));
    expect([result.refused, result.problems.length, result.problemsLeftOut]).toEqual([rows.length, PROBLEMS_MAX, 5]);
  });

  test('of many groups keeps the order of rows that share a code', async () => {
    const ledger = memoryLedger();
    const count = GROUP_ROWS_MAX * 3;
    const rows = Array.from({ length: count }, (_, n): Row => [`店${n}`, code(n % 1_999)]);
    expect(countsOf(await importText(ledger, csv(...rows)))).toBe(`recorded 1999, changed ${count - 1_999}`);
    const names = await currentNames(ledger);
    expect(names[`uscc:${code(0)}`]).toBe(`店${1_999 * 3}`);
    expect(Object.values(names).every((name) => Number(String(name).slice(1)) >= count - 1_999)).toBe(true);
  });
});

test('groups are bounded by characters as well as by rows, and keep every row in order', async () => {
  const cells = ['x'.repeat(1_000_000)];
  const rows = Array.from({ length: 30 }, (_, n): ReadRow => ({ line: n + 1, cells, reading: NO_FACTS }));
  const huge: ReadRow = { line: 31, cells: Array<string>(10).fill(cells[0] ?? ''), reading: NO_FACTS };
  const groups: (readonly ReadRow[])[] = [];
  const read = async function* () {
    yield [...rows, huge];
  };
  for await (const group of groupsOf(read())) groups.push(group);
  expect(groups.flat().map(({ line }) => line)).toEqual(Array.from({ length: 31 }, (_, n) => n + 1));
  expect(groups.map((group) => group.length)).toEqual([8, 8, 8, 6, 1]);
  expect(GROUP_CHARACTERS_MAX).toBeLessThan(9_000_000);
});

test('rows with a wrong check character are listed one by one, behind refused rows where there are too many', async () => {
  const flagged = Array.from({ length: 3 }, (): Row => ['甲', WRONG_CODE]);
  const few = await importText(memoryLedger(), csv(...flagged));
  expect(few.problems.map(({ line, code, severity }) => [line, code, severity])).toEqual(
    [2, 3, 4].map((line) => [line, 'code-wrong-check', 'notice']),
  );
  const refused = Array.from({ length: PROBLEMS_MAX - 1 }, (): Row => ['', code(1)]);
  const many = await importText(memoryLedger(), csv(...flagged, ...refused));
  expect(many.problems.filter(({ severity }) => severity === 'refused')).toHaveLength(PROBLEMS_MAX - 1);
  expect([many.problems.length, many.problemsLeftOut]).toEqual([PROBLEMS_MAX, 2]);
});

describe('several files', () => {
  test('A, B, A is three events, and the first again is none', async () => {
    const ledger = memoryLedger();
    const imports: [string, Day][] = [
      [A, '2026-01-31'],
      [B, '2026-02-28'],
      [A, '2026-03-31'],
      [A, '2026-01-31'],
    ];
    const counts = [];
    for (const [text, asOf] of imports) counts.push(countsOf(await importText(ledger, text, { asOf })));
    expect(counts).toEqual(['recorded 1', 'changed 1', 'changed 1', 'alreadyThere 1']);
    expect(await currentNames(ledger)).toEqual({ [`uscc:${code(1)}`]: '甲店' });
  });

  test('a file older than what is known changes no current value', async () => {
    const ledger = memoryLedger();
    await importText(ledger, A, { asOf: '2026-03-31' });
    expect(countsOf(await importText(ledger, B, { asOf: '2026-01-31' }))).toBe('changed 1');
    expect(await currentNames(ledger)).toEqual({ [`uscc:${code(1)}`]: '甲店' });
  });

  test('of one day, handed in again, add nothing whatever came between', async () => {
    const ledger = memoryLedger();
    const both = csv(['甲店', code(1)], ['丙店', code(2)]);
    for (const text of [A, both, B]) await importText(ledger, text);
    expect(countsOf(await importText(ledger, both))).toBe('alreadyThere 2');
    expect(await currentNames(ledger)).toMatchObject({ [`uscc:${code(1)}`]: '乙店' });
  });

  test('made monthly give the same current values in whatever order they come', async () => {
    const months: readonly Day[] = ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30'];
    const file = fc.array(fc.tuple(fc.constantFrom('甲', '乙', '丙'), fc.integer({ min: 1, max: 3 })), {
      maxLength: 4,
    });
    const files = fc.tuple(file, file, file, file);
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    await fc.assert(
      fc.asyncProperty(files, order, async (files, order) => {
        const texts = files.map((rows) => csv(...rows.map(([name, n]): Row => [name, code(n)])));
        const inOrder = memoryLedger();
        const shuffled = memoryLedger();
        for (const n of [0, 1, 2, 3]) await importText(inOrder, texts[n] ?? '', { asOf: months[n] as Day });
        for (const n of order) await importText(shuffled, texts[n] ?? '', { asOf: months[n] as Day });
        expect(await currentNames(shuffled)).toEqual(await currentNames(inOrder));
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});

describe('the count', () => {
  const row: fc.Arbitrary<string> = fc.oneof(
    fc
      .tuple(fc.constantFrom('甲', '乙', ''), fc.constantFrom(code(1), code(2), 'ABC', '', CITIZEN_ID))
      .map((cells) => cells.join(',')),
    fc.constantFrom('"', 'x,y,z', '\ufffd,x', '', '甲,' + code(3) + ',x'),
  );

  test('adds up, a dry run says the same beforehand, and a repeat adds nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(row, { maxLength: 8 }), { minLength: 1, maxLength: 3 }), async (files) => {
        const ledger = memoryLedger();
        for (const rows of files) {
          const text = `name,uscc\n${rows.map((line) => `${line}\n`).join('')}`;
          const before = await eventsOf(ledger);
          const dry = await importText(ledger, text, { isDryRun: true });
          expect(await eventsOf(ledger)).toEqual(before);
          const real = await importText(ledger, text);
          const { recorded, changed, corrected, alreadyThere, refused, quarantined } = real;
          expect(recorded + changed + corrected + alreadyThere + refused + quarantined).toBe(real.rows);
          expect(countsOf(dry)).toBe(countsOf(real));
          const again = await importText(ledger, text);
          expect([again.rows, again.refused, again.alreadyThere]).toEqual([real.rows, refused, real.rows - refused]);
        }
      }),
      { seed: 4, numRuns: 60 },
    );
  });
});

describe('rows that wait', () => {
  test('are sealed, and opened again with their cells and reasons', async () => {
    const ledger = memoryLedger();
    const text = csv(['', code(1)], ['乙', CITIZEN_ID]);
    await importText(ledger, text);
    const batch = batchOf(text);
    const all = await Promise.all(
      (['columns', 'refused', 'quarantined'] as const).map((kind) =>
        ledger.waitingRows.page(batch, { kind, afterLine: -1, limit: 10 }),
      ),
    );
    expect(JSON.stringify(all)).not.toContain(CITIZEN_ID);
    expect(Buffer.concat(all.flat().map(({ ct }) => ct)).toString('latin1')).not.toContain(CITIZEN_ID);
    const opened = await openRows(batch, all.flat(), ledger.recorder);
    expect(opened.map(({ line, kind, cells, remarks }) => [line, kind, cells, remarks[0]?.code])).toEqual([
      [0, 'columns', ['name', 'uscc', 'reg_date'], undefined],
      [2, 'refused', ['', code(1), ''], 'name-missing'],
      [3, 'quarantined', ['乙', CITIZEN_ID, ''], 'code-personal'],
    ]);
    const moved = all.flat().map((one) => ({ ...one, line: one.line + 1 }));
    await expect(openRows(batch, moved, ledger.recorder)).rejects.toThrow(/authenticate/);
  });

  test('are not kept by a dry run, and no key is made for them', async () => {
    const ledger = memoryLedger();
    const recorder = { ...ledger.recorder, vault: { ...ledger.recorder.vault, keysFor: noKeys } };
    const result = await importText({ ...ledger, recorder }, csv(['', code(1)], ['乙 13900000000', code(2)]), {
      isDryRun: true,
    });
    expect(countsOf(result)).toBe('recorded 1, refused 1');
  });
});

/** Appends as told: each entry is one call. */
const failing = (ledger: Ledger, calls: readonly ('fails' | 'writes' | 'writes, then fails')[]): Ledger => {
  const left = [...calls];
  const append: Ledger['recorder']['store']['append'] = async (requests) => {
    const call = left.shift() ?? 'writes';
    const outcomes = call === 'fails' ? [] : await ledger.recorder.store.append(requests);
    if (call !== 'writes') throw new EventStoreUnavailable('the test says no');
    return outcomes;
  };
  return { ...ledger, recorder: { ...ledger.recorder, store: { ...ledger.recorder.store, append } } };
};

describe('a store that fails', () => {
  test('for a moment is asked again, and nothing is doubled', async () => {
    const ledger = memoryLedger();
    const result = await importText(failing(ledger, ['fails', 'writes, then fails']), A);
    expect([result.stopped, countsOf(result)]).toEqual([undefined, 'alreadyThere 1']);
    expect(await eventsOf(ledger)).toHaveLength(1);
  });

  test('for long ends the import with what was done; the same file again goes on from there', async () => {
    const ledger = memoryLedger();
    const rows = Array.from({ length: GROUP_ROWS_MAX + 1 }, (_, n): Row => [`店${n}`, code(n)]);
    const text = csv(...rows);
    const result = await importText(failing(ledger, ['writes', ...Array<'fails'>(6).fill('fails')]), text);
    expect(result.stopped).toBeInstanceOf(EventStoreUnavailable);
    expect(countsOf(result)).toBe(`recorded ${GROUP_ROWS_MAX}`);
    expect(countsOf(await importText(ledger, text))).toBe(`recorded 1, alreadyThere ${GROUP_ROWS_MAX}`);
  });

  test('by a fault ends with that fault', async () => {
    const ledger = memoryLedger();
    await expect(importText({ ...ledger, waitingRows: { ...memoryWaitingRows(), receipt: fault } }, A)).rejects.toThrow(
      TypeError,
    );
  });

  test('an import that is aborted says so and keeps no receipt', async () => {
    const ledger = memoryLedger();
    const result = await importText(ledger, A, { signal: AbortSignal.abort() });
    expect(result.stopped).toBeInstanceOf(ImportAborted);
    expect(await ledger.waitingRows.receipt(batchOf(A))).toBeUndefined();
  });
});
