// The order of the house, enforced: every rule is shown to fail on a small made-up file, then asked of every real one.
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../graphql/errors.ts';
import { settingsMarkdown } from '../infra/generate/settings-reference.ts';
import { errorsMarkdown, NOTICES, REFUSALS } from '../infra/generate/errors-reference.ts';
import { adrProblems, invariantProblems, linkProblems, undocumented, unseen } from './tidy-papers.ts';
import { rules, type Rule } from './tidy-rules.ts';
import { trackedFiles } from './tracked-files.ts';

const files = trackedFiles();
const textOf = new Map(files.map(({ path, text }) => [path, text]));
const paper = (path: string): string => textOf.get(path) ?? '';
const look = (path: string): string | undefined => textOf.get(path);

/** Joined here, so that no rule finds them in this file. */
const exporting = ['export', "* from './a.ts';"].join(' ');
const openTask = ['TO', 'DO'].join('');
const nobodysHome = ['', 'home', 'somebody', 'huixin'].join('/');
const registryHost = ['https://registry', 'example.org/zod'].join('.');
const realIdentity = ['11010519491231', '002X'].join('');

/** A rule, the path and text of a file that breaks it, and one that keeps it. */
const samples: readonly (readonly [
  keyof typeof rules,
  broken: readonly [string, string],
  kept: readonly [string, string],
])[] = [
  [
    'keepsTheArrow',
    ['src/a.ts', "import { b } from '../projections/b.ts';"],
    ['projections/b.ts', "import { a } from '../src/a.ts';"],
  ],
  [
    'keepsTheArrow',
    ['src/a.ts', "import { readFileSync } from 'node:fs';"],
    ['src/a.ts', "import { hash } from 'node:crypto';"],
  ],
  ['keepsTheArrow', ['projections/a.ts', "import pg from 'pg';"], ['infra/a.ts', "import pg from 'pg';"]],
  [
    'keepsTheArrow',
    ['graphql/a.ts', "import {\n  b,\n} from '../infra/b.ts';"],
    ['graphql/a.ts', "import Builder from '@pothos/core';"],
  ],
  [
    'keepsTheArrow',
    ['infra/a.ts', "const b = await import('../tests/b.ts');"],
    ['tests/a.ts', "const b = await import('../infra/b.ts');"],
  ],
  ['keepsTheArrow', ['src/a.ts', "import '../vitest.config.ts';"], ['tests/a.ts', "import '../vitest.config.ts';"]],
  ['keepsTheArrow', ['src/a.ts', "import { b } from './b';"], ['src/a.ts', "import type { B } from './b.ts';"]],
  [
    'keepsTheWorldOut',
    ['src/a.ts', 'export const now = () => Date.now();'],
    ['infra/a.ts', 'export const now = () => Date.now();'],
  ],
  ['keepsTheWorldOut', ['src/a.ts', 'export const today = new Date();'], ['src/a.ts', '// Never new Date() in here.']],
  ['leavesTheEnvironmentAlone', ['infra/a.ts', "process.env['PORT']"], ['infra/config.ts', "process.env['PORT']"]],
  ['leavesTheEnvironmentAlone', ['infra/main.ts', "process.env['PORT']"], ['infra/main.ts', 'readConfig(process.env)']],
  ['isShort', ['src/a.ts', 'x\n'.repeat(251)], ['src/a.ts', 'x\n'.repeat(250)]],
  ['isShort', ['tests/a.ts', 'x\n'.repeat(401)], ['docs/a.md', 'x\n'.repeat(401)]],
  ['isWellNamed', ['src/utils.ts', ''], ['src/day.ts', '']],
  ['isWellNamed', ['infra/common/a.ts', ''], ['infra/stores/a.ts', '']],
  ['isWellNamed', ['src/event-types.ts', ''], ['graphql/types/entity.ts', '']],
  ['isWellNamed', ['src/creditProfile.ts', ''], ['src/credit-profile.ts', '']],
  ['isNoBarrel', ['src/a.ts', exporting], ['src/a.ts', 'export const a = 1;']],
  ['isNoBarrel', ['src/index.ts', 'export const a = 1;'], ['src/index.ts', 'export const all: readonly Form[] = [];']],
  ['saysWhatItIsFor', ['src/a.ts', "import { b } from './b.ts';"], ['src/a.ts', '// What a is.']],
  ['saysWhatItIsFor', ['.ci/run', '#!/bin/sh\nset -e'], ['.ci/run', '#!/bin/sh\n# Checks and tests.\nset -e']],
  ['numbersItsTasks', ['src/a.ts', `// ${openTask}: later`], ['src/a.ts', `// ${openTask} (#12): later`]],
  ['namesNobody', ['tests/a.json', `{"id":"${realIdentity}"}`], ['tests/a.json', '{"id":"999999194912310021"}']],
  ['isAtHomeAnywhere', ['docs/a.md', `see ${nobodysHome}`], ['docs/a.md', 'see ./home/somebody/huixin']],
  [
    'isAtHomeAnywhere',
    ['package-lock.json', `"resolved": "${registryHost}"`],
    ['README.md', 'https://www.rfc-editor.org/rfc/rfc8785'],
  ],
];

describe('the rule', () => {
  test.each(samples)('%s finds what breaks it and lets pass what keeps it', (name, broken, kept) => {
    const rule: Rule = rules[name];
    expect(rule({ path: broken[0], text: broken[1] })).not.toEqual([]);
    expect(rule({ path: kept[0], text: kept[1] })).toEqual([]);
  });

  test('is shown to fail, each one', () => {
    expect(new Set(samples.map(([name]) => name))).toEqual(new Set(Object.keys(rules)));
  });
});

describe('every file', () => {
  test.each(Object.entries(rules))('%s', (_name, rule: Rule) => {
    expect(files.flatMap((file) => rule(file))).toEqual([]);
  });

  test('is looked at', () => {
    expect(files.length).toBeGreaterThan(100);
    for (const folder of ['src/', 'projections/', 'graphql/', 'infra/', 'tests/', 'docs/']) {
      expect(files.some(({ path }) => path.startsWith(folder))).toBe(true);
    }
  });
});

/** A decision as it should be. */
const decision = (number: string): string =>
  `# ${number}. Title\n\nDate: 2026-11-22\n\n## Context\n\n## Decision\n\n## Consequence\n`;

describe('a decision', () => {
  const [first, second] = ['docs/adr/0001-a.md', 'docs/adr/0002-b.md'];
  const index = '[a](0001-a.md) [b](0002-b.md)';

  test.each([
    ['out of its number', [{ path: second, text: decision('0002') }], index],
    ['under another number than its name', [{ path: first, text: decision('0002') }], index],
    ['without a name', [{ path: 'docs/adr/first.md', text: decision('0001') }], index],
    ['without a date', [{ path: first, text: decision('0001').replace('Date:', 'On') }], index],
    ['without a consequence', [{ path: first, text: decision('0001').replace('## Consequence', '') }], index],
    ['that is not listed', [{ path: first, text: decision('0001') }], ''],
  ])('%s is found', (_what, adrs, indexText) => {
    expect(adrProblems(adrs, indexText)).not.toEqual([]);
  });

  test('is numbered, dated, complete and listed', () => {
    expect(
      adrProblems(
        [first, second].map((path, n) => ({ path, text: decision(`000${n + 1}`) })),
        index,
      ),
    ).toEqual([]);
    const adrs = files.filter(({ path }) => path.startsWith('docs/adr/') && path !== 'docs/adr/README.md');
    expect(adrs.length).toBeGreaterThan(12);
    expect(adrProblems(adrs, paper('docs/adr/README.md'))).toEqual([]);
  });

  test('that the code names is there', () => {
    const named = files.flatMap(({ path, text }) =>
      path.startsWith('tests/') ? [] : [...text.matchAll(/docs\/adr\/(\d{4})/g)].map(([, number = '']) => number),
    );
    const numbers = new Set(files.flatMap(({ path }) => /^docs\/adr\/(\d{4})-/.exec(path)?.[1] ?? []));
    expect(named.filter((number) => !numbers.has(number))).toEqual([]);
  });
});

describe('a package', () => {
  const lines = paper('docs/adr/0027-dependencies.md');
  const { dependencies } = JSON.parse(paper('package.json')) as { dependencies: Readonly<Record<string, string>> };

  test('that is needed at run time has its line in the decision on dependencies', () => {
    expect(lines).not.toContain('`left-pad`');
    expect(Object.keys(dependencies).filter((name) => !lines.includes(`\`${name}\``))).toEqual([]);
  });

  test('has an exact version', () => {
    expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });
});

describe('an invariant', () => {
  const source = new Map([['tests/a.test.ts', "test('holds', () => {});"]]);

  test.each([
    ['without a test', '- Positions grow.'],
    ['with the title of no test', '- Positions grow. Test: `tests/a.test.ts`, "breaks"'],
    ['with a file that is not there', '- Positions grow. Test: `tests/b.test.ts`, "holds"'],
    ['with words in place of a test', '- Positions grow. Test: of course'],
  ])('%s is found', (_what, line) => {
    expect(invariantProblems(line, (path) => source.get(path))).not.toEqual([]);
  });

  test('names the tests that enforce it', () => {
    const kept =
      '- Positions grow.\n  Tests: `tests/a.test.ts`, "holds"\n- Trees grow. Test: none, because nobody looks.';
    expect(invariantProblems(kept, (path) => source.get(path))).toEqual([]);
    expect(paper('docs/invariants.md').match(/^- /gm)?.length).toBeGreaterThan(20);
    expect(invariantProblems(paper('docs/invariants.md'), look)).toEqual([]);
  });
});

describe('a link', () => {
  test('that leads nowhere is found', () => {
    expect(linkProblems('docs/a.md', '[b](adr/b.md)', () => false)).not.toEqual([]);
    expect(linkProblems('docs/a.md', '[b](../c.md#d)', (path) => path === 'c.md')).toEqual([]);
  });

  test('leads to a file of the project', () => {
    const folders = new Set(
      files.flatMap(({ path }) => path.split('/').map((_part, n, all) => all.slice(0, n).join('/'))),
    );
    const exists = (path: string): boolean => textOf.has(path) || folders.has(path);
    const papers = files.filter(({ path }) => path.endsWith('.md'));
    expect(papers.flatMap(({ path, text }) => linkProblems(path, text, exists))).toEqual([]);
  });
});

describe('a code', () => {
  const codes = [...Object.keys(REFUSALS), ...Object.keys(NOTICES), ...Object.keys(ERROR_CODES)];
  const tests = files.filter(({ path }) => path.startsWith('tests/') && path.endsWith('.ts') && !path.includes('tidy'));

  test('that is not explained, or that no test states, is found', () => {
    expect(undocumented(['lost'], '| `found` | … |')).toEqual(['lost']);
    expect(unseen(['lost'], ["refuses('found')"])).toEqual(['lost']);
  });

  test('is explained in docs/errors.md', () => {
    expect(undocumented(codes, paper('docs/errors.md'))).toEqual([]);
  });

  test('is caused by a test', () => {
    expect(
      unseen(
        codes,
        tests.map(({ text }) => text),
      ),
    ).toEqual([]);
  });
});

describe('a generated reference', () => {
  const isWriting = process.env['HUIXIN_WRITE_GENERATED'] === '1';
  const generated = { 'docs/settings.md': settingsMarkdown(), 'docs/errors.md': errorsMarkdown() };

  test.each(Object.entries(generated))('%s is as the code makes it', async (path, markdown) => {
    const laidOut = await format(markdown, { parser: 'markdown', printWidth: 120 });
    if (isWriting) writeFileSync(new URL(`../${path}`, import.meta.url), laidOut);
    expect(isWriting ? laidOut : paper(path), 'set HUIXIN_WRITE_GENERATED=1 and look at the difference').toBe(laidOut);
  });
});
