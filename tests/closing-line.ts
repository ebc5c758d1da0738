// The reporter of the last line: names each skipped test with its reason, then prints how many passed, failed and skipped.
import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface Tally {
  passed: number;
  failed: number;
  readonly skipped: string[];
}

/**
 * Prints when the process ends, so that nothing follows: `N passed, N failed, N skipped`. A file that could not be read
 * and an error outside of any test count as failed too. In a run that watches nothing ends, and nothing is printed.
 */
export const closingLine = (print = toStandardOutput, onExit = whenProcessEnds): Reporter => {
  let closing: readonly string[] = [];
  return {
    onInit: () => onExit(() => print(closing.map((line) => `${line}\n`).join(''))),
    onTestRunEnd(modules, unhandledErrors) {
      const tally = tallyOf(modules);
      tally.failed += unhandledErrors.length;
      closing = [
        ...tally.skipped.map((reason) => `skipped: ${reason}`),
        `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped.length} skipped`,
      ];
    },
  };
};

const tallyOf = (modules: readonly TestModule[]): Tally => {
  const tally: Tally = { passed: 0, failed: 0, skipped: [] };
  for (const module of modules) {
    tally.failed += module.errors().length;
    for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
    for (const test of module.children.allTests()) count(test, tally);
  }
  return tally;
};

const count = (test: TestCase, tally: Tally): void => {
  const result = test.result();
  if (result.state === 'passed') tally.passed += 1;
  else if (result.state === 'skipped') tally.skipped.push(skippedLine(test, result.note));
  else tally.failed += 1; // Failed, or never ended.
};

/** The reason is the note that the test gave, else what its name says in brackets, else that it says none. */
const skippedLine = (test: TestCase, note: string | undefined): string => {
  const says = note ?? (test.fullName.includes('(') ? '' : 'no reason given');
  return `${test.module.relativeModuleId} > ${test.fullName}${says === '' ? '' : `: ${says}`}`;
};

const toStandardOutput = (text: string): void => {
  process.stdout.write(text); // Synchronous for files, pipes and terminals, also while the process ends.
};

const whenProcessEnds = (task: () => void): void => {
  process.once('exit', task);
};
