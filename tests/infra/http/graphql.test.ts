// /graphql: conformance, registered documents, positions, limits, browsers.
import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentIdOf } from '../../../graphql/engine.ts';
import { LIMITS } from '../../../graphql/limits.ts';
import { ReadModelUnavailable } from '../../../projections/read-model.ts';
import { registered, usccOf } from '../../graphql/given-ledger.ts';
import { appendAll } from '../../projections/given-events.ts';
import { type GivenServer, givenServer } from './given-server.ts';

const NAME = 'query ($uscc: USCC!) { entity(uscc: $uscc) { name } }';
const LISTS =
  'query ($first: Int) { entities(first: $first) { edges { node { name history(first: $first) { totalCount } } } } }';
const GRAPHQL_JSON = 'application/graphql-response+json';

let given: GivenServer;
beforeAll(async () => {
  given = await givenServer([registered(1)], () => ({ documents: [NAME, LISTS] }));
});
afterAll(async () => given.app.close());

const post = (payload: unknown, headers: Record<string, string> = {}) =>
  given.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

/** `fetch` without a port. */
const fetchFn = async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
  const { pathname, search } = new URL(String(input));
  const response = await given.app.inject({
    method: (init.method ?? 'GET') as 'GET',
    url: pathname + search,
    headers: Object.fromEntries(new Headers(init.headers)),
    ...(typeof init.body === 'string' ? { payload: init.body } : {}),
  });
  return new Response(response.body, {
    status: response.statusCode,
    headers: Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
  });
};

test('GraphQL over HTTP is conformed to in all 61 audits', async () => {
  const results = await auditServer({ url: 'http://localhost/graphql', fetchFn });
  expect(results.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual([]);
  expect(results).toHaveLength(61);
});

describe('a query', () => {
  test.each<[string, () => ReturnType<typeof post>]>([
    ['by POST', () => post({ query: NAME, variables: { uscc: usccOf(1) } })],
    [
      'by GET',
      async () =>
        given.app.inject(
          `/graphql?query=${encodeURIComponent(NAME)}&variables=${encodeURIComponent(JSON.stringify({ uscc: usccOf(1) }))}`,
        ),
    ],
    ['as a registered document', () => post({ documentId: documentIdOf(NAME), variables: { uscc: usccOf(1) } })],
    [
      'as a registered document by GET',
      async () =>
        given.app.inject(
          `/graphql?documentId=${documentIdOf(NAME)}&variables=${encodeURIComponent(JSON.stringify({ uscc: usccOf(1) }))}`,
        ),
    ],
  ])('%s is answered, with its position, its id and open to every origin', async (_name, ask) => {
    const response = await ask();
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ data: { entity: { name: '惠信测试0001有限公司' } } });
    expect(response.headers).toMatchObject({
      'huixin-position': '1',
      'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
  });

  test('of another origin may be asked for first', async () => {
    const response = await given.app.inject({
      method: 'OPTIONS',
      url: '/graphql',
      headers: {
        origin: 'https://example.org',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,huixin-at-least',
      },
    });
    expect(response.statusCode).toBe(204);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'content-type,huixin-at-least',
    });
  });

  test('keeps a request id that tells nothing, and no other', async () => {
    const id = '0f3a1b2c-1111-4222-8333-0123456789ab';
    expect((await post({ query: '{ __typename }' }, { 'x-request-id': id })).headers['x-request-id']).toBe(id);
    expect(
      (await post({ query: '{ __typename }' }, { 'x-request-id': '999999199001010019' })).headers['x-request-id'],
    ).not.toMatch(/999999/);
  });
});

const many = (count: number, make: (n: number) => string): string =>
  `{ ${Array.from({ length: count }, (_, n) => make(n)).join(' ')} }`;

describe('a no', () => {
  test.each<[string, unknown, number, string]>([
    ['no JSON', '{', 400, 'BAD_REQUEST'],
    ['no query', {}, 400, 'BAD_REQUEST'],
    ['a member that nobody knows', { query: '{ __typename }', other: 1 }, 400, 'BAD_REQUEST'],
    ['no GraphQL', { query: '{' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'several operations',
      { query: 'query A { __typename } query B { __typename }' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a wrong variable', { query: NAME, variables: { uscc: 'short' } }, 400, 'BAD_USER_INPUT'],
    [
      'a wrong variable of a registered document',
      { documentId: documentIdOf(NAME), variables: { uscc: 'short' } },
      400,
      'BAD_USER_INPUT',
    ],
    ['too many tokens', { query: many(LIMITS.tokensMax, () => '__typename') }, 413, 'QUERY_TOO_LARGE'],
    ['too many aliases', { query: many(LIMITS.aliasesMax + 1, (n) => `a${n}: __typename`) }, 400, 'TOO_MANY_ALIASES'],
    [
      'too many directives',
      { query: many(LIMITS.directivesMax + 1, () => '__typename @include(if: true)') },
      400,
      'TOO_MANY_DIRECTIVES',
    ],
    [
      'too deep a query',
      { query: `{ node(id: "x") { ... on Fact { ${'relates { fact { '.repeat(6)} type ${'} }'.repeat(6)} } } }` },
      400,
      'QUERY_TOO_DEEP',
    ],
    ['too costly a query', { query: LISTS, variables: { first: 100 } }, 400, 'TOO_COSTLY'],
    [
      'too costly a registered document',
      { documentId: documentIdOf(LISTS), variables: { first: 100 } },
      400,
      'TOO_COSTLY',
    ],
    ['an unknown document', { documentId: documentIdOf('other') }, 400, 'DOCUMENT_UNKNOWN'],
    ['a document and a query', { documentId: documentIdOf(NAME), query: NAME }, 400, 'BAD_REQUEST'],
    ['too large a body', { query: ' '.repeat(LIMITS.bodyBytesMax) }, 413, 'QUERY_TOO_LARGE'],
    ['several queries in one', [{ query: '{ __typename }' }, { query: '{ __typename }' }], 400, 'BAD_REQUEST'],
  ])('to %s has its status, its code and its request id', async (_name, payload, status, code) => {
    const response = await post(payload, { accept: GRAPHQL_JSON });
    const { errors, data } = response.json();
    expect([response.statusCode, errors?.[0]?.extensions?.code]).toEqual([status, code]);
    expect(data).toBeUndefined();
    for (const { extensions } of errors) {
      expect(extensions).toMatchObject({ code: expect.any(String), requestId: response.headers['x-request-id'] });
      expect(extensions).not.toHaveProperty('http');
    }
  });

  test('of a resolver is an answer with the rest of it', async () => {
    const query = `{ entities(first: 1) { edges { node { name } } } entity(uscc: "${usccOf(1)}", at: { validOn: "2199-01-01" }) { name } }`;
    const response = await post({ query }, { accept: GRAPHQL_JSON });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      data: { entity: null, entities: { edges: [{ node: { name: '惠信测试0001有限公司' } }] } },
      errors: [{ path: ['entity'], extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});

const rejecting = (error: Error) => async (): Promise<never> => {
  throw error;
};

describe('a fault', () => {
  const broken = (error: Error) =>
    givenServer([registered(1)], ({ readModel }) => ({
      documents: [NAME],
      readModel: { ...readModel, getMany: rejecting(error) },
    }));

  test.each([
    ['a query', { query: NAME, variables: { uscc: usccOf(1) } }],
    ['a registered document', { documentId: documentIdOf(NAME), variables: { uscc: usccOf(1) } }],
  ])('in %s is masked in the answer and told in the log', async (_name, payload) => {
    const { app, log } = await broken(new TypeError('column secret_table.x'));
    const response = await app.inject({ method: 'POST', url: '/graphql', payload });
    expect(response.body).not.toMatch(/secret_table/);
    const [error] = response.json().errors;
    expect(error.extensions).toMatchObject({ code: 'INTERNAL', requestId: response.headers['x-request-id'] });
    expect(log()).toMatch(/secret_table/);
    await app.close();
  });

  test('of the read model asks to try again', async () => {
    const { app } = await broken(new ReadModelUnavailable('pool is down'));
    const response = await app.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query: NAME, variables: { uscc: usccOf(1) } },
    });
    expect(response.json().errors[0].extensions.code).toBe('UNAVAILABLE');
    await app.close();
  });
});

describe('a position', () => {
  test('that is reached while waiting gives an answer that reflects it', async () => {
    const { app, ledger } = await givenServer();
    await appendAll(ledger.store, [registered(2)]);
    const asked = app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'huixin-at-least': '2' },
      payload: { query: NAME, variables: { uscc: usccOf(2) } },
    });
    await ledger.fold();
    const response = await asked;
    expect(response.json()).toEqual({ data: { entity: { name: '惠信测试0002有限公司' } } });
    expect(response.headers['huixin-position']).toBe('2');
    await app.close();
  });

  test('that is not reached in time is BEHIND, after five seconds', async () => {
    const started = performance.now();
    const response = await post({ query: '{ __typename }' }, { 'huixin-at-least': '999' });
    expect(response.statusCode).toBe(503);
    expect(response.json().errors[0].extensions.code).toBe('BEHIND');
    expect(response.headers['huixin-position']).toBe('1');
    expect(performance.now() - started).toBeGreaterThan(4_000);
  }, 15_000);

  test('that is none is refused', async () => {
    const response = await post({ query: '{ __typename }' }, { 'huixin-at-least': 'x', accept: GRAPHQL_JSON });
    expect([response.statusCode, response.json().errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  });
});

describe('a browser', () => {
  test('gets a page without scripts of others or inside it', async () => {
    const page = await given.app.inject({ url: '/graphql', headers: { accept: 'text/html,application/xhtml+xml' } });
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self' blob:;/);
    expect(page.body).not.toMatch(/https?:|<script>/);
    for (const [, url = ''] of page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const file = await given.app.inject(url);
      expect(file.statusCode).toBe(200);
      expect(file.body.length).toBeGreaterThan(10_000);
    }
  });

  test('that asks a query gets its answer', async () => {
    const response = await given.app.inject({
      url: '/graphql?query={__typename}',
      headers: { accept: 'text/html,application/json' },
    });
    expect(response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});
