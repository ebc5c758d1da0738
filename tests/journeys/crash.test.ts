// Kills while the ledger writes, imports and projects: what was confirmed is there afterwards, once, and nothing else is.
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GENERATED_REGISTER, generatedRegistration } from '../../infra/demo/generated-registrations.ts';
import { type SeededRandom, seededRandom } from '../../infra/demo/seeded-random.ts';
import { batchId } from '../../src/import/batch.ts';
import { isLong, newPlace, type Place, readyAfterMs, until } from './command.ts';
import {
  compare,
  type Findings,
  type History,
  killDatabase,
  letLeasesRunOut,
  lookInto,
  newHistory,
  readModelDifferences,
  rowsMissing,
  startWriter,
} from './crash-harness.ts';
import { type RegisterFile, registerFile } from './register-file.ts';

const SEED = 20_261_122;
const KILLS = isLong ? 50 : 8;
const WRITERS = 4;
const CODES_PER_WRITER = 1_000;
const ROWS_PER_FILE = 4_000;
const ROUNDS_PER_FILE = 2;
/** A kill comes at a random moment within this time of the first confirmations. */
const PAUSE_MAX_MS = 700;
/** The holder of a lease that died is waited for, then the backlog is projected. */
const READY_WITHIN_MS = 30_000;
const CONFIRMED_WITHIN_MS = 60_000;
const LIMIT_MS = isLong ? 1_800_000 : 240_000;

const TARGETS = ['writer', 'database', 'server', 'database'] as const;
type Target = (typeof TARGETS)[number];

const codeAt = (index: number): string => generatedRegistration(SEED, index).uscc;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Codes of a round: nobody else's. */
const codesOf = (round: number): readonly (readonly string[])[] =>
  Array.from({ length: WRITERS }, (_, writer) =>
    Array.from({ length: CODES_PER_WRITER }, (_code, nth) =>
      codeAt(1_000_000 + (round * WRITERS + writer) * CODES_PER_WRITER + nth),
    ),
  );
const contendedOf = (round: number): string => codeAt(900_000 + round);

interface FileOnDisk extends RegisterFile {
  readonly path: string;
  readonly batch: string;
}

const filesIn = async (place: Place): Promise<readonly FileOnDisk[]> => {
  const files: FileOnDisk[] = [];
  for (let nth = 0; nth < Math.ceil(KILLS / ROUNDS_PER_FILE); nth += 1) {
    const file = registerFile({ seed: SEED, from: nth * ROWS_PER_FILE, count: ROWS_PER_FILE, isFlawed: true });
    const sha256 = createHash('sha256').update(file.text).digest('hex');
    const batch = batchId({ form: 'registration@1', agency: GENERATED_REGISTER, sha256 });
    files.push({ ...file, batch, path: await place.write(`register-${nth}.csv`, file.text) });
  }
  return files;
};

const places: Place[] = [];
const placeOfItsOwn = async (): Promise<Place> => {
  const place = await newPlace();
  places.push(place);
  return place;
};
beforeAll(async () => {
  const place = await placeOfItsOwn();
  await place.run('config'); // Builds the program that all processes run.
});
afterAll(async () => {
  for (const place of places) await place.remove();
});

interface Round {
  readonly place: Place;
  readonly history: History;
  readonly random: SeededRandom;
  readonly round: number;
  readonly target: Target;
  readonly file: FileOnDisk;
}

/** Starts a server and writers, kills one of the three at a random moment, then the rest; answers what is stored. */
const killOnce = async ({ place, history, random, round, target, file }: Round): Promise<Findings> => {
  const writer = await startWriter(
    place,
    {
      seed: SEED + round,
      agency: GENERATED_REGISTER,
      codes: codesOf(round),
      contended: contendedOf(round),
      statementsPerCallMax: 20,
      files: [file.path],
    },
    history,
  );
  const server = await place.serve();
  await writer.confirms(3, CONFIRMED_WITHIN_MS);
  await pause(random.below(PAUSE_MAX_MS));
  if (target === 'writer') await writer.kill();
  if (target === 'database') await killDatabase(place);
  if (target === 'server') {
    await server.kill();
    await writer.confirms(20, CONFIRMED_WITHIN_MS); // The others go on.
  }
  await Promise.all([writer.kill(), server.kill()]);
  const { client, leave } = await lookInto(place);
  try {
    await letLeasesRunOut(client);
    const isRepeat = (line: number): boolean => file.repeatedLines.has(line);
    const settled = history.rowsSettled.get(file.path) ?? 0;
    return { ...(await compare(client, history)), rowsLost: await rowsMissing(client, file.batch, settled, isRepeat) };
  } finally {
    await leave();
  }
};

describe(`${KILLS} kills`, () => {
  let place: Place;
  let files: readonly FileOnDisk[];
  const history = newHistory();
  let last: Findings;

  beforeAll(async () => {
    place = await placeOfItsOwn();
    files = await filesIn(place);
  });

  test(
    'lose nothing that was confirmed and double nothing, whatever is killed',
    async () => {
      const random = seededRandom(SEED);
      const targets = Array.from({ length: KILLS }, (_, round) => TARGETS[round % TARGETS.length] ?? 'writer');
      for (const [round, target] of targets.entries()) {
        const file = files[Math.floor(round / ROUNDS_PER_FILE)] as FileOnDisk;
        last = await killOnce({ place, history, random, round, target, file });
        expect(last, `after kill ${round + 1}, of the ${target}`).toMatchObject({ lost: 0, doubled: 0, rowsLost: 0 });
      }
      expect(history.confirmed.length).toBeGreaterThan(KILLS * 20);
      expect(history.faults.filter((fault) => !fault.startsWith('EventStoreUnavailable'))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'leave imports that go on where they were: rows add up, each statement is there once',
    async () => {
      for (const file of files) {
        const finished = await place.run(
          'import',
          file.path,
          '--form',
          'registration',
          '--source',
          GENERATED_REGISTER,
          '--json',
        );
        expect(finished).toMatchObject({ code: 1, stderr: '' });
        const { rows, recorded, changed, corrected, alreadyThere, refused, quarantined } = finished.receipt();
        expect(rows).toBe(file.rows);
        expect(recorded + changed + corrected + alreadyThere + refused + quarantined).toBe(rows);
        expect({ changed, corrected, refused }).toEqual({ changed: 0, corrected: 0, refused: file.refused });
        expect(quarantined).toBeLessThanOrEqual(file.quarantined);
      }
      const { client, leave } = await lookInto(place);
      try {
        for (const { batch, names, refused, quarantined } of files) {
          const { rows } = await client.query(
            `select count(*)::int as events, count(distinct event::json -> 'about' ->> 0)::int as subjects,
                    (select count(*)::int from imports.rows where batch = $1::text::uuid and kind <> 'columns') as waiting
               from es.events where event::json -> 'source' ->> 'batch' = $1::text`,
            [batch],
          );
          expect(rows).toEqual([{ events: names.size, subjects: names.size, waiting: refused + quarantined }]);
        }
        const submitted = new Set(files.flatMap(({ names }) => [...names.keys()]));
        for (let round = 0; round < KILLS; round += 1)
          [contendedOf(round), ...codesOf(round).flat()].forEach((code) => submitted.add(code));
        const { rows } = await client.query<{ name: string }>('select name from es.streams');
        expect(rows.filter(({ name }) => !submitted.has(name.slice('entity-uscc:'.length)))).toEqual([]);
      } finally {
        await leave();
      }
    },
    LIMIT_MS,
  );

  test(
    'leave a ledger that catches up, answers and is sound',
    async () => {
      const server = await place.serve();
      const readyMs = await readyAfterMs(server.url, READY_WITHIN_MS);
      const [[code = '', name = ''] = []] = [...(files[0]?.names ?? [])];
      const answer = await server.ask(`{ entity(uscc: "${code}") { name history { totalCount } } }`);
      expect(answer.body).toEqual({ data: { entity: { name, history: { totalCount: 1 } } } });
      const { client, leave } = await lookInto(place);
      expect(await readModelDifferences(client).finally(leave)).toEqual([]);
      expect(await server.stop()).toBe(0);
      const verified = await place.run('verify', '--json');
      expect(verified.value()).toMatchObject({ sound: true, breaches: 0 });
      expect(verified.code).toBe(0);
      print(
        `| kills ${KILLS} | confirmed ${history.confirmed.length} | stored ${last.events} | lost ${last.lost} | ` +
          `doubled ${last.doubled} | settled rows lost ${last.rowsLost} | ready after ${readyMs} ms |`,
      );
    },
    LIMIT_MS,
  );
});

test(
  'a server killed while it projects catches up after its next start',
  async () => {
    const place = await placeOfItsOwn();
    const file = registerFile({ seed: SEED, from: 0, count: 8_000 });
    const path = await place.write('register.csv', file.text);
    expect((await place.run('import', path, '--form', 'registration', '--source', GENERATED_REGISTER)).code).toBe(0);
    const { client, leave } = await lookInto(place);
    try {
      for (let round = 0; round < (isLong ? 5 : 1); round += 1) {
        await killedHalfWay(place, client, file.names.size);
        const server = await place.serve();
        const readyMs = await readyAfterMs(server.url, READY_WITHIN_MS);
        const [code = '', name = ''] = [...file.names].at(-1) ?? [];
        const answer = await server.ask(`{ entity(uscc: "${code}") { name } }`, {
          'huixin-at-least': String(file.names.size),
        });
        expect(answer.body).toEqual({ data: { entity: { name } } });
        expect(await readModelDifferences(client)).toEqual([]);
        expect(await server.stop()).toBe(0);
        print(`| server killed while projecting | ready after ${readyMs} ms |`);
      }
    } finally {
      await leave();
    }
    expect((await place.run('verify', '--json')).value()).toMatchObject({ sound: true });
  },
  LIMIT_MS,
);

/** Starts a server upon emptied read models and kills it once it has projected some, not all; tries again if it was too quick. */
const killedHalfWay = async (place: Place, client: Client, head: number): Promise<void> => {
  const progress = async (): Promise<{ readonly least: number; readonly most: number }> => {
    const { rows } = await client.query<{ least: string; most: string }>(
      'select min(position) as least, max(position) as most from rm.checkpoints',
    );
    return { least: Number(rows[0]?.least), most: Number(rows[0]?.most) };
  };
  for (let tries = 0; tries < 5; tries += 1) {
    await client.query('drop schema rm cascade');
    const server = await place.serve();
    await until(READY_WITHIN_MS, 'some of the projection', async () =>
      (await progress()).most > 0 ? true : undefined,
    );
    await server.kill();
    if ((await progress()).least < head) return;
  }
  throw new Error('the server was never caught half-way');
};

describe('with durability taken away', () => {
  let place: Place;
  beforeAll(async () => {
    place = await placeOfItsOwn();
  });

  test(
    'the harness sees confirmed events lost',
    async () => {
      const random = seededRandom(SEED);
      const history = newHistory();
      let [rounds, lost] = [0, 0];
      while (lost === 0 && rounds < 15) {
        const orders = {
          seed: rounds,
          agency: GENERATED_REGISTER,
          contended: contendedOf(rounds),
          files: [],
          unsafe: true,
        };
        const writer = await startWriter(
          place,
          { ...orders, codes: codesOf(rounds), statementsPerCallMax: 2 },
          history,
        );
        await writer.confirms(30, CONFIRMED_WITHIN_MS);
        await pause(random.below(250));
        await killDatabase(place);
        await writer.kill();
        const { client, leave } = await lookInto(place);
        ({ lost } = await compare(client, history).finally(leave));
        rounds += 1;
      }
      expect(lost).toBeGreaterThan(0);
      print(`| negative control | kills ${rounds} | confirmed ${history.confirmed.length} | lost ${lost} |`);
    },
    LIMIT_MS,
  );

  test.each([
    [
      [
        'alter system set synchronous_commit = off',
        'alter system set fsync = off',
        'alter system set full_page_writes = off',
      ],
      ['SYSTEM SET synchronous_commit = on', 'SYSTEM SET fsync = on', 'SYSTEM SET full_page_writes = on'],
      ['alter system reset all'],
    ],
    [
      ['alter database huixin set synchronous_commit = off'],
      ['ALTER DATABASE huixin RESET synchronous_commit'],
      ['alter database huixin reset all'],
    ],
  ])('the product refuses to start after %s', async (breaks, remedies, mends) => {
    const change = async (statements: readonly string[]): Promise<void> => {
      const { client, leave } = await lookInto(place);
      for (const sql of statements) await client.query(sql);
      await client.query('select pg_reload_conf()');
      await leave();
    };
    await change(breaks);
    const refused = await place.run('serve', '--json');
    for (const remedy of remedies) expect(refused.stderr).toContain(remedy);
    expect(refused.stdout).toBe('');
    expect(refused.code).toBe(3);
    await change(mends);
  });
});
