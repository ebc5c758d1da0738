// How an error becomes public.
import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, formatError, no, publicError, requestNo, statusOf } from '../../graphql/errors.ts';
import { ReadModelUnavailable } from '../../projections/read-model.ts';
import { EventStoreUnavailable } from '../../src/ledger/event-store.ts';

const located = (originalError: Error): GraphQLError =>
  new GraphQLError(originalError.message, { originalError, path: ['entity'] });

describe('an error', () => {
  test.each<[string, unknown, string]>([
    ['with a code of ours keeps it', no('FORBIDDEN', 'not for you'), 'FORBIDDEN'],
    [
      'of the read model is told to try again',
      located(new ReadModelUnavailable('pool at 10.0.0.1 is down')),
      'UNAVAILABLE',
    ],
    [
      'of the event store is told to try again',
      located(new EventStoreUnavailable('pool at 10.0.0.1 is down')),
      'UNAVAILABLE',
    ],
    ['of a variable is the input of the caller', new GraphQLError('Variable "$x" got invalid value'), 'BAD_USER_INPUT'],
    [
      'of an argument is the input of the caller',
      located(new GraphQLError('Argument "x" must not be null')),
      'BAD_USER_INPUT',
    ],
    ['of a resolver is a fault', located(new TypeError('secret of a table')), 'INTERNAL'],
    [
      'of a scalar that cannot be written is a fault',
      located(new GraphQLError('Int cannot represent secret')),
      'INTERNAL',
    ],
    ['that is no error is a fault', 'secret', 'INTERNAL'],
    [
      'with a code that nobody knows is a fault',
      new GraphQLError('secret', { path: ['x'], extensions: { code: 'OTHER' } }),
      'INTERNAL',
    ],
  ])('%s', (_name, error, code) => {
    const faults: unknown[] = [];
    const shown = publicError(error, (fault) => faults.push(fault));
    expect(shown.extensions['code']).toBe(code);
    expect(shown.message).not.toMatch(/secret|10\.0/);
    expect(faults).toHaveLength(code === 'INTERNAL' ? 1 : 0);
  });

  test('is shown with the id of its request and without what is for the server', () =>
    expect(formatError(requestNo('TOO_COSTLY', 'less, please'), 'r-1')).toEqual({
      message: 'less, please',
      extensions: { code: 'TOO_COSTLY', requestId: 'r-1' },
    }));

  test('decides the status of a request that was not executed', () =>
    expect(statusOf([requestNo('BAD_USER_INPUT', ''), requestNo('BEHIND', '')])).toBe(503));
});

test.each(Object.entries(ERROR_CODES))('%s is explained in both languages', (_code, { zh, en, status }) => {
  expect(zh).toMatch(/。$/);
  expect(en).toMatch(/\.$/);
  expect(status).toBeGreaterThanOrEqual(400);
});
