// What is logged of a request and of a fault: never a query, a variable, a search text or a cell value.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import pino, { type DestinationStream, type Logger } from 'pino';
import { REDACTED, SCAN_LENGTH_MAX, scanIdentifiers } from '../../src/seal/identifier-scan.ts';

/** A second guard: members that would hold what callers sent, should anybody ever log them. */
const REDACTED_PATHS = [
  'variables',
  'query',
  'body',
  'headers',
  'text',
  'data',
  '*.variables',
  '*.query',
  '*.body',
  '*.headers',
];

/** A UUID or a trace id of 32 hexadecimal digits; whatever else a caller sends could say something about a person. */
const REQUEST_ID = /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32})$/;

export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      redact: { paths: REDACTED_PATHS, censor: REDACTED },
      serializers: { err: faultForLog },
    },
    ...(destination === undefined ? [] : [destination]),
  );

/** The id that stands in the answer, its header and every log line of the request. */
export const requestIdOf = (header: string | readonly string[] | undefined): string =>
  typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID();

/** One line a request, when it is answered: the route as declared, never the address with what stands in it. */
export const logRequests = (app: FastifyInstance): void => {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'answered',
    );
    done();
  });
};

/** Name, message and place of a fault and its causes; vendor members (statement, parameters, detail) are left out. */
const faultForLog = (fault: unknown): unknown => {
  if (!(fault instanceof Error)) return { name: typeof fault };
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : undefined;
  return {
    name: fault.name,
    message: withoutNumbers(fault.message),
    ...(code === undefined ? {} : { code }),
    stack: withoutNumbers(fault.stack ?? ''),
    ...(fault.cause === undefined ? {} : { cause: faultForLog(fault.cause) }),
  };
};

const withoutNumbers = (message: string): string => {
  const text = message.slice(0, SCAN_LENGTH_MAX);
  return scanIdentifiers(text)
    .toReversed()
    .reduce((left, { start, end }) => left.slice(0, start) + REDACTED + left.slice(end), text);
};
