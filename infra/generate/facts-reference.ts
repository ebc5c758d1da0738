// The reference of fact types, made from their definitions: docs/facts.schema.json and docs/facts.md.
import { z } from 'zod';
import type { FactDefinition, Slot } from '../../src/fact.ts';
import { factDefinition, factTypes } from '../../src/facts/index.ts';
import { SEAL_TEXT_MAX, statedFact } from '../../src/facts/parse-fact.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

const SUBJECT_FORMS =
  'Subject id: uscc:<18 characters>, regno:<13 or 15 digits>, person:<keyed hash, 43 characters>, ' +
  'premises:<number> or product:<number>. On entry a natural person may be written citizen-id:<number> or ' +
  'passport:<number>; it is recorded as person:<keyed hash>, and the number is kept nowhere.';

/** The same for Markdown, where an angle bracket opens a tag. */
const SUBJECT_FORMS_MARKDOWN = SUBJECT_FORMS.replace(/[a-z-]+:<[^>]+>/g, '`$&`');

const SEALED = 'Sealed on entry: give the text in `seal`; this member may then be left out.';

/**
 * JSON Schema (2020-12) of one line of an ndjson file, by type of fact: `$defs` holds one schema a type. It says what
 * a line looks like; a line that fits can still be refused for what the schema cannot say (docs/errors.md).
 */
export const factsJsonSchema = (): JsonSchema => {
  const definitions = definitionsInOrder();
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Huixin fact',
    description: `One line of ndjson. ${SUBJECT_FORMS} Days are YYYY-MM-DD in Asia/Shanghai; amounts are whole fen.`,
    oneOf: definitions.map(({ type }) => ({ $ref: `#/$defs/${type}` })),
    $defs: { ...envelopeSchemas(), ...Object.fromEntries(definitions.map((one) => [one.type, lineSchema(one)])) },
  };
};

/** The same for people: one section a type, with its members and its sealed slots. */
export const factsMarkdown = (): string =>
  [
    '# Facts',
    'Generated from `src/facts`; the machine-readable form is `facts.schema.json`. A line of an ndjson file is\n' +
      '`{"type", "about", "data", "valid"?, "relates"?, "seal"?}`. A member with a question mark may be left out.',
    `\`about\` lists the subjects that the fact names, each with a role. ${SUBJECT_FORMS_MARKDOWN}`,
    `\`seal\` maps a slot to a clear text of at most ${SEAL_TEXT_MAX} characters, which is sealed on entry and\n` +
      'never stored in clear. A member `<name>Full` holds the full text of `<name>` where the public text had to be shortened.',
    ...definitionsInOrder().map(section),
  ].join('\n\n') + '\n';

const definitionsInOrder = (): readonly FactDefinition[] =>
  factTypes.map(({ type }) => factDefinition(type)).filter((definition) => definition !== undefined);

/** What every line has: the definitions of about, valid and relates. */
const envelopeSchemas = (): Record<string, JsonSchema> => {
  const { about, valid, relates } = propertiesOf(jsonSchemaOf(statedFact));
  const stated = { about: { description: SUBJECT_FORMS, ...about }, valid: { ...valid }, relates: { ...relates } };
  return {
    about: stated.about,
    valid: {
      description: 'Days on which the fact is true; `until` is the first day that no longer counts.',
      ...stated.valid,
    },
    relates: {
      description:
        'How the fact stands to an earlier event; left out, the ledger finds it. `reason` holds nothing personal.',
      ...stated.relates,
    },
  };
};

const lineSchema = (definition: FactDefinition): JsonSchema => ({
  description: definition.description,
  type: 'object',
  properties: {
    type: { const: definition.type },
    about: {
      $ref: '#/$defs/about',
      ...(definition.subject === 'required'
        ? { contains: { properties: { role: { const: 'subject' } } }, minContains: 1, maxContains: 1 }
        : {}),
    },
    data: dataSchema(definition),
    valid: { $ref: '#/$defs/valid' },
    relates: { $ref: '#/$defs/relates' },
    seal: sealSchema(definition),
  },
  required: ['type', 'about', 'data'],
  additionalProperties: false,
});

const dataSchema = (definition: FactDefinition): JsonSchema => {
  const schema = jsonSchemaOf(definition.data);
  const properties = Object.entries(propertiesOf(schema)).map(([name, member]) => [
    name,
    Object.hasOwn(definition.seals, name) ? { description: SEALED, ...member } : member,
  ]);
  return { ...schema, title: `${definition.type}@${definition.schema}`, properties: Object.fromEntries(properties) };
};

const sealSchema = ({ seals }: FactDefinition): JsonSchema => ({
  description: 'Slot -> clear text, sealed on entry.',
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(seals).map(([slot, { description }]) => [
      slot,
      { description, type: 'string', minLength: 1, maxLength: SEAL_TEXT_MAX },
    ]),
  ),
  additionalProperties: false,
});

/** Schema without what only repeats itself: the pattern beside `format: date`. */
const jsonSchemaOf = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date') delete jsonSchema.pattern;
    },
  });
  return rest;
};

const propertiesOf = ({ properties = {} }: JsonSchema): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(properties).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1])));

const section = (definition: FactDefinition): string => {
  const schema = jsonSchemaOf(definition.data);
  const sealed = Object.entries(definition.seals);
  const members = Object.entries(propertiesOf(schema)).filter(([name]) => !Object.hasOwn(definition.seals, name));
  const required = new Set(schema.required);
  return [
    `## ${definition.type}`,
    `${definition.description}\nSchema ${definition.schema}; subject ${definition.subject}; ` +
      `another content under the same key ${definition.repeat}; stream \`${definition.category}-…\`.`,
    list(
      members.map(([name, member]) => [required.has(name) ? name : `${name}?`, form(member), member.description ?? '']),
    ),
    ...(sealed.length === 0 ? [] : ['Sealed slots:', list(sealed.map(slotRow))]),
  ].join('\n\n');
};

const slotRow = ([slot, { person, identifies, description }]: readonly [string, Slot]): readonly string[] => [
  slot,
  identifies === true ? `of the ${person}, identifies` : `of the ${person}`,
  description,
];

const list = (rows: readonly (readonly string[])[]): string =>
  rows.map(([name, form, meaning]) => `- **${name}** (${form}): ${meaning}`).join('\n');

const form = (schema: JsonSchema): string => {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.oneOf !== undefined) return schema.oneOf.map(formOf).join(' or ');
  if (schema.format === 'date') return 'day';
  if (schema.type === 'array') return `list of ${formOf(schema.items)}`;
  if (schema.type === 'object') {
    const members = Object.entries(propertiesOf(schema)).map(([name, member]) => `${name}: ${form(member)}`);
    return `{ ${members.join(', ')} }`;
  }
  if (schema.type === 'integer') return integerForm(schema);
  if (schema.pattern !== undefined) return 'text of a form';
  return schema.maxLength === undefined ? String(schema.type ?? 'any') : `text, at most ${schema.maxLength}`;
};

const integerForm = ({ minimum, maximum }: JsonSchema): string =>
  maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? 'whole number'
    : `whole number ${minimum} to ${maximum}`;

const formOf = (schema: unknown): string => (isSchema(schema) ? form(schema) : 'any');

const isSchema = (schema: unknown): schema is JsonSchema =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema);
