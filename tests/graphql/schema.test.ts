// The schema as a contract: committed, described, classified, and without what is personal.
import { readFileSync, writeFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import {
  buildSchema,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessGaps, FACT_ACCESS, FIELD_ACCESS, mayRead, type Role, ROLES } from '../../graphql/access.ts';
import { schema } from '../../graphql/schema.ts';
import { factTypes } from '../../src/facts/index.ts';

const COMMITTED = new URL('../../graphql/schema.graphql', import.meta.url);
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;
if (process.env['HUIXIN_WRITE_GENERATED'] === '1') writeFileSync(COMMITTED, printed);
const committed = readFileSync(COMMITTED, 'utf8');

/** Every named thing of the schema with its description, as `Type.field(argument)`. */
const described = (): readonly (readonly [name: string, description: string | null | undefined])[] =>
  Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__') && !['Boolean', 'Float', 'ID', 'Int', 'String'].includes(name))
    .flatMap((type) => [
      [type.name, type.description] as const,
      ...(type instanceof GraphQLEnumType
        ? type.getValues().map(({ name, description }) => [`${type.name}.${name}`, description] as const)
        : []),
      ...(type instanceof GraphQLInputObjectType
        ? Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field.description] as const)
        : []),
      ...(type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType
        ? Object.values(type.getFields()).flatMap((field) => [
            [`${type.name}.${field.name}`, field.description] as const,
            ...field.args.map((arg) => [`${type.name}.${field.name}(${arg.name})`, arg.description] as const),
          ])
        : []),
    ]);

describe('the committed schema', () => {
  test('is what the code builds (HUIXIN_WRITE_GENERATED=1 writes it)', () => expect(committed).toBe(printed));

  test('has lost nothing that a caller may rely on', async () => {
    const changes = await diff(buildSchema(committed), schema);
    expect(changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)).toEqual([]);
  });

  test('would be refused with a field less', async () => {
    const without = buildSchema(committed.replace('  asOfPosition: Position!', '  asOf: Position!'));
    const levels = (await diff(schema, without)).map(({ criticality }) => criticality.level);
    expect(levels).toContain(CriticalityLevel.Breaking);
  });
});

test('everything is described in Chinese, then in English', () => {
  const badly = described().filter(([, description]) => {
    const [zh = '', en = '', ...others] = (description ?? '').split('\n');
    return !/[\u4e00-\u9fff].*。$/u.test(zh) || !/^[A-Z`].*\.$/.test(en) || others.length > 0;
  });
  expect(badly).toEqual([]);
});

/** What each role reads: all of it, until there are fields that are not public. */
const READABLE: Record<Role, readonly string[]> = { public: Object.keys(FIELD_ACCESS) };

describe('access', () => {
  test('every field has a class, and every class a field', () => expect(accessGaps(schema)).toEqual([]));

  test('a field without a class is found', () => {
    const other = buildSchema('type Query { ledger: Int secret: Int }');
    expect(accessGaps(other)).toContain('Query.secret has no class');
  });

  test('every fact type has a class', () =>
    expect(factTypes.map(({ type }): string => type).filter((type) => FACT_ACCESS[type] === undefined)).toEqual([]));

  test.each(ROLES)('%s reads every field of its classes, and no other', (role) => {
    const readable = Object.entries(FIELD_ACCESS).filter(([, access]) => mayRead(role, access));
    expect(readable.map(([field]) => field).toSorted()).toEqual(READABLE[role].toSorted());
  });
});

describe('personal data', () => {
  const PERSONAL =
    /nonce|cipher|\bsealed? (?:text|key)s?\b|phone|identity (?:number|card)|bank|passport|complainant|informant|actor|身份证|电话|手机|银行/i;

  test('is named nowhere', () => {
    expect(described().filter((one) => PERSONAL.test(one.join(' ')))).toEqual([]);
  });

  test('is told by the words that the walk looks for', () => {
    expect('FactSource.actor').toMatch(PERSONAL);
    expect('Phone of the complainant.').toMatch(PERSONAL);
    expect(Object.keys(FIELD_ACCESS).length).toBeGreaterThan(50);
  });
});
