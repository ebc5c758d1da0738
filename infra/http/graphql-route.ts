// /graphql: registered documents on a short way, everything else through the conforming one.
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isPositionText } from '../../graphql/as-of.ts';
import type { GraphEngine } from '../../graphql/engine.ts';
import { ERROR_CODES, type ErrorCode, formatError, requestNo, statusOf } from '../../graphql/errors.ts';
import { LIMITS } from '../../graphql/limits.ts';
import { conformingGraphql } from './conforming-graphql.ts';
import { addGraphiqlFiles, graphiqlHeaders, graphiqlPage, wantsGraphiql } from './graphiql.ts';

/** Wait until the answer reflects this position. */
export const AT_LEAST_HEADER = 'huixin-at-least';
/** Position that the answer reflects at least. */
export const POSITION_HEADER = 'huixin-position';

const GRAPHQL_JSON = 'application/graphql-response+json';
const ANSWER_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;

/** A request for a registered document. */
interface DocumentRequest {
  readonly documentId: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Adds the route in a scope of its own: its body limit, its parser and its open CORS end there. */
export const addGraphqlRoute = (app: FastifyInstance, engine: GraphEngine): void => {
  void app.register(async (scope) => {
    await scope.register(cors, {
      origin: '*',
      methods: ['GET', 'POST'],
      exposedHeaders: [POSITION_HEADER, 'x-request-id'],
      maxAge: 86_400,
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LIMITS.bodyBytesMax }, (_request, body, done) =>
      done(null, body),
    );
    scope.setErrorHandler((error: { statusCode?: number }, request, reply) => {
      if (error.statusCode === 413) {
        return sendNo(request, reply, 'QUERY_TOO_LARGE', `the body is larger than ${LIMITS.bodyBytesMax} bytes`);
      }
      if ((error.statusCode ?? 500) < 500) return sendNo(request, reply, 'BAD_REQUEST', ERROR_CODES.BAD_REQUEST.en);
      request.log.error({ err: error }, 'fault');
      return sendNo(request, reply, 'INTERNAL', ERROR_CODES.INTERNAL.en);
    });
    addGraphiqlFiles(scope);

    const conforming = conformingGraphql(engine, (fault, requestId) =>
      app.log.error({ reqId: requestId, err: fault }, 'fault'),
    );
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const query = request.query as Readonly<Record<string, unknown>>;
      if (request.method === 'GET' && wantsGraphiql(request.headers.accept, query)) {
        return reply.headers(graphiqlHeaders).send(graphiqlPage);
      }
      if (!(await awaitPosition(engine, request, reply))) return reply;
      const asked = request.method === 'GET' ? documentInQuery(query) : documentInBody(request.body);
      if (asked === undefined) return answerConforming(conforming, engine, request, reply);
      if (asked === 'unclear')
        return sendNo(request, reply, 'BAD_REQUEST', 'send documentId with variables, and no query');
      return answerRegistered(engine, asked, request, reply);
    };
    scope.route({ method: ['GET', 'POST'], url: '/graphql', handler });
  });
};

/**
 * Waits for the position that the caller names, and tells the one that the answer reflects. False when a no was sent.
 */
const awaitPosition = async (
  { positions }: GraphEngine,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> => {
  const atLeast = request.headers[AT_LEAST_HEADER];
  if (atLeast !== undefined && (typeof atLeast !== 'string' || !isPositionText(atLeast))) {
    sendNo(request, reply, 'BAD_USER_INPUT', `${AT_LEAST_HEADER} is no position: take it from an answer`);
    return false;
  }
  try {
    const isReached = atLeast === undefined || (await positions.reach(BigInt(atLeast)));
    reply.header(POSITION_HEADER, String(await positions.floor()));
    if (!isReached) sendNo(request, reply, 'BEHIND', 'the answer would not reflect that position yet: ask again');
    return isReached;
  } catch (error) {
    request.log.error({ err: error }, 'fault');
    sendNo(request, reply, 'UNAVAILABLE', ERROR_CODES.UNAVAILABLE.en);
    return false;
  }
};

const documentInBody = (body: unknown): DocumentRequest | 'unclear' | undefined => {
  if (!Buffer.isBuffer(body) || !body.includes('"documentId"')) return undefined;
  const parsed = parsedJson(body.toString());
  return isRecord(parsed) ? documentIn(parsed, parsed['variables']) : undefined;
};

const documentInQuery = (query: Readonly<Record<string, unknown>>): DocumentRequest | 'unclear' | undefined => {
  const { variables } = query;
  return documentIn(query, typeof variables === 'string' ? parsedJson(variables) : variables);
};

const documentIn = (
  { documentId, query }: Readonly<Record<string, unknown>>,
  variables: unknown,
): DocumentRequest | 'unclear' | undefined => {
  if (documentId === undefined || documentId === null) return undefined;
  if (typeof documentId !== 'string' || (query !== undefined && query !== null)) return 'unclear';
  if (variables === undefined || variables === null) return { documentId, variables: {} };
  return isRecord(variables) ? { documentId, variables } : 'unclear';
};

const answerRegistered = async (
  engine: GraphEngine,
  { documentId, variables }: DocumentRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const compiled = engine.registered(documentId);
  if (compiled === undefined) return sendNo(request, reply, 'DOCUMENT_UNKNOWN', ERROR_CODES.DOCUMENT_UNKNOWN.en);
  const { data, errors } = await engine.run(compiled, variables, request.id);
  if (errors === undefined) return sendAnswer(request, reply, 200, JSON.stringify({ data }));
  const formatted = errors.map((error) => formatError(error, request.id));
  if (data !== undefined) return sendAnswer(request, reply, 200, JSON.stringify({ errors: formatted, data }));
  return sendAnswer(request, reply, statusOf(errors), JSON.stringify({ errors: formatted }));
};

const answerConforming = async (
  conforming: ReturnType<typeof conformingGraphql>,
  engine: GraphEngine,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && !name.startsWith(':')) headers.set(name, value);
  }
  const body = Buffer.isBuffer(request.body) ? { body: new Uint8Array(request.body) } : {};
  const response = await conforming.fetch(
    `http://localhost${request.url}`,
    { method: request.method, headers, ...body },
    { requestId: request.id, graph: engine.context(request.id) },
  );
  response.headers.forEach((value, name) => void reply.header(name, value));
  return reply
    .headers(ANSWER_HEADERS)
    .code(response.status)
    .send(Buffer.from(await response.arrayBuffer()));
};

/** A no of the route itself, in the shape of an answer. */
const sendNo = (request: FastifyRequest, reply: FastifyReply, code: ErrorCode, detail: string): FastifyReply => {
  const errors = [formatError(requestNo(code, detail), request.id)];
  return sendAnswer(request, reply, ERROR_CODES[code].status, JSON.stringify({ errors }));
};

/** Under application/json a refused request is 200, unless the status is of HTTP alone (GraphQL over HTTP, 6.4.1). */
const sendAnswer = (request: FastifyRequest, reply: FastifyReply, status: number, json: string): FastifyReply => {
  const isGraphqlJson = request.headers.accept?.includes(GRAPHQL_JSON) === true;
  return reply
    .headers(ANSWER_HEADERS)
    .code(isGraphqlJson || status !== 400 ? status : 200)
    .type(`${isGraphqlJson ? GRAPHQL_JSON : 'application/json'}; charset=utf-8`)
    .send(json);
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
