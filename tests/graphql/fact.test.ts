// Facts through the API: what the public may read of them, and nothing else.
import { expect, test } from 'vitest';
import { projections } from '../../projections/index.ts';
import { factHistory } from '../../projections/fact-history.ts';
import { type GivenLedger, givenLedger, registered, subjectOf, usccOf } from './given-ledger.ts';

const PERSON = `person:${'B'.repeat(43)}`;
const FACT = `id type schema data original validFrom validUntil recordedAt position about { subject role }
  source { kind agency form assertedOn batch line n } relates { kind reason fact { id } } supersededBy { id }`;
const HISTORY = `query ($uscc: USCC!, $at: AsOf) { entity(uscc: $uscc, at: $at) { history { edges { node { ${FACT} } } } } }`;

const factsOf = async (ask: GivenLedger['ask'], at: object = {}) => {
  const { data } = await ask(HISTORY, { uscc: usccOf(1), at });
  return data.entity.history.edges.map(({ node }: { node: object }) => node) as readonly Readonly<
    Record<string, unknown>
  >[];
};

const sealed = { party: { alg: 'A256GCM', subject: 'x', gen: 1, iv: 'iv', ct: 'secret-cipher', hash: 'secret-hash' } };

test('a fact shows what was stated, and neither keys nor sealed texts nor who handed it in', async () => {
  const { ask } = await givenLedger([
    registered(
      1,
      { name: '甲', party: { $sealed: 'party' } },
      { sealed, original: [['注册资本', '1千万']], nonce: 'secret-nonce-0000000000' },
    ),
  ]);
  const [fact] = await factsOf(ask);
  expect(fact).toMatchObject({
    type: 'EntityRegistered',
    schema: 1,
    data: { name: '甲', party: { $sealed: 'party' } },
    original: [['注册资本', '1千万']],
    position: '1',
    about: [{ subject: subjectOf(1), role: 'SUBJECT' }],
    source: { kind: 'AGENCY', form: 'test@1', assertedOn: '2026-11-01', line: 0, n: 0 },
    relates: null,
    supersededBy: [],
  });
  expect(JSON.stringify(fact)).not.toMatch(/secret/);
});

test('a later fact supersedes an earlier one, for who knows of it', async () => {
  const { ask, store, record } = await givenLedger([registered(1)]);
  const [{ event: first } = { event: undefined }] = await store.readAll({ after: 0n, limit: 1 });
  await record([
    registered(1, { name: '乙' }, { relates: { kind: 'corrects', event: first?.id ?? '', reason: 'clerical' } }),
    registered(1, { name: '乙' }, { relates: { kind: 'confirms', event: first?.id ?? '' } }),
  ]);
  const [confirmed, corrected, registration] = await factsOf(ask);
  expect(confirmed).toMatchObject({ relates: { kind: 'CONFIRMS', fact: { id: registration?.['id'] } } });
  expect(corrected).toMatchObject({
    relates: { kind: 'CORRECTS', reason: 'clerical', fact: { id: registration?.['id'] } },
  });
  expect(registration?.['supersededBy']).toEqual([{ id: corrected?.['id'] }]);
  expect((await factsOf(ask, { position: '1' }))[0]).toMatchObject({ supersededBy: [] });
});

test('a fact is read again by its id, also one read in the past', async () => {
  const { ask, record, store } = await givenLedger([registered(1)]);
  const [{ event: first } = { event: undefined }] = await store.readAll({ after: 0n, limit: 1 });
  await record([registered(1, { name: '乙' }, { relates: { kind: 'changes', event: first?.id ?? '' } })]);
  for (const fact of [...(await factsOf(ask)), ...(await factsOf(ask, { position: '1' }))]) {
    const { data } = await ask(`query ($id: ID!) { node(id: $id) { ... on Fact { ${FACT} } } }`, { id: fact['id'] });
    expect(data.node).toEqual(fact);
  }
});

test('a fact about a natural person is not readable, and a person is left out of what a fact names', async () => {
  const { ask, readModel } = await givenLedger([
    registered(0, {}, { subject: PERSON, stream: 'p', about: [{ subject: PERSON, role: 'subject' }] }),
    registered(
      1,
      {},
      {
        about: [
          { subject: subjectOf(1), role: 'subject' },
          { subject: PERSON, role: 'owner' },
        ],
      },
    ),
  ]);
  expect((await factsOf(ask))[0]).toMatchObject({ about: [{ subject: subjectOf(1) }] });
  const rows: string[] = [];
  for await (const page of readModel.rows(factHistory)) rows.push(...page.map(({ key }) => key));
  const [key = ''] = rows.filter((row) => row.startsWith('person:'));
  const [row] = await readModel.scan(factHistory, { index: 'key', equal: [], prefix: key, limit: 1 });
  const id = Buffer.from(`Fact/${row?.doc.id ?? ''}/${key}`).toString('base64url');
  expect((await ask('query ($id: ID!) { node(id: $id) { id } }', { id })).data).toEqual({ node: null });
});

test('a fact of a type without a class is not readable', async () => {
  const { ask } = await givenLedger([registered(1), registered(1, {}, { type: 'SomethingNew' })]);
  expect((await factsOf(ask)).map(({ type }) => type)).toEqual(['EntityRegistered']);
});

test('the history goes on page by page, newest first', async () => {
  const { ask } = await givenLedger(Array.from({ length: 7 }, (_, n) => registered(1, { name: `名${n}` })));
  const seen: string[] = [];
  for (let after: string | null = null; ;) {
    const { data } = await ask(
      `query ($uscc: USCC!, $after: String) { entity(uscc: $uscc) { history(first: 3, after: $after) {
        totalCount edges { node { position } } pageInfo { hasNextPage endCursor } } } }`,
      { uscc: usccOf(1), after },
    );
    const { edges, pageInfo, totalCount } = data.entity.history;
    seen.push(...edges.map((edge: { node: { position: string } }) => edge.node.position));
    expect(totalCount).toBe(7);
    if (pageInfo.hasNextPage !== true) break;
    after = pageInfo.endCursor;
  }
  expect(seen).toEqual(['7', '6', '5', '4', '3', '2', '1']);
});

test('the ledger and its projections say how far they are', async () => {
  const { ask, store, clock, fold } = await givenLedger([registered(1)]);
  const STATE =
    '{ ledger { head events generated testClock } projections { name position lagEvents lagSeconds state } }';
  const { data } = await ask(STATE);
  expect(data.ledger).toEqual({ head: '1', events: 1, generated: false, testClock: false });
  expect(data.projections).toEqual(
    projections.map(({ name }) => ({ name, position: '1', lagEvents: 0, lagSeconds: 0, state: 'CURRENT' })),
  );
  const { appendAll } = await import('../projections/given-events.ts');
  await appendAll(store, [registered(2)]);
  clock.pass(90_000);
  expect((await ask(STATE)).data.projections[0]).toMatchObject({
    position: '1',
    lagEvents: 1,
    lagSeconds: 90,
    state: 'CATCHING_UP',
  });
  await fold();
  expect((await ask(STATE)).data.projections[0]).toMatchObject({ position: '2', lagEvents: 0, lagSeconds: 0 });
});
