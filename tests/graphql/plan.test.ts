// A plan answers as the library's own executor does.
import fc from 'fast-check';
import { buildSchema, execute, GraphQLError, type GraphQLFieldResolver, isObjectType, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { GraphContext } from '../../graphql/context.ts';
import { operationOf } from '../../graphql/limits.ts';
import { planOf, type PlanResult } from '../../graphql/plan.ts';
import { queryParts } from '../../graphql/selection.ts';

const schema = buildSchema(`
  interface Thing { id: ID! text: String }
  input In { n: Int = 7 list: [Int!] }
  type Query { node: Node need: Node! nodes: [Node] needs: [Node!]! thing: Thing things: [Thing!] echo(n: Int = 1, in: In): String }
  type Node implements Thing { id: ID! text: String needText: String! words: [String] needWords: [String!]! grid: [[Int!]] node: Node need: Node! nodes: [Node] needs: [Node!]! thing: Thing things: [Thing!] echo(n: Int = 1, in: In): String }
  type Other implements Thing { id: ID! text: String need: Int! }
`);

interface Source {
  readonly seed: number;
  readonly __typename: string;
}

const mixed = (seed: number, word: string): number => {
  let hash = seed ^ 0x9e3779b9;
  for (const character of word) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 0;
};

/** `isTimed`: some values come later. The library leaves rejections unhandled, so it gets everything at once. */
interface Timing {
  readonly isTimed: boolean;
}

/** What a field gives depends on its object and name alone: a value, null, an error, now or later. */
const resolveBySeed: GraphQLFieldResolver<Source | undefined, Timing> = (source, args, { isTimed }, info) => {
  const seed = mixed(source?.seed ?? 1, info.fieldName);
  const type = String(info.returnType).replaceAll('!', '');
  const value = info.fieldName === 'echo' ? JSON.stringify(args) : valueOf(type, seed, isTimed);
  const mood = seed % 23;
  if (mood === 0) throw new Error(`thrown ${seed}`);
  if (mood === 1) return new GraphQLError(`returned ${seed}`);
  if (mood === 2) return null;
  return inTime(mood === 3 ? new Error(`rejected ${seed}`) : value, isTimed && mood % 2 === 1);
};

const inTime = (value: unknown, isLater: boolean): unknown => {
  if (!isLater) return value;
  return value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
};

const valueOf = (type: string, seed: number, isTimed: boolean): unknown => {
  if (type.startsWith('[')) {
    const item = type.slice(1, -1);
    return Array.from({ length: seed % 4 }, (_, n) => itemOf(item, mixed(seed, String(n)), isTimed));
  }
  if (type === 'Int') return seed % 11 === 0 ? 'no number' : seed % 100;
  if (type === 'String' || type === 'ID') return `${seed}`;
  const name = type === 'Thing' ? (seed % 2 === 0 ? 'Node' : 'Other') : type;
  return { seed, __typename: name };
};

const itemOf = (type: string, seed: number, isTimed: boolean): unknown => {
  if (seed % 13 === 0) return null;
  return inTime(seed % 13 === 1 ? new Error(`item ${seed}`) : valueOf(type, seed, isTimed), isTimed && seed % 2 === 0);
};

for (const type of Object.values(schema.getTypeMap())) {
  if (!isObjectType(type) || type.name.startsWith('__')) continue;
  for (const field of Object.values(type.getFields())) field.resolve = resolveBySeed;
}

const both = async (text: string, variables: Readonly<Record<string, unknown>> = {}) => {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const operation = operationOf(document);
  const plan = operation && planOf(queryParts(schema, document), operation);
  if (plan === undefined) return undefined;
  const planned = await plan(variables, { isTimed: true } as unknown as GraphContext);
  const plain = await execute({ schema, document, variableValues: variables, contextValue: { isTimed: false } });
  return { planned, plain };
};

/** Where an error left null: it or the nearest object or list above it that could be null. */
const nulls = ({ data, errors = [] }: PlanResult): readonly string[] =>
  [...new Set(errors.map(({ path = [] }) => nullAt(data, path).join('.')))].toSorted();

const nullAt = (data: unknown, path: readonly (string | number)[]): readonly (string | number)[] => {
  const [key, ...rest] = path;
  if (data === null || data === undefined || key === undefined) return [];
  return [key, ...nullAt((data as Readonly<Record<string, unknown>>)[key], rest)];
};

const plainData = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

const LEAVES = [
  'id',
  'text',
  'needText',
  'words',
  'needWords',
  'grid',
  '__typename',
  'a: text',
  'echo',
  'e: echo(n: $n)',
  'b: echo(in: { list: [1, $n] })',
  'c: echo(n: null)',
];
const OBJECTS = ['node', 'need', 'nodes', 'needs', 'd: node'];
const THINGS = ['thing', 'things'];

const { selection } = fc.letrec<{ selection: string }>((tie) => ({
  selection: fc
    .array(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...LEAVES),
        fc.tuple(fc.constantFrom(...OBJECTS), tie('selection')).map(([field, inner]) => `${field} ${inner}`),
        fc
          .tuple(fc.constantFrom(...THINGS), tie('selection'))
          .map(
            ([field, inner]) =>
              `${field} { id __typename ... on Node ${inner} ... on Other { other: need } ... on Thing { text } }`,
          ),
        tie('selection').map((inner) => `... on Node ${inner}`),
        fc.constant('...F'),
      ),
      { minLength: 1, maxLength: 5, depthIdentifier: 'selection' },
    )
    .map((fields) => `{ ${fields.join(' ')} }`),
}));

describe('a plan', () => {
  test('gives the same data as the executor of the library, and null for the same reasons', async () => {
    await fc.assert(
      fc.asyncProperty(selection, fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined }), async (inner, n) => {
        const text = `query ($n: Int! = 3) { node ${inner} need ${inner} needs ${inner} nodes ${inner} used: node { ...F echo(n: $n) } } fragment F on Node { id f: text node { words } }`;
        const result = await both(text, n === undefined ? {} : { n });
        expect(plainData(result?.planned.data)).toEqual(plainData(result?.plain.data));
        expect(nulls(result?.planned ?? {})).toEqual(nulls(result?.plain ?? {}));
      }),
      { seed: 7, numRuns: 150 },
    );
  });

  test('keeps the order of the document', async () => {
    const result = await both('{ b: echo ... { a: echo(n: 2) } c: echo b: echo }');
    expect(Object.keys(result?.planned.data ?? {})).toEqual(['b', 'a', 'c']);
  });

  test('refuses variables as the library does', async () => {
    const result = await both('query ($n: Int!) { echo(n: $n) }', { n: 'x' });
    expect(result?.planned).not.toHaveProperty('data');
    expect(result?.planned.errors?.map(({ message }) => message)).toEqual(
      result?.plain.errors?.map(({ message }) => message),
    );
  });

  test.each(['{ echo @skip(if: false) }', '{ __schema { types { name } } }', '{ __type(name: "Node") { name } }'])(
    'is not made of %s',
    async (text) => expect(await both(text)).toBeUndefined(),
  );
});
