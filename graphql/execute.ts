// Compiles a document once and executes it in process: for pages, for registered documents and for tests.
import {
  type DocumentNode,
  execute as executeDocument,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  specifiedRules,
  validate,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { GraphContext } from './context.ts';
import { publicError, requestNo, restated } from './errors.ts';
import { costOf, costRefusal, limitRules, operationOf, parseDocument } from './limits.ts';

/** Costs of one document that are remembered; the document itself lives as long as its owner keeps it. */
const COSTS_KEPT_MAX = 1_000;

/** A document that was parsed and validated, with the one operation in it that runs. */
export interface CompiledDocument {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Runs the operation. Never throws. */
  readonly run: (variables: Variables, context: GraphContext) => ExecutionResult | Promise<ExecutionResult>;
  /** Points with these variables. @throws GraphQLError when one has a wrong value. */
  readonly cost: (variables: Variables) => number;
}

export type Variables = Readonly<Record<string, unknown>>;

/** An expected no is a value: the errors say what is wrong with the document. */
export type Compilation =
  | { readonly compiled: CompiledDocument; readonly errors?: undefined }
  | { readonly compiled?: undefined; readonly errors: readonly GraphQLError[] };

/** Parses, validates and checks the limits that depend on the text alone. `operationName` chooses among several. */
export const compileDocument = (schema: GraphQLSchema, text: string, operationName?: string): Compilation => {
  const parsed = parsedOrErrors(text);
  if (Array.isArray(parsed)) return { errors: parsed };
  const errors = validate(schema, parsed, [...specifiedRules, ...limitRules]);
  if (errors.length > 0) return { errors: errors.map(withCode) };
  const operation = operationOf(parsed, operationName);
  if (operation === undefined) {
    return { errors: [requestNo('OPERATION_RESOLUTION_FAILURE', 'name one of the operations of the document')] };
  }
  const run = compiledRun(schema, parsed, operation);
  return { compiled: { schema, document: parsed, operation, run, cost: rememberedCost(schema, parsed, operation) } };
};

/**
 * Executes with these variables. The answer never throws: a no before execution has no `data`. `onFault` gets what was
 * masked. The caller makes the context for this request alone.
 */
export const execute = async (
  { run, cost }: CompiledDocument,
  variables: Variables,
  context: GraphContext,
  onFault: (fault: unknown) => void = () => {},
): Promise<ExecutionResult> => {
  const refusal = costNo(() => cost(variables));
  if (refusal !== undefined) return { errors: [refusal] };
  const { errors, ...answer } = await run(variables, context);
  return errors === undefined
    ? answer
    : { ...answer, errors: errors.map((error) => publicError(wholeError(error), onFault)) };
};

/** The operation as a function made of its document once; what cannot be made so runs by the reference executor. */
const compiledRun = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledDocument['run'] => {
  const operationName = operation.name?.value;
  const compiled = compileQuery(schema, document, operationName);
  if (isCompiledQuery(compiled)) {
    return (variables, context) => compiled.query(undefined, context, { ...variables });
  }
  return (variableValues, contextValue) =>
    executeDocument({ schema, document, variableValues, contextValue, operationName: operationName ?? null });
};

/** A compiled document makes errors without extensions; the rest of this program expects the library's own. */
const wholeError = ({ message, path, originalError, extensions }: GraphQLError): GraphQLError =>
  new GraphQLError(message, {
    path: path ?? null,
    originalError: originalError ?? null,
    extensions: extensions ?? {},
  });

const costNo = (cost: () => number): GraphQLError | undefined => {
  try {
    return costRefusal(cost());
  } catch (error) {
    if (error instanceof GraphQLError) return badVariables(error);
    throw error;
  }
};

const badVariables = (error: GraphQLError): GraphQLError => requestNo('BAD_USER_INPUT', error.message);

const parsedOrErrors = (text: string): DocumentNode | GraphQLError[] => {
  try {
    return parseDocument(text);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
};

/** The error of a rule of the specification gets its code; one of our own has it already. */
const withCode = (error: GraphQLError): GraphQLError => {
  if (error.extensions['code'] !== undefined) return error;
  return restated(error, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400, spec: true } } });
};

/** A cost depends on numbers and on lengths of lists alone, so it is counted once for each of their combinations. */
const rememberedCost = (schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) => {
  const counted = (operation.variableDefinitions ?? []).filter(({ type }) => {
    const inner = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
    return inner.kind === Kind.LIST_TYPE || inner.name.value === 'Int';
  });
  const names = counted.map(({ variable }) => variable.name.value);
  const known = new Map<string, number>();
  return (variables: Variables): number => {
    const key = names.map((name) => sizeOf(variables[name])).join();
    const before = known.get(key);
    if (before !== undefined) return before;
    const cost = costOf(schema, document, operation, variables);
    if (known.size < COSTS_KEPT_MAX) known.set(key, cost);
    return cost;
  };
};

const sizeOf = (value: unknown): string =>
  Array.isArray(value) ? `[${value.length}]` : typeof value === 'number' ? String(value) : '';
