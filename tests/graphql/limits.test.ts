// What one request may ask for, and the code of each no.
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../graphql/errors.ts';
import { compileDocument } from '../../graphql/execute.ts';
import { LIMITS } from '../../graphql/limits.ts';
import { schema } from '../../graphql/schema.ts';
import { givenLedger } from './given-ledger.ts';

const times = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join(' ');

/** `relates { fact { … } }` inside itself. */
const nested = (pairs: number): string => (pairs === 0 ? 'type' : `relates { fact { ${nested(pairs - 1)} } }`);
const deep = (pairs: number): string => `{ node(id: "x") { ... on Fact { ${nested(pairs)} } } }`;

/** Depths: node 1, each pair 2, the last field 1. */
const PAIRS_MAX = (LIMITS.depthMax - 2) / 2;

describe('a document', () => {
  test.each<[string, string, string]>([
    ['that is not GraphQL', '{', 'GRAPHQL_PARSE_FAILED'],
    ['that asks for a field that there is not', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['that inlines a code of another form', '{ entity(uscc: "short") { id } }', 'BAD_USER_INPUT'],
    [
      'with several operations of which none is named',
      'query A { __typename } query B { __typename }',
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['with too many tokens', `{ ${times(LIMITS.tokensMax, () => '__typename')} }`, 'QUERY_TOO_LARGE'],
    ['that is too deep', deep(PAIRS_MAX + 1), 'QUERY_TOO_DEEP'],
    [
      'that is too deep through fragments',
      `query { node(id: "x") { ...A } } ${times(9, (n) => `fragment ${'ABCDEFGHIJ'[n]} on Fact { relates { fact { ...${'ABCDEFGHIJ'[n + 1]} } } }`)} fragment J on Fact { type }`,
      'QUERY_TOO_DEEP',
    ],
    ['with too many aliases', `{ ${times(LIMITS.aliasesMax + 1, (n) => `a${n}: __typename`)} }`, 'TOO_MANY_ALIASES'],
    [
      'with too many directives',
      `{ ${times(LIMITS.directivesMax + 1, () => '__typename @include(if: true)')} }`,
      'TOO_MANY_DIRECTIVES',
    ],
    [
      'whose fragments go round',
      '{ node(id: "x") { ...A } } fragment A on Fact { relates { fact { ...A } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'whose introspection goes deep',
      `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('%s is refused', (_name, text, code) => {
    const { errors = [] } = compileDocument(schema, text);
    expect(errors.map((error) => error.extensions['code'])).toContain(code);
    expect(ERROR_CODES).toHaveProperty(code);
  });

  test.each([
    ['at the limit of depth', deep(PAIRS_MAX)],
    ['at the limit of aliases', `{ ${times(LIMITS.aliasesMax, (n) => `a${n}: __typename`)} }`],
    ['at the limit of directives', `{ ${times(LIMITS.directivesMax, () => '__typename @include(if: true)')} }`],
    ['of a tool that reads the whole schema', getIntrospectionQuery()],
  ])('%s is accepted', (_name, text) => expect(compileDocument(schema, text).errors).toBeUndefined());
});

describe('an operation', () => {
  const LIST =
    'query ($first: Int) { entities(first: $first) { edges { node { name history(first: $first) { edges { node { type } } } } } } }';

  test.each([
    [10, undefined],
    [100, 'TOO_COSTLY'],
  ])('with %i rows of %i rows is told by its variables', async (first, code) => {
    const { ask } = await givenLedger([]);
    const { errors } = await ask(LIST, { first });
    expect(errors?.[0]?.extensions['code']).toBe(code);
  });

  test('is counted by its own operation among several', () => {
    const text = `query Small { __typename } query Large { ${times(10, (n) => `a${n}: entities(first: 100) { edges { node { name history(first: 100) { totalCount } } } }`)} }`;
    expect(compileDocument(schema, text, 'Small').compiled?.cost({})).toBe(1);
    expect(compileDocument(schema, text, 'Large').compiled?.cost({})).toBeGreaterThan(LIMITS.costMax);
  });

  test('counts a list of ids by its length', () => {
    const { compiled } = compileDocument(schema, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }');
    const cost = (count: number) => compiled?.cost({ ids: Array(count).fill('x') }) ?? 0;
    expect(cost(50) - cost(10)).toBe(40);
  });

  test('with too many ids is refused', async () => {
    const { ask } = await givenLedger([]);
    const { errors } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: Array(LIMITS.nodeIdsMax + 1).fill('x'),
    });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});
