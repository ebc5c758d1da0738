// What README and the import page tell people to type: every marked block is checked against the code.
import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../graphql/schema.ts';
import { settingRows } from '../infra/config.ts';
import { parseFact } from '../src/facts/parse-fact.ts';
import { forms } from '../src/import/forms/index.ts';
import { inspectionRecorded } from './example-fact.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const papers = ['README.md', 'README.zh-CN.md', 'docs/import.md'] as const;
const BLOCK = /<!-- checked(?:: \S+)? -->\s*```(?<language>\w+)\n(?<code>[\s\S]*?)```/g;

interface Block {
  readonly paper: string;
  readonly language: string;
  readonly code: string;
}

const blocks = papers.flatMap((paper): readonly Block[] =>
  [...read(paper).matchAll(BLOCK)].map(({ groups = {} }) => ({
    paper,
    language: groups['language'] ?? '',
    code: groups['code'] ?? '',
  })),
);
const commandsOf = ({ code }: Block): readonly string[] =>
  code
    .replaceAll('\\\n', ' ')
    .split(/\n| && /)
    .map((command) => command.trim())
    .filter((command) => command !== '');

const program = read('infra/main.ts');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };

/** What is wrong with a command that a reader is told to type; undefined when nothing is. */
const commandProblem = (command: string): string | undefined => {
  const [first = '', second = '', third = ''] = command.split(/\s+/);
  if (first === 'curl') return queryProblem(/"query": "(?<query>.*)"\}'/.exec(command)?.groups?.['query'] ?? '');
  if (first === 'npm' && second === 'ci') return undefined;
  if (first === 'npm') {
    const script = second === 'run' ? third : second;
    return scripts[script] === undefined ? `there is no script ${script}` : undefined;
  }
  if (first !== 'npx' || second !== 'huixin') return 'it is no command of ours';
  if (!program.includes(`.command('${third}')`)) return `huixin has no command ${third}`;
  const unknown = [...command.matchAll(/ (--[a-z-]+)/g)].find(([, flag = '']) => !program.includes(`'${flag}`));
  if (unknown !== undefined) return `there is no ${unknown[1]}`;
  const form = / --form (\S+)/.exec(command)?.[1];
  return form === undefined || forms.some(({ name }) => name === form) ? undefined : `there is no form ${form}`;
};

const queryProblem = (query: string): string | undefined =>
  validate(schema, parse(query.replaceAll('\\"', '"')))[0]?.message;

describe('a command in the papers', () => {
  test.each(blocks.filter(({ language }) => language === 'sh').flatMap((block) => commandsOf(block)))(
    'can be typed: %s',
    (command) => {
      expect(commandProblem(command)).toBeUndefined();
    },
  );

  test.each([
    'npx huixin fly',
    'npx huixin serve --upwards',
    'npx huixin import a.csv --form dream',
    'npm run nowhere',
    'curl -d \'{"query": "{ wishes }"}\'',
    'make',
  ])('that is none is found: %s', (command) => {
    expect(commandProblem(command)).toBeDefined();
  });

  test('names the port that is the default', () => {
    const port = settingRows().find(([name]) => name === 'PORT')?.[1];
    const named = papers.flatMap((paper) =>
      [...read(paper).matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, number]) => number),
    );
    expect(new Set(named)).toEqual(new Set([port]));
  });
});

describe('a query in the papers', () => {
  test.each(blocks.filter(({ language }) => language === 'graphql'))('fits the schema: $paper', ({ code }) => {
    expect(validate(schema, parse(code))).toEqual([]);
  });
});

describe('a fact in the papers', () => {
  test.each(blocks.filter(({ language }) => language === 'json'))('can be stated: $paper', ({ code }) => {
    expect(parseFact(JSON.parse(code))).toMatchObject({ ok: true });
  });
});

describe('the example of a fact type', () => {
  const subject = 'uscc:91990000MA0000015Q';
  const data = {
    authority: '11440300MB2C92168F',
    documentNo: '样检〔2026〕1号',
    inspectedOn: '2026-05-06',
    result: 'no-problem',
  } as const;
  const fact = { type: inspectionRecorded.type, about: [{ subject, role: 'subject' }], data, seal: {} } as const;

  test('is the one that is tested here', () => {
    const shown = blocks.find(({ language }) => language === 'ts')?.code ?? '';
    const [path, ...lines] = shown.split('\n');
    const moved = lines
      .join('\n')
      .replaceAll("from '../", "from '../src/")
      .replaceAll("from './", "from '../src/facts/");
    expect(path).toMatch(/^\/\/ src\/facts\/[a-z-]+\.ts$/);
    expect(moved).toBe(read('tests/example-fact.ts'));
  });

  test('takes what fits, knows its key, and refuses a day to come', () => {
    expect(inspectionRecorded.data.parse(data)).toEqual(data);
    expect(inspectionRecorded.key({ ...fact, hashOf: () => undefined })).toEqual([
      data.authority,
      data.documentNo,
      subject,
    ]);
    expect(inspectionRecorded.decide?.(fact, [], '2026-05-06')).toBeUndefined();
    expect(inspectionRecorded.decide?.(fact, [], '2026-05-05')).toMatchObject({ code: 'in-the-future' });
  });
});
