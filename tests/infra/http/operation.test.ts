// What an operator relies on: health, logs without what callers sent, and a quiet end.
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { citizenCheckCharacter } from '../../../src/citizen-id.ts';
import { registered, usccOf } from '../../graphql/given-ledger.ts';
import { appendAll } from '../../projections/given-events.ts';
import { givenServer } from './given-server.ts';

const lines = (body: string): readonly Record<string, unknown>[] =>
  body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('/livez', () => {
  test('answers as long as the process does', async () => {
    const { app } = await givenServer();
    const response = await app.inject('/livez');
    expect([response.statusCode, response.json()]).toEqual([200, { live: true }]);
    await app.close();
  });
});

describe('/readyz', () => {
  test('has a line for each dependency', async () => {
    const { app } = await givenServer();
    const response = await app.inject('/readyz');
    expect(response.statusCode).toBe(200);
    expect(lines(response.body)).toEqual([
      { name: 'event-store', ready: true, head: '1' },
      { name: 'read-model', ready: true },
      ...['entity_profile', 'fact_history', 'entity_names'].map((name) =>
        expect.objectContaining({
          name: `projection ${name}`,
          ready: true,
          position: '1',
          lagEvents: 0,
          state: 'CURRENT',
        }),
      ),
    ]);
    await app.close();
  });

  test('is 503 while projections catch up for the first time, and not again', async () => {
    const { app, ledger } = await givenServer([]);
    await appendAll(ledger.store, [registered(1)]);
    const status = async () => (await app.inject('/readyz')).statusCode;
    expect(await status()).toBe(503);
    await ledger.fold();
    expect(await status()).toBe(200);
    await appendAll(ledger.store, [registered(2)]);
    expect(await status()).toBe(200);
    await app.close();
  });

  test.each([
    ['the event store', { head: async () => Promise.reject(new Error('down')) }, {}],
    ['the read model', {}, { states: async () => Promise.reject(new Error('down')) }],
  ])('is 503 while %s is down', async (_name, store, readModel) => {
    const { app } = await givenServer([], (ledger) => ({
      eventStore: { ...ledger.store, ...store },
      readModel: { ...ledger.readModel, ...readModel },
    }));
    const response = await app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(lines(response.body)).toContainEqual(expect.objectContaining({ ready: false, state: 'DOWN' }));
    expect((await app.inject('/livez')).statusCode).toBe(200);
    await app.close();
  });

  test('is 503 while something else is not ready', async () => {
    const { app } = await givenServer([], () => ({
      checks: [{ name: 'city', check: async () => [{ name: 'city', ready: false, recorded: 7 }] }],
    }));
    const response = await app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(lines(response.body)).toContainEqual({ name: 'city', ready: false, recorded: 7 });
    await app.close();
  });
});

test('pages may run no script inside them', async () => {
  const { app } = await givenServer([], () => ({
    pages: (scope) => void scope.get('/', (_request, reply) => reply.type('text/html').send('<!doctype html>')),
  }));
  const policy = String((await app.inject('/')).headers['content-security-policy']);
  expect(policy).toMatch(/script-src 'self'/);
  expect(policy).not.toMatch(/unsafe/);
  await app.close();
});

describe('the log', () => {
  // Of division 999999, which no person has.
  const BODY = '99999919900101003';
  const PLANTED = `${BODY}${citizenCheckCharacter(BODY) ?? ''}`;

  test('never holds what callers sent', async () => {
    const fault = async () => Promise.reject(new Error(`invalid input: "${PLANTED}"`));
    const { app, log, ledger } = await givenServer([registered(1)], (given) => ({
      readModel: { ...given.readModel, scan: fault },
    }));
    const search = 'query ($text: String!) { searchEntities(text: $text) { totalCount } }';
    const bodies = [
      { query: search, variables: { text: PLANTED } },
      { query: search, variables: { text: `甲 ${PLANTED}` } },
      { query: `{ searchEntities(text: "甲${PLANTED}") { totalCount } }` },
      { query: `{ ${PLANTED} ` },
      { query: search, variables: { text: { a: PLANTED } } },
      { documentId: PLANTED, variables: { text: PLANTED } },
    ];
    for (const payload of bodies) {
      // The first is refused for its header, the second is looked at.
      await app.inject({
        method: 'POST',
        url: `/graphql?text=${PLANTED}`,
        payload,
        headers: { 'x-request-id': PLANTED, 'huixin-at-least': `p${PLANTED}` },
      });
      await app.inject({ method: 'POST', url: '/graphql', payload });
    }
    await app.inject(`/graphql?query=${encodeURIComponent(`{ entity(uscc: "${PLANTED}") { id } }`)}`);
    await app.inject(`/${PLANTED}?text=${PLANTED}`);
    app.log.info({ variables: { text: PLANTED }, request: { body: PLANTED } }, 'a careless line');
    expect(ledger.faults).toEqual([]);
    expect(log()).toMatch(/"msg":"fault"/);
    expect(log()).toMatch(/"msg":"answered"/);
    expect(log()).not.toContain(PLANTED);
    await app.close();
  });

  test('has a line for each request, with its id, route and status', async () => {
    const { app, log } = await givenServer();
    const { headers } = await app.inject('/livez');
    const answered = lines(log()).find(({ msg }) => msg === 'answered');
    expect(answered).toMatchObject({ reqId: headers['x-request-id'], method: 'GET', route: '/livez', status: 200 });
    await app.close();
  });
});

/** A server on a free port whose next read waits until it is let go. */
const waiting = async (shutdownGraceMs: number) => {
  const gate = new AbortController();
  const door = new AbortController();
  const { app } = await givenServer([registered(1)], ({ readModel }) => ({
    config: { logLevel: 'silent', shutdownGraceMs },
    readModel: {
      ...readModel,
      getMany: async (...args) => {
        door.abort();
        if (!gate.signal.aborted) await once(gate.signal, 'abort');
        return readModel.getMany(...args);
      },
    },
  }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const ask = (path: string) => get({ port, path, agent });
  const isEntered = once(door.signal, 'abort');
  return { app, ask, letGo: () => gate.abort(), isEntered, agent };
};
describe('the end', () => {
  const QUERY = `/graphql?query=${encodeURIComponent(`{ entity(uscc: "${usccOf(1)}") { name } }`)}`;

  test('waits for who is being answered, also on a connection that is kept open', async () => {
    const { app, ask, letGo, isEntered, agent } = await waiting(5_000);
    const request = ask(QUERY);
    const answered = once(request, 'response');
    await isEntered;
    const closed = app.close();
    letGo();
    const [response] = (await answered) as [AsyncIterable<Buffer> & { statusCode: number }];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    expect([response.statusCode, JSON.parse(Buffer.concat(chunks).toString())]).toEqual([
      200,
      { data: { entity: { name: '惠信测试0001有限公司' } } },
    ]);
    await closed;
    agent.destroy();
  });

  test('cuts who is not answered when the grace is over', async () => {
    const { app, ask, letGo, isEntered, agent } = await waiting(100);
    const request = ask(QUERY);
    const cut = once(request, 'error');
    await isEntered;
    const started = performance.now();
    await app.close();
    expect(performance.now() - started).toBeLessThan(4_000);
    await cut.catch(() => undefined);
    letGo();
    agent.destroy();
  });
});
