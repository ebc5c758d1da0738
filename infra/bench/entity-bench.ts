// Answering: a persisted document for one entity, against bare Fastify and pg with the same two statements.
import Fastify, { type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { documentIdOf } from '../../graphql/engine.ts';
import { projections } from '../../projections/index.ts';
import { catchUp } from '../../projections/run.ts';
import { GENERATED_DIVISION, generatedRegister, generatedRegistration } from '../demo/generated-registrations.ts';
import { createServer } from '../http/server.ts';
import { systemClock } from '../system-clock.ts';
import { generatedLedger } from './generated-ledger.ts';
import { check, figure, ratio, ROUNDS, type Measurement } from './measurement.ts';

const ENTITIES = 2_000;
const SEED = 12;
const CONNECTIONS = 32;
const SECONDS = 4;

const ENTITY_DOCUMENT = `query BenchEntity($uscc: USCC!) {
  entity(uscc: $uscc) {
    uscc name kind status registeredOn personInCharge address businessScope
    capital { amount currency original }
    history(first: 10) { edges { node { id type recordedAt validFrom data source { agency assertedOn } } } }
  }
}`;

/** Requests per second of one server, every answer checked to be of the expected size; the load comes from another thread. */
const load = async (app: FastifyInstance, bodies: readonly string[]): Promise<number> => {
  const { default: autocannon } = await import('autocannon'); // A development dependency: only the bench needs it.
  const { port } = app.server.address() as AddressInfo;
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/graphql`,
    connections: CONNECTIONS,
    duration: SECONDS,
    workers: 1,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    requests: bodies.map((body) => ({ body })),
  });
  check(result.non2xx === 0 && result.errors === 0 && result.timeouts === 0, 'entity: every answer is 200');
  return result.requests.average;
};

type KeyDoc = [key: string, doc: string];

/** What one would write by hand: two statements at once, their rows parsed and sent. No schema, no limits, no access table. */
const bareServer = async (pool: pg.Pool): Promise<FastifyInstance> => {
  const app = Fastify();
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Fastify waits for the promise of a handler.
  app.post('/graphql', async (request) => {
    const { variables } = request.body as { readonly variables: { readonly uscc: string } };
    const key = `uscc:${variables.uscc}`;
    const [profile, history] = await Promise.all([
      pool.query<KeyDoc>({
        name: 'bare-profile',
        text: 'select key, doc from rm.entity_profile_v1 where key = any($1)',
        values: [[key]],
        rowMode: 'array',
      }),
      pool.query<KeyDoc>({
        name: 'bare-history',
        text: 'select key, doc from rm.fact_history_v1 where key >= $1 and key < $2 order by key desc limit 11',
        values: [`${key} `, `${key}!`],
        rowMode: 'array',
      }),
    ]);
    return {
      data: {
        entity: JSON.parse(profile.rows[0]?.[1] ?? 'null') as unknown,
        history: history.rows.map(([, doc]) => JSON.parse(doc) as unknown),
      },
    };
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
};

/** `entityVsRawHttp`: limits and access table on, no response cache. */
export const benchEntity = async (server: pg.ClientConfig): Promise<Measurement> => {
  const ledger = await generatedLedger(server, projections);
  const { store, readModel, parts } = ledger;
  await ledger.importFile(Buffer.from([...generatedRegister(SEED, ENTITIES)].join('')));
  await catchUp({ store, readModel, projections, parts, owner: 'bench', signal: new AbortController().signal });
  const ours = await createServer({
    readModel,
    eventStore: store,
    projections,
    clock: systemClock,
    marks: () => ({ generated: true, testClock: false }),
    documents: [ENTITY_DOCUMENT],
    config: { logLevel: 'silent' },
  });
  await ours.listen({ host: '127.0.0.1', port: 0 });
  const pool = new pg.Pool({ ...ledger.database.connection, max: 8 });
  pool.on('error', () => undefined); // Dropping the database ends sessions that are still closing.
  const bare = await bareServer(pool);
  const codes = Array.from({ length: ENTITIES }, (_, index) => generatedRegistration(SEED, index).uscc);
  const bodies = codes.map((uscc) =>
    JSON.stringify({ documentId: documentIdOf(ENTITY_DOCUMENT), variables: { uscc } }),
  );
  await checkAnswers(ours, bodies);
  const rates: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const bareRate = await load(bare, bodies);
    const rate = await load(ours, bodies);
    if (round === 0) continue; // Warms up.
    baseline.push(bareRate);
    rates.push(rate);
  }
  await Promise.all([ours.close(), bare.close()]);
  await pool.end();
  await ledger.drop();
  const figures = { entityRequestsPerSecond: figure(rates), rawHttpRequestsPerSecond: figure(baseline) };
  return {
    ratios: { entityVsRawHttp: ratio(figures.entityRequestsPerSecond, figures.rawHttpRequestsPerSecond) },
    figures,
  };
};

const checkAnswers = async (app: FastifyInstance, bodies: readonly string[]): Promise<void> => {
  for (const payload of bodies.slice(0, 50)) {
    const answer = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json' },
      payload,
    });
    check(
      answer.statusCode === 200 && answer.body.includes(GENERATED_DIVISION) && answer.body.includes('EntityRegistered'),
      'entity: the answer holds name and history',
    );
  }
};
