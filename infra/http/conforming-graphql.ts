// GraphQL over HTTP in full conformance, by Yoga: every request that does not name a registered document.
import type { ExecutionResult } from 'graphql';
import { GraphQLError } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { GraphContext } from '../../graphql/context.ts';
import type { GraphEngine } from '../../graphql/engine.ts';
import { ERROR_CODES, isErrorCode, publicError, requestNo, restated } from '../../graphql/errors.ts';
import { costOf, costRefusal, limitRules, operationOf, parseDocument } from '../../graphql/limits.ts';

/** What the route hands over with a request. */
interface ServerContext {
  readonly requestId: string;
  readonly graph: GraphContext;
}

/** The handler of one server; it parses, validates and executes under the same limits as `graphql/execute.ts`. */
export const conformingGraphql = (engine: GraphEngine, onFault: OnFault) =>
  createYoga<ServerContext, GraphContext>({
    schema: engine.schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: false,
    cors: false,
    multipart: false,
    batching: false,
    logging: false,
    context: ({ graph }) => graph,
    maskedErrors: false, // Done by `finish`, which knows the request.
    plugins: [limits(engine), finish(onFault)],
  });

const limits = ({ schema }: GraphEngine): Plugin<ServerContext> => ({
  onParse: ({ setParseFn }) => setParseFn((source) => parseDocument(typeof source === 'string' ? source : source.body)),
  onValidate: ({ addValidationRule }) => limitRules.forEach((rule) => addValidationRule(rule)),
  onExecute: ({ args: { document, operationName, variableValues }, setResultAndStopExecution }) => {
    const operation = operationOf(document, operationName);
    if (operation === undefined) return;
    try {
      const refusal = costRefusal(costOf(schema, document, operation, variableValues ?? {}));
      if (refusal !== undefined) setResultAndStopExecution({ errors: [refusal] });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      setResultAndStopExecution({ errors: [requestNo('BAD_USER_INPUT', error.message)] });
    }
  },
});

type OnFault = (fault: unknown, requestId: string) => void;

/** Every error is made public and gets the id of the request; one that ended the request gets its HTTP status too. */
const finish = (onFault: OnFault): Plugin<ServerContext> => ({
  onResultProcess: (payload) => {
    const { result } = payload;
    if (Array.isArray(result) || !('errors' in result) || result.errors === undefined) return;
    const { requestId } = payload.serverContext as unknown as ServerContext;
    const { errors = [], ...answer } = result as ExecutionResult;
    const wasExecuted = 'data' in answer;
    const made = errors.map((error) => publicError(coded(error), (fault) => onFault(fault, requestId)));
    payload.setResult({ ...answer, errors: made.map((error) => finished(error, requestId, wasExecuted)) });
  },
});

/** Yoga's own noes about a request have codes of their own, or none. */
const coded = (error: GraphQLError): GraphQLError => {
  const { code, http } = error.extensions;
  const isOurs = isErrorCode(code) || (code === undefined && http === undefined);
  return isOurs ? error : restated(error, { extensions: { ...error.extensions, code: 'BAD_REQUEST' } });
};

const finished = (error: GraphQLError, requestId: string, wasExecuted: boolean): GraphQLError => {
  const code = isErrorCode(error.extensions['code']) ? error.extensions['code'] : 'INTERNAL';
  const { status } = ERROR_CODES[code];
  const http = wasExecuted ? {} : { http: error.extensions['http'] ?? { status, spec: status === 400 } };
  return restated(error, { extensions: { ...error.extensions, ...http, code, requestId } });
};
