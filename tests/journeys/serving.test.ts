// A server as its operator and its readers meet it: beside imports, told to stop, killed, started again.
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GENERATED_REGISTER } from '../../infra/demo/generated-registrations.ts';
import { finished, newPlace, type Place, readyAfterMs, type Server, until } from './command.ts';
import { registerFile } from './register-file.ts';

const READY_WITHIN_MS = 30_000;
const first = registerFile({ seed: 11, from: 0, count: 100 });
const second = registerFile({ seed: 11, from: 100, count: 100 });
const [[CODE = '', NAME = ''] = []] = [...first.names];
const [[LATER_CODE = '', LATER_NAME = ''] = []] = [...second.names];

let place: Place;
let server: Server;
beforeAll(async () => {
  place = await newPlace();
  server = await place.serve();
});
afterAll(async () => place.remove());

const importText = async (name: string, content: string) => {
  const path = await place.write(name, content);
  return place.run('import', path, '--form', 'registration', '--source', GENERATED_REGISTER, '--json');
};

test('what another process imports is served as soon as a reader asks for that position', async () => {
  const { code, receipt } = await importText('first.csv', first.text);
  expect(code).toBe(0);
  const { lastPosition, batch } = receipt();
  const { status, position, body } = await server.ask(
    `{ entity(uscc: "${CODE}") { name uscc status asOfPosition
         history(first: 5) { totalCount edges { node { type position data source { batch line } } } } } }`,
    { 'huixin-at-least': String(lastPosition) },
  );
  expect(body).toMatchObject({
    data: {
      entity: {
        name: NAME,
        uscc: CODE,
        status: 'REGISTERED',
        history: {
          totalCount: 1,
          edges: [{ node: { type: 'EntityRegistered', data: { name: NAME }, source: { batch, line: 2 } } }],
        },
      },
    },
  });
  expect(BigInt(position ?? 0)).toBeGreaterThanOrEqual(BigInt(lastPosition ?? 0));
  expect(status).toBe(200);
});

test('a position that is not there yet is BEHIND', async () => {
  const { status, body } = await server.ask('{ ledger { events } }', { 'huixin-at-least': '1000000' });
  expect(body).toMatchObject({ errors: [{ extensions: { code: 'BEHIND' } }] });
  expect(status).toBe(503);
});

test('it is alive and ready', async () => {
  await readyAfterMs(server.url, READY_WITHIN_MS);
  expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  const lines = (await (await fetch(`${server.url}/readyz`)).text()).trim().split('\n');
  const names = lines.map((line) => (JSON.parse(line) as { name: string; ready: boolean }).name);
  expect(names).toEqual(expect.arrayContaining(['event-store', 'read-model', 'projection entity_profile']));
});

test.each(['/', '/?lang=en', `/entity/${CODE}`, `/entity/${CODE}?lang=en`])('page %s is there', async (path) => {
  const page = await fetch(`${server.url}${path}`);
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  expect(await page.text()).toContain(path.startsWith('/entity') ? NAME : '惠信');
  expect(page.status).toBe(200);
});

test('a second server on the same port says that the port is taken, and the first goes on', async () => {
  const { port } = new URL(server.url);
  const refused = await place.runWith({ PORT: port }, 'serve', '--json');
  expect(refused.stderr).toContain(port);
  expect(refused.code).toBe(2);
  expect((await fetch(`${server.url}/livez`)).status).toBe(200);
});

describe('told to stop', () => {
  test('while it answers, it answers to the end and exits with 0', async () => {
    const body = JSON.stringify({ query: `{ entity(uscc: "${CODE}") { name } }` });
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const head = `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
    socket.write(head + body.slice(0, 10));
    await fetch(`${server.url}/livez`); // Asked later, answered: what came before has arrived.
    const stopped = server.stop();
    await until(READY_WITHIN_MS, 'the port to close', async () =>
      fetch(`${server.url}/livez`).then(
        () => undefined,
        () => true,
      ),
    );
    socket.write(body.slice(10));
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(NAME);
    expect(await stopped).toBe(0);
  });

  test('while it starts, it exits with 0 as well', async () => {
    for (const afterMs of [400, 900]) {
      const child = place.start(['serve', '--json']);
      setTimeout(() => child.kill('SIGTERM'), afterMs);
      const { code, stderr } = await finished(child);
      expect(stderr).toBe('');
      expect([0, null]).toContain(code); // Null: before the program had begun to listen for signals.
    }
  });
});

test('killed with the ledger open, it starts again and knows what was imported while it was gone', async () => {
  const killed = await place.serve();
  await killed.kill();
  expect((await importText('second.csv', second.text)).code).toBe(0);
  server = await place.serve();
  await readyAfterMs(server.url, READY_WITHIN_MS);
  const { body } = await server.ask(
    `{ a: entity(uscc: "${CODE}") { name } b: entity(uscc: "${LATER_CODE}") { name } }`,
  );
  expect(body).toEqual({ data: { a: { name: NAME }, b: { name: LATER_NAME } } });
  expect(await server.stop()).toBe(0);
});
