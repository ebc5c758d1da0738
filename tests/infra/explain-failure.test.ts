// Which exit code a failure ends with: 4 only where stored data is known to contradict itself.
import { describe, expect, test } from 'vitest';
import { Interrupted, UsageError } from '../../infra/commands/command.ts';
import { explainFailure } from '../../infra/explain-failure.ts';
import { openLedger } from '../../infra/open-ledger.ts';
import { readConfig } from '../../infra/config.ts';
import { EventStoreIntegrityError, EventStoreUnavailable } from '../../src/ledger/event-store.ts';

const refused = Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:1')], ''), {
  code: 'ECONNREFUSED',
});

describe('a failure', () => {
  test.each<[string, unknown, number, RegExp]>([
    ['a mistake in the call', new UsageError('say it so'), 2, /^say it so$/],
    ['events that contradict themselves', new EventStoreIntegrityError('position 3 is missing'), 4, /^position 3/],
    ['a store that is down', new EventStoreUnavailable('no answer'), 3, /^no answer$/],
    ['an interruption', new Interrupted('stopped'), 3, /^stopped$/],
    ['attempts without words', refused, 3, /^connect ECONNREFUSED/],
    ['a fault of the program', new TypeError('x is not a function'), 3, /^unexpected fault: x is not.*LOG_LEVEL=debug/],
    ['a thrown text', 'oops', 3, /^unexpected fault: oops/],
  ])('that is %s', (_what, error, code, says) => {
    const explained = explainFailure(error);
    expect(explained.code).toBe(code);
    expect(explained.message).toMatch(says);
    expect(explained.message).not.toContain('explain-failure.test');
  });

  test('that nobody foresaw shows its stack when debugging', () => {
    expect(explainFailure(new TypeError('x'), true).message).toContain('explain-failure.test');
  });

  test('to connect says what was tried', async () => {
    const config = readConfig({ DATABASE_URL: 'postgres://a:gpfheim@localhost:1/x?password=gpfheim' });
    const failure = await openLedger(config).catch((error: unknown) => error);
    const { message, code } = explainFailure(failure);
    expect(message).toMatch(/^could not connect to PostgreSQL at localhost:1: ECONNREFUSED/);
    expect(message).not.toContain('gpfheim');
    expect(code).toBe(3);
  });
});
