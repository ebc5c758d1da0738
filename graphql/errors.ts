// Every code that an answer may carry in `extensions.code`, in one place, and how an error becomes public.
import { GraphQLError, type GraphQLErrorExtensions, type GraphQLFormattedError } from 'graphql';
import { EventStoreUnavailable } from '../src/ledger/event-store.ts';
import { ReadModelUnavailable } from '../projections/read-model.ts';

/** The closed list. `status`: HTTP status when the request was not executed. Each code is caused by a test. */
export const ERROR_CODES = {
  BAD_REQUEST: { status: 400, zh: '请求格式有误。', en: 'The HTTP request is not a GraphQL request.' },
  GRAPHQL_PARSE_FAILED: { status: 400, zh: '查询无法解析。', en: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, zh: '查询与模式不符。', en: 'The document does not fit the schema.' },
  OPERATION_RESOLUTION_FAILURE: { status: 400, zh: '无法确定操作。', en: 'The operation to execute is not clear.' },
  DOCUMENT_UNKNOWN: { status: 400, zh: '没有登记此文档编号。', en: 'No document is registered under this documentId.' },
  BAD_USER_INPUT: { status: 400, zh: '输入有误。', en: 'An argument or variable has a wrong value.' },
  FORBIDDEN: { status: 403, zh: '无权读取。', en: 'The caller may not read this.' },
  BEHIND: {
    status: 503,
    zh: '数据尚未更新到所要求的位置。',
    en: 'The answer does not reflect the position asked for yet.',
  },
  TOO_COSTLY: { status: 400, zh: '查询开销过大。', en: 'The query costs too much: ask for fewer rows or fields.' },
  QUERY_TOO_DEEP: { status: 400, zh: '查询嵌套过深。', en: 'The selections are nested too deep.' },
  QUERY_TOO_LARGE: { status: 413, zh: '查询过大。', en: 'The document or the body is too large.' },
  TOO_MANY_ALIASES: { status: 400, zh: '别名过多。', en: 'The document has too many aliases.' },
  TOO_MANY_DIRECTIVES: { status: 400, zh: '指令过多。', en: 'The document has too many directives.' },
  UNAVAILABLE: { status: 503, zh: '数据暂时无法读取，请重试。', en: 'The data cannot be read for now; try again.' },
  INTERNAL: { status: 500, zh: '内部错误。', en: 'A fault on our side; name the requestId when you report it.' },
} as const satisfies Record<string, { readonly status: number; readonly zh: string; readonly en: string }>;
export type ErrorCode = keyof typeof ERROR_CODES;

/** An expected no. `detail` says what was wrong and how to fix it; it holds nothing that a caller should not see. */
export const no = (code: ErrorCode, detail: string): GraphQLError => new GraphQLError(detail, { extensions: { code } });

/**
 * A no that ends the request before anything is executed: it carries its HTTP status for the server. Under the media type
 * application/json a status of 400 is for HTTP alone, so there the answer stays 200 (GraphQL over HTTP, 6.4.1).
 */
export const requestNo = (code: ErrorCode, detail: string): GraphQLError => {
  const { status } = ERROR_CODES[code];
  return new GraphQLError(detail, { extensions: { code, http: { status, spec: status === 400 } } });
};

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);

/** Code of an error, or undefined when it is a fault of ours whose text must not leave. */
const codeOf = (error: GraphQLError): ErrorCode | undefined => {
  const { code } = error.extensions;
  if (isErrorCode(code)) return code;
  const { originalError: cause } = error;
  if (cause instanceof ReadModelUnavailable || cause instanceof EventStoreUnavailable) return 'UNAVAILABLE';
  if (cause !== undefined && !(cause instanceof GraphQLError)) return undefined;
  // Variables are coerced before there is a path; arguments are the only other input that execution itself refuses.
  return error.path === undefined || error.message.startsWith('Argument "') ? 'BAD_USER_INPUT' : undefined;
};

/**
 * The error as a caller may see it: with a code of the list always, masked when it is a fault. `onFault` gets what was
 * masked, for the log.
 */
export const publicError = (error: unknown, onFault: (fault: unknown) => void): GraphQLError => {
  const known = error instanceof GraphQLError ? error : new GraphQLError('', { originalError: asError(error) });
  const code = codeOf(known);
  if (code === undefined) onFault(known.originalError ?? error);
  const isOurs = code === undefined || code === 'UNAVAILABLE';
  return restated(known, {
    message: isOurs ? ERROR_CODES[code ?? 'INTERNAL'].en : known.message,
    extensions: { ...(isOurs ? {} : known.extensions), code: code ?? 'INTERNAL' },
  });
};

/** The error at the same place in the document and the answer, with other words or members. */
export const restated = (
  { nodes, source, positions, path, message }: GraphQLError,
  other: { readonly message?: string; readonly extensions: GraphQLErrorExtensions },
): GraphQLError =>
  new GraphQLError(other.message ?? message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions: other.extensions,
  });

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error('not an error', { cause: error });

/** What stands in the answer: without what is for the server alone, with the number that finds the log line. */
export const formatError = (error: GraphQLError, requestId: string): GraphQLFormattedError => {
  const { http: _server, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions: { ...extensions, requestId } };
};

/** HTTP status of a request that was not executed. */
export const statusOf = (errors: readonly GraphQLError[]): number =>
  Math.max(...errors.map(({ extensions: { code } }) => (isErrorCode(code) ? ERROR_CODES[code].status : 500)));
