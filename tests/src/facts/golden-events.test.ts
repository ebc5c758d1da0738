// One stored event of each published type and schema. The ledger holds such texts for ever: each must stay readable.
// HUIXIN_WRITE_GENERATED=1 writes what is missing; it never touches a file that is there.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ZodObject } from 'zod';
import { factDefinition, factTypes } from '../../../src/facts/index.ts';
import { streamName, type FactDefinition } from '../../../src/fact.ts';
import { canonicalJson } from '../../../src/ledger/canonical-json.ts';
import { encodeEvent, type EventData, type LedgerEvent, type Sealed } from '../../../src/ledger/event.ts';
import { parseSubjectId } from '../../../src/subject.ts';
import { eventOf, parsed } from '../../given.ts';
import { sampleFacts, type Stated } from '../../sample-facts.ts';

const FOLDER = fileURLToPath(new URL('../../golden/', import.meta.url));
const RECORDED_AT = '2026-11-22T08:00:00.000Z';

/** Members that the sample cannot state, because another that it states excludes them. */
const EXCLUDED_MEMBERS: { readonly [type: string]: readonly string[] } = {
  LicenceGranted: ['longTerm'],
  LicenceChanged: ['longTerm'],
};

const fileOf = ({ type, schema }: Pick<FactDefinition, 'type' | 'schema'>): string => `${FOLDER}${type}@${schema}.json`;

/** A sealed member of an event: the form alone matters, nothing opens it. */
const sealedAs = (slot: string): Sealed => ({
  alg: 'A256GCM',
  subject: '00000000-0000-4000-8000-000000000000',
  gen: 1,
  iv: 'AAAAAAAAAAAAAAAA',
  ct: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  hash: slot.padEnd(43, 'A'),
});

/** Text of the sample's event, its stream named by the hashes that stand in it. */
const storedText = (stated: Stated): string => {
  const { fact, definition } = parsed(stated);
  const { recordedAt: _, ...event } = eventOf(stated, 0);
  const sealed = Object.fromEntries(Object.keys(fact.seal).map((slot) => [slot, sealedAs(slot)]));
  const key = definition.key({ ...fact, hashOf: (slot) => sealed[slot]?.hash });
  const { head, tail } = encodeEvent({
    ...event,
    stream: streamName(definition.category, key),
    ...(Object.keys(sealed).length === 0 ? {} : { sealed }),
  });
  return `${head}${RECORDED_AT}${tail}`;
};

/** The data as the newest schema has it. */
const upcast = (event: LedgerEvent, definition: FactDefinition): EventData => {
  let data = event.data;
  for (let schema = event.schema; schema < definition.schema; schema += 1) {
    const step = definition.upcasts?.[schema];
    if (step === undefined) throw new Error(`upcast ${event.type} from schema ${schema}: no such step`);
    data = step(data);
  }
  return data;
};

if (process.env['HUIXIN_WRITE_GENERATED'] === '1') {
  for (const { type, schema } of factTypes) {
    const sample = sampleFacts.find((stated) => stated.type === type);
    if (sample !== undefined && !existsSync(fileOf({ type, schema }))) {
      writeFileSync(fileOf({ type, schema }), `${storedText(sample)}\n`);
    }
  }
}

const files = readdirSync(FOLDER).filter((name) => /^[A-Z][A-Za-z]*@\d+\.json$/.test(name));
const stored = files.map((name) => [name, readFileSync(FOLDER + name, 'utf8').trimEnd()] as const);

describe('a stored event of each published schema', () => {
  test('is kept for every type that this version writes', () => {
    expect(
      factTypes.map(({ type, schema }) => `${type}@${schema}.json`).filter((name) => !files.includes(name)),
    ).toEqual([]);
  });

  test.each(stored)('%s has its own canonical text', (name, text) => {
    const event = JSON.parse(text) as LedgerEvent;
    expect(canonicalJson(event)).toBe(text);
    expect(`${event.type}@${event.schema}.json`).toBe(name);
  });

  test.each(stored)('%s is still valid after its upcasts', (_name, text) => {
    const event = JSON.parse(text) as LedgerEvent;
    const definition = definitionOf(event);
    expect(definition.data.safeParse(upcast(event, definition)).error).toBeUndefined();
    expect(event.about.every(({ subject }) => parseSubjectId(subject) !== undefined)).toBe(true);
  });

  test.each(stored)('%s still belongs to the stream that it names', (_name, text) => {
    const event = JSON.parse(text) as LedgerEvent;
    const definition = definitionOf(event);
    const key = definition.key({
      about: event.about,
      data: upcast(event, definition),
      hashOf: (slot) => event.sealed?.[slot]?.hash,
    });
    expect(streamName(definition.category, key)).toBe(event.stream);
  });

  test.each(stored)('%s has a sealed text wherever its data says so, and no other', (_name, text) => {
    const event = JSON.parse(text) as LedgerEvent;
    const slots = Object.keys(definitionOf(event).seals).filter((slot) => event.data[slot] !== undefined);
    expect(Object.keys(event.sealed ?? {}).toSorted()).toEqual(slots.toSorted());
  });

  test.each(factTypes)('$type states every member of its schema', ({ type, schema, data }) => {
    const event = JSON.parse(readFileSync(fileOf({ type, schema }), 'utf8')) as LedgerEvent;
    const unstated = Object.keys((data as unknown as ZodObject).shape).filter(
      (member) => event.data[member] === undefined,
    );
    expect(unstated).toEqual(EXCLUDED_MEMBERS[type] ?? []);
  });
});

const definitionOf = (event: LedgerEvent): FactDefinition => {
  const definition = factDefinition(event.type);
  if (definition === undefined) throw new Error(`read a stored ${event.type}: no such fact type any more`);
  return definition;
};
