// The last line of a test run, made of made-up modules.
import { expect, test } from 'vitest';
import type { SerializedError, TestModule } from 'vitest/node';
import { closingLine } from './closing-line.ts';

interface Made {
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly name?: string;
  readonly note?: string;
}

/** A module as the reporter sees it: only what it asks for. */
const made = (tests: readonly Made[], { errors = 0, suiteErrors = 0 } = {}): TestModule => {
  const module = { relativeModuleId: 'tests/a.test.ts', errors: () => Array.from({ length: errors }) };
  const cases = tests.map(({ state, note, name = state }) => ({
    module,
    fullName: name,
    result: () => ({ state, note }),
  }));
  const suites = [{ errors: () => Array.from({ length: suiteErrors }) }];
  const children = { allTests: () => cases, allSuites: () => suites };
  return { ...module, children } as unknown as TestModule;
};

const printed = (modules: readonly TestModule[], unhandled = 0): readonly string[] => {
  let text = '';
  let atEnd: (() => void) | undefined;
  const reporter = closingLine(
    (some) => (text += some),
    (task) => (atEnd = task),
  );
  const errors: readonly SerializedError[] = Array.from({ length: unhandled }, () => ({ message: 'late' }));
  reporter.onInit?.(undefined as never);
  void reporter.onTestRunEnd?.(modules, errors, 'passed');
  atEnd?.();
  return text.split('\n').slice(0, -1);
};

test('counts what passed, failed and was skipped', () => {
  const states = ['passed', 'passed', 'failed', 'skipped'] as const;
  expect(printed([made(states.map((state) => ({ state })))]).at(-1)).toBe('2 passed, 1 failed, 1 skipped');
});

test.each([
  ['a test that never ended', [made([{ state: 'pending' }])], 0],
  ['a file that could not be read', [made([], { errors: 1 })], 0],
  ['a hook that failed', [made([], { suiteErrors: 1 })], 0],
  ['an error outside of any test', [made([])], 1],
])('counts %s as failed', (_what, modules, unhandled) => {
  expect(printed(modules, unhandled)).toEqual(['0 passed, 1 failed, 0 skipped']);
});

test.each([
  [{ state: 'skipped', name: 'opens a page', note: 'no browser' }, 'opens a page: no browser'],
  [{ state: 'skipped', name: 'reads samples (needs a folder)' }, 'reads samples (needs a folder)'],
  [{ state: 'skipped', name: 'does more' }, 'does more: no reason given'],
] as const)('names a skipped test with its reason: %j', (skipped, line) => {
  expect(printed([made([skipped])])).toEqual([`skipped: tests/a.test.ts > ${line}`, '0 passed, 0 failed, 1 skipped']);
});
