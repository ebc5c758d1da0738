// Child of the crash journeys: writes from several places at once and says aloud what was confirmed, after it was.
// Lines: `ack <event id> <position> <stream>`, `rows <file> <rows settled>`, `imported <file>`, `fault <words>`.
// Run with the path of a file of JSON, see `Orders` in crash-harness.ts. Standard output is a pipe, so a line that was
// written outlives this process.
import { readFileSync, writeSync } from 'node:fs';
import pg from 'pg';
import { readConfig } from '../../dist/infra/config.js';
import { importFile } from '../../dist/infra/import/import-file.js';
import { openLedger } from '../../dist/infra/open-ledger.js';
import { startEmbeddedPostgres } from '../../dist/infra/postgres/embedded-postgres.js';
import { migrate } from '../../dist/infra/stores/migrate.js';
import { memoryKeyVault } from '../../dist/infra/stores/memory-key-vault.js';
import { postgresEventStore } from '../../dist/infra/stores/postgres-event-store.js';
import { systemClock } from '../../dist/infra/system-clock.js';
import { dayOf } from '../../dist/src/day.js';
import { streamName } from '../../dist/src/fact.js';
import { parseFact } from '../../dist/src/facts/parse-fact.js';
import { uuidOfText } from '../../dist/src/ledger/event.js';
import { record } from '../../dist/src/ledger/record.js';
import { aesGcm } from '../../dist/src/seal/cipher.js';

const orders = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { seed, agency, codes, contended, statementsPerCallMax, files, unsafe } = orders;

const say = (line) => {
  const bytes = Buffer.from(`${line}\n`);
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error; // The reader is slow; what was confirmed is not forgotten.
    }
  }
};

/** The product as it is, or with durability taken away behind its back: then the harness must see losses. */
const open = async () => {
  const config = readConfig(process.env);
  if (!unsafe) return openLedger(config);
  const server = await startEmbeddedPostgres(config);
  const connection = { ...server.connection, options: '-c synchronous_commit=off' };
  const client = new pg.Client(connection);
  await client.connect();
  await migrate(client);
  await client.end();
  const store = await postgresEventStore({ connection, clock: systemClock });
  const recorder = { store, vault: memoryKeyVault(), cipher: aesGcm, randomBytes: (count) => Buffer.alloc(count, 7) };
  return { recorder, today: () => dayOf(systemClock.now()), clock: systemClock };
};

const random = (() => {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
})();

const statement = (type, subject, data, line) => {
  const parsed = parseFact({ type, about: [{ subject, role: 'subject' }], data });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusals));
  return { fact: parsed.fact, definition: parsed.definition, line };
};

/** New organisations, news of one that every writer writes about, and now and then what was said before. */
const write = async (ledger, mine, writer) => {
  const source = { kind: 'agency', agency, form: 'crash@1', batch: uuidOfText(`${seed} ${writer}`) };
  const handover = { source: { ...source, assertedOn: ledger.today() }, today: ledger.today() };
  let line = 0;
  let before = [];
  for (let next = 0; next < mine.length;) {
    const stated = [];
    const count = 1 + random(statementsPerCallMax);
    for (let nth = 0; nth < count && next < mine.length; nth += 1) {
      line += 1;
      const kind = random(10);
      if (kind === 0 && before.length > 0) stated.push({ ...before[random(before.length)], line });
      else if (kind === 1 && line < 400) {
        stated.push(statement('EntityChanged', `uscc:${contended}`, { name: `争${writer}之${line}` }, line));
      } else {
        const code = mine[next];
        next += 1;
        stated.push(statement('EntityRegistered', `uscc:${code}`, { name: `店${code}` }, line));
      }
    }
    const outcomes = await record(ledger.recorder, stated, handover);
    let lines = '';
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.event === undefined) continue;
      const [{ subject }] = stated[index].fact.about;
      lines += `${lines === '' ? '' : '\n'}ack ${outcome.event} ${outcome.position} ${streamName('entity', [subject])}`;
    }
    if (lines !== '') say(lines);
    before = stated;
  }
};

const importOne = async (ledger, path) => {
  const { recorder, waitingRows, clock } = ledger;
  const means = { recorder, waitingRows, today: ledger.today(), monotonicMs: () => clock.monotonicMs() };
  const onProgress = ({ rows }) => say(`rows ${path} ${rows}`);
  const { result } = await importFile({ path, form: 'registration', source: agency }, { ...means, onProgress });
  if (result.stopped !== undefined) throw result.stopped;
  say(`imported ${path}`);
};

try {
  const ledger = await open();
  const work = codes.map((mine, writer) => write(ledger, mine, writer));
  const importing = (async () => {
    for (const path of files) await importOne(ledger, path);
  })();
  await Promise.all([...work, importing]);
  say('done');
} catch (error) {
  say(`fault ${error.name}: ${error.message.split('\n')[0]}`);
}
// Stays until it is killed: a writer that left by itself would stop the database in order.
setInterval(() => undefined, 60_000);
