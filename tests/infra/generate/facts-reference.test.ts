// The committed reference of facts is what the definitions say. A published schema never changes: add a member or a
// schema.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { format } from 'prettier';
import { factsJsonSchema, factsMarkdown } from '../../../infra/generate/facts-reference.ts';
import { factTypes } from '../../../src/facts/index.ts';

const path = (name: string): string => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));

/** Text of a generated file, laid out as every other file of the project. */
const generated = {
  'facts.schema.json': await format(JSON.stringify(factsJsonSchema()), { parser: 'json', printWidth: 120 }),
  'facts.md': await format(factsMarkdown(), { parser: 'markdown', printWidth: 120 }),
} as const;

if (process.env['HUIXIN_WRITE_GENERATED'] === '1') {
  for (const [name, text] of Object.entries(generated)) writeFileSync(path(name), text);
}

describe('the reference of facts', () => {
  test.each(Object.entries(generated))('docs/%s is as the definitions make it', (name, text) => {
    expect(readFileSync(path(name), 'utf8'), 'set HUIXIN_WRITE_GENERATED=1 and look at the difference').toBe(text);
  });

  test.each(factTypes)('has $type, its members described', ({ type }) => {
    const { $defs = {} } = factsJsonSchema();
    const line = JSON.parse(JSON.stringify($defs[type])) as {
      properties: { data: { properties: Record<string, { description?: string }> } };
    };
    const members = Object.entries(line.properties.data.properties);
    expect(members.filter(([, { description }]) => description === undefined).map(([name]) => name)).toEqual([]);
  });
});
