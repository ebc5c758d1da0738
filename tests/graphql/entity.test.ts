// Entities through the API: now, as of the past, in lists, and never a natural person.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type GivenLedger, givenLedger, registered, subjectOf, usccOf } from './given-ledger.ts';

const ONE = `query ($uscc: USCC!, $at: AsOf) { entity(uscc: $uscc, at: $at) {
  id uscc name kind status registeredOn personInCharge address businessScope asOfPosition
  capital { amount currency original } district { code zh: name en: name(lang: EN) }
  identifiers { scheme value } formerNames { name }
  history { totalCount edges { cursor node { id type } } pageInfo { hasNextPage endCursor } }
} }`;

const FULL = {
  name: '惠信测试一号有限公司',
  address: '深圳市南山区科技园一路1号',
  businessScope: '软件开发。',
  capital: { amount: '1000000', currency: 'CNY', original: '100万元人民币' },
  personInCharge: '测试人',
  registeredOn: '2015-03-02',
};

const PERSON = `person:${'A'.repeat(43)}`;

describe('an entity', () => {
  let given: GivenLedger;
  beforeAll(async () => {
    given = await givenLedger([registered(1, FULL, { assertedOn: '2026-01-01' })]);
  });

  test('has what its registration states', async () => {
    const { data } = await given.ask(ONE, { uscc: usccOf(1) });
    expect(data.entity).toMatchObject({
      ...FULL,
      uscc: usccOf(1),
      kind: 'ENTERPRISE',
      status: 'REGISTERED',
      asOfPosition: '1',
      district: { code: '440305', zh: '南山区', en: 'Nanshan' },
      identifiers: [
        { scheme: 'USCC', value: usccOf(1) },
        { scheme: 'ORGANISATION_CODE', value: usccOf(1).slice(8, 17) },
      ],
      formerNames: [],
      history: { totalCount: 1, edges: [{ node: { type: 'EntityRegistered' } }], pageInfo: { hasNextPage: false } },
    });
  });

  test('that the ledger does not know is null, without an error', async () =>
    expect(await given.ask(ONE, { uscc: usccOf(2) })).toEqual({ data: { entity: null } }));

  test.each([
    ['no number', '{ entity { id } }'],
    ['two numbers', `{ entity(uscc: "${usccOf(1)}", registrationNo: "440301103097413") { id } }`],
    ['a registration number of another form', '{ entity(registrationNo: "44") { id } }'],
    ['a future day', `{ entity(uscc: "${usccOf(1)}", at: { validOn: "2026-11-23" }) { id } }`],
    ['a future day of knowing', `{ entity(uscc: "${usccOf(1)}", at: { knownOn: "2026-11-23" }) { id } }`],
    [
      'a position and a day of knowing',
      `{ entity(uscc: "${usccOf(1)}", at: { knownOn: "2026-11-01", position: "1" }) { id } }`,
    ],
  ])('asked with %s is null with BAD_USER_INPUT', async (_name, query) => {
    const { data, errors } = await given.ask(query);
    expect(data).toEqual({ entity: null });
    expect(errors).toEqual([expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } })]);
  });

  test('with a code of another form is refused before anything is executed', async () => {
    const answer = await given.ask(ONE, { uscc: 'short' });
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('an entity of the time before the code', () => {
  test('is found by its registration number', async () => {
    const given = await givenLedger([
      registered(
        1,
        {},
        { subject: 'regno:440301103097413', about: [{ subject: 'regno:440301103097413', role: 'subject' }] },
      ),
    ]);
    const { data } = await given.ask(
      '{ entity(registrationNo: "440301103097413") { uscc kind identifiers { scheme value } } }',
    );
    expect(data.entity).toEqual({
      uscc: null,
      kind: 'UNKNOWN',
      identifiers: [{ scheme: 'REGISTRATION_NO', value: '440301103097413' }],
    });
  });
});

describe('the past', () => {
  let given: GivenLedger;
  beforeAll(async () => {
    // Known on 22 November: named 甲 as of January. Known on 24 November: named 乙 as of June.
    given = await givenLedger([
      registered(1, { name: '甲有限公司' }, { assertedOn: '2026-01-01', valid: { from: '2026-01-01' } }),
    ]);
    given.clock.pass(2 * 86_400_000);
    await given.record([
      registered(1, { name: '乙有限公司' }, { assertedOn: '2026-06-01', valid: { from: '2026-06-01' } }),
    ]);
  });
  const name = async (at: object) => {
    const { data } = await given.ask(ONE, { uscc: usccOf(1), at });
    return data.entity as { id: string; name: string; asOfPosition: string; history: { totalCount: number } } | null;
  };

  test.each<[string, object, string]>([
    ['is the present when nothing is asked', {}, '乙有限公司'],
    ['of a day before the change, as it is known now', { validOn: '2026-03-01' }, '甲有限公司'],
    ['of a day after it, as it is known now', { validOn: '2026-07-01' }, '乙有限公司'],
    ['of a day after it, as it was known then', { validOn: '2026-07-01', knownOn: '2026-11-22' }, '甲有限公司'],
    ['by a day of knowing alone', { knownOn: '2026-11-23' }, '甲有限公司'],
    ['by today', { knownOn: '2026-11-24' }, '乙有限公司'],
    ['by the position before the change', { position: '1' }, '甲有限公司'],
    ['by the position of the change', { position: '2' }, '乙有限公司'],
  ])('%s', async (_name, at, wanted) => expect((await name(at))?.name).toBe(wanted));

  test('before the ledger knew the entity is null', async () =>
    expect(await name({ knownOn: '2026-11-21' })).toBeNull());

  test('shows the history that was known, and the position that it rests on', async () => {
    expect(await name({ position: '1' })).toMatchObject({ asOfPosition: '1', history: { totalCount: 1 } });
    expect(await name({ validOn: '2026-03-01' })).toMatchObject({ asOfPosition: '2', history: { totalCount: 2 } });
  });

  test.each([
    [{}],
    [{ validOn: '2026-03-01' }],
    [{ validOn: '2026-07-01', knownOn: '2026-11-22' }],
    [{ position: '1' }],
  ])('read with %j is read again by its id', async (at) => {
    const { data } = await given.ask(ONE, { uscc: usccOf(1), at });
    const again = await given.ask(
      ONE.replace(/^query.*\{ entity\(.*?\) \{/, 'query ($id: ID!) { node(id: $id) { ... on Entity {').concat(' }'),
      {
        id: data.entity.id,
      },
    );
    expect(again.data.node).toEqual(data.entity);
  });
});

describe('lists', () => {
  let given: GivenLedger;
  const COUNT = 57;
  beforeAll(async () => {
    given = await givenLedger([
      ...Array.from({ length: COUNT }, (_, n) => registered(n + 1, n % 3 === 0 ? { address: '深圳市福田区' } : {})),
      registered(0, {}, { subject: PERSON, stream: 'person', about: [{ subject: PERSON, role: 'subject' }] }),
    ]);
  });
  const pages = async (field: string, first: number): Promise<readonly string[]> => {
    const found: string[] = [];
    for (let after: string | null = null; ;) {
      const { data } = await given.ask(
        `query ($first: Int!, $after: String) { list: ${field} { edges { node { uscc } } pageInfo { hasNextPage endCursor } } }`,
        { first, after },
      );
      found.push(...data.list.edges.map((edge: { node: { uscc: string } }) => edge.node.uscc));
      if (data.list.pageInfo.hasNextPage !== true) return found;
      after = data.list.pageInfo.endCursor;
    }
  };
  const all = Array.from({ length: COUNT }, (_, n) => usccOf(n + 1)).toSorted();
  const inFutian = all.filter((uscc) =>
    Array.from({ length: COUNT }, (_, n) => n).some((n) => n % 3 === 0 && usccOf(n + 1) === uscc),
  );

  test.each([
    ['entities(first: $first, after: $after)', all],
    ['entities(filter: { kind: ENTERPRISE, district: "440304" }, first: $first, after: $after)', inFutian],
    ['searchEntities(text: "惠信测试", first: $first, after: $after)', all],
    ['searchEntities(first: $first, after: $after)', all],
  ])('%s: all pages together are all rows once, in any size of page', async (field, wanted) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (first) => {
        expect((await pages(field, first)).toSorted()).toEqual(wanted);
      }),
      { seed: 1, numRuns: 12 },
    );
  });

  test('count all that fit', async () => {
    const { data } = await given.ask(
      '{ all: entities(first: 1) { totalCount } some: entities(first: 1, filter: { district: "440304" }) { totalCount } }',
    );
    expect(data).toEqual({ all: { totalCount: COUNT }, some: { totalCount: inFutian.length } });
  });

  test.each([0, -1, 101])('refuse a page of %i rows', async (first) => {
    const { errors } = await given.ask('query ($first: Int!) { entities(first: $first) { totalCount } }', { first });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test.each(['', 'x', '["a","b"]', '[1]', '{}', '["\\u0000"]', '"a"'])('refuse %j as a cursor', async (json) => {
    const after = Buffer.from(json).toString('base64url');
    const { errors } = await given.ask('query ($after: String) { entities(after: $after) { totalCount } }', { after });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('never hold a natural person', async () => {
    const id = Buffer.from(`Entity/${PERSON}`).toString('base64url');
    const { data } = await given.ask(
      'query ($id: ID!) { node(id: $id) { id } searchEntities(text: "惠信测试0000") { totalCount } }',
      { id },
    );
    expect(data).toEqual({ node: null, searchEntities: { totalCount: 0 } });
  });
});

describe('search', () => {
  let given: GivenLedger;
  beforeAll(async () => {
    given = await givenLedger([
      registered(1, { name: '甲乙丙丁有限公司' }),
      registered(2, { name: '甲乙丙' }),
      registered(3),
    ]);
  });
  const SEARCH = 'query ($text: String!) { searchEntities(text: $text) { edges { score why node { name } } } }';

  test.each([
    ['a whole code', usccOf(1), [{ score: 1, why: ['CODE'], node: { name: '甲乙丙丁有限公司' } }]],
    [
      'a code as it is often typed',
      ` ${usccOf(1).toLowerCase()} `,
      [{ score: 1, why: ['CODE'], node: { name: '甲乙丙丁有限公司' } }],
    ],
    [
      'the beginning of names, the whole name first',
      '甲乙丙',
      [
        { score: 1, why: ['NAME'], node: { name: '甲乙丙' } },
        { score: 0.8, why: ['NAME_PREFIX'], node: { name: '甲乙丙丁有限公司' } },
      ],
    ],
    ['a code that nobody has', usccOf(9), []],
    ['nothing', '', []],
  ])('by %s', async (_name, text, edges) =>
    expect((await given.ask(SEARCH, { text })).data.searchEntities.edges).toEqual(edges),
  );

  test('completes what is being typed', async () => {
    const { data } = await given.ask('{ suggestEntities(prefix: "甲乙") { text entity { uscc } } }');
    expect(data.suggestEntities).toEqual([
      { text: '甲乙丙', entity: { uscc: usccOf(2) } },
      { text: '甲乙丙丁有限公司', entity: { uscc: usccOf(1) } },
    ]);
  });

  test.each([
    ['more suggestions than there may be', '{ suggestEntities(prefix: "甲", first: 21) { text } }'],
    ['a text that is too long', `{ searchEntities(text: "${'甲'.repeat(101)}") { totalCount } }`],
    ['a district that there is not', '{ entities(filter: { district: "x" }) { totalCount } }'],
  ])('refuses %s', async (_name, query) =>
    expect((await given.ask(query)).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' }),
  );
});

describe('statements to the read model', () => {
  test.each<[string, string, Record<string, number>]>([
    ['one entity', `{ entity(uscc: "${usccOf(1)}") { name capital { amount } district { code } } }`, { getMany: 1 }],
    [
      'one entity with its history',
      `{ entity(uscc: "${usccOf(1)}") { name history { edges { node { type } } } } }`,
      { getMany: 1, scan: 1 },
    ],
    [
      'twenty nodes by id',
      `{ nodes(ids: ${JSON.stringify(Array.from({ length: 20 }, (_, n) => Buffer.from(`Entity/${subjectOf(n + 1)}`).toString('base64url')))}) { ... on Entity { name } } }`,
      { getMany: 1 },
    ],
    ['a page of entities', '{ entities(first: 20) { edges { node { name } } } }', { scan: 1, getMany: 1 }],
    [
      'a page with its count',
      '{ entities(first: 20) { totalCount edges { node { name } } } }',
      { scan: 1, getMany: 1, count: 1 },
    ],
    [
      'two entities under aliases',
      `{ a: entity(uscc: "${usccOf(1)}") { name } b: entity(uscc: "${usccOf(2)}") { name } }`,
      { getMany: 1 },
    ],
  ])('%s cost no more than they must', async (_name, query, wanted) => {
    const given = await givenLedger(Array.from({ length: 30 }, (_, n) => registered(n + 1)));
    const before = given.calls();
    expect((await given.ask(query)).errors).toBeUndefined();
    const after = given.calls();
    const spent = Object.fromEntries(
      Object.entries(after)
        .map(([method, count]) => [method, count - (before[method] ?? 0)] as const)
        .filter(([, count]) => count > 0),
    );
    expect(spent).toEqual(wanted);
  });
});
