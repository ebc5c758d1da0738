// Executes a query by a plan that was made of it once: the same answers as the library's own executor, in less time.
import {
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  locatedError,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { GraphContext } from './context.ts';
import { argumentsFor, variablesOf } from './inputs.ts';
import { collectFields, type QueryParts } from './selection.ts';

/** Where a value stands in the answer. */
interface Path {
  readonly before: Path | undefined;
  readonly key: string | number;
}

/** What belongs to one run of a plan. */
interface Run {
  readonly context: GraphContext;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly errors: GraphQLError[];
}

/** Turns what a resolver gave into what stands in the answer, or a promise of it; throws where null may not stand. */
type Complete = (value: unknown, run: Run, path: Path) => unknown;
type RunFields = (source: unknown, run: Run, path: Path | undefined) => unknown;

export interface PlanResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
}
export type Plan = (variables: Readonly<Record<string, unknown>>, context: GraphContext) => Promise<PlanResult>;

/**
 * A plan for a valid query, or undefined for what only the library's executor does: mutations, `@skip`, `@include`,
 * introspection. Resolvers get an `info` that tells the field alone: no path,
 * operation or variables.
 */
export const planOf = (parts: QueryParts, operation: OperationDefinitionNode): Plan | undefined => {
  const type = parts.schema.getQueryType();
  if (operation.operation !== OperationTypeNode.QUERY || type === undefined || type === null || !parts.isPlain)
    return undefined;
  const fields = fieldsOf(parts, type, [operation.selectionSet.selections]);
  const variables = variablesOf(parts.schema, operation);
  return async (inputs, context) => {
    const { coerced, errors } = variables(inputs);
    if (errors !== undefined) return { errors };
    const run: Run = { context, variables: coerced, errors: [] };
    const data = await rootData(fields, run);
    return run.errors.length === 0 ? { data } : { data, errors: run.errors };
  };
};

const rootData = async (fields: RunFields, run: Run): Promise<Record<string, unknown> | null> => {
  try {
    return (await fields(undefined, run, undefined)) as Record<string, unknown>;
  } catch (error) {
    run.errors.push(error as GraphQLError);
    return null;
  }
};

/** Runs the fields of one object: all are begun before any is waited for. */
const fieldsOf = (
  parts: QueryParts,
  type: GraphQLObjectType,
  selections: Parameters<typeof collectFields>[2],
): RunFields => {
  const fields = [...collectFields(parts, type, selections)].map(([key, nodes]) => fieldOf(parts, type, key, nodes));
  return (source, run, path) => {
    const answer: Record<string, unknown> = {};
    const waiting: Promise<void>[] = [];
    try {
      for (const { key, resolve } of fields) {
        const value = resolve(source, run, { before: path, key });
        answer[key] = value;
        if (isPromise(value)) waiting.push(value.then((one) => void (answer[key] = one)));
      }
    } catch (error) {
      waiting.forEach(letGo);
      throw error;
    }
    return waiting.length === 0 ? answer : Promise.all(waiting).then(() => answer);
  };
};

interface PlannedField {
  readonly key: string;
  readonly resolve: (source: unknown, run: Run, path: Path) => unknown;
}

const fieldOf = (
  parts: QueryParts,
  type: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
): PlannedField => {
  const [node] = nodes as readonly [FieldNode];
  if (node.name.value === '__typename') return { key, resolve: () => type.name };
  const field = type.getFields()[node.name.value] as GraphQLField<unknown, unknown>;
  const argumentsOf = argumentsFor(field, node);
  const complete = completeOf(parts, field.type, nodes, `${type.name}.${field.name}`);
  const info = infoOf(parts, type, field, nodes);
  const { resolve = (source: unknown) => (source as Readonly<Record<string, unknown>>)[field.name] } = field;
  const run = (source: unknown, run: Run, path: Path): unknown => {
    const value: unknown = resolve(source, argumentsOf(run.variables), run.context, info);
    return isPromise(value) ? value.then((one) => complete(one, run, path)) : complete(value, run, path);
  };
  return { key, resolve: guarded(run, nodes, isNonNullType(field.type)) };
};

/** An error becomes null where null may stand, and is told once with its place; elsewhere it goes up. */
const guarded = <Value>(
  work: (value: Value, run: Run, path: Path) => unknown,
  nodes: readonly FieldNode[],
  isRequired: boolean,
) => {
  const failed = (error: unknown, run: Run, path: Path): null => {
    const located = locatedError(error, nodes, keysOf(path));
    if (isRequired) throw located;
    run.errors.push(located);
    return null;
  };
  return (value: Value, run: Run, path: Path): unknown => {
    try {
      const done = work(value, run, path);
      return isPromise(done) ? done.then(undefined, (error: unknown) => failed(error, run, path)) : done;
    } catch (error) {
      return failed(error, run, path);
    }
  };
};

const completeOf = (
  parts: QueryParts,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  name: string,
): Complete => {
  if (isNonNullType(type)) {
    const inner = completeOf(parts, type.ofType, nodes, name);
    const present = (value: unknown): unknown => {
      if (value !== null) return value;
      throw new Error(`Cannot return null for non-nullable field ${name}.`);
    };
    return (value, run, path) => {
      const done = inner(value, run, path);
      return isPromise(done) ? done.then(present) : present(done);
    };
  }
  const complete = completeNullable(parts, type, nodes, name);
  return (value, run, path) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    return complete(value, run, path);
  };
};

const completeNullable = (
  parts: QueryParts,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  name: string,
): Complete => {
  if (isLeafType(type)) return (value) => type.serialize(value);
  if (isListType(type)) return completeList(completeOf(parts, type.ofType, nodes, name), nodes, type.ofType);
  const selections = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet.selections]));
  if (isObjectType(type)) return fieldsOf(parts, type, selections);
  if (isAbstractType(type)) return completeAbstract(parts, type, selections);
  throw new TypeError(`no plan for the type of ${name}`);
};

const completeList = (complete: Complete, nodes: readonly FieldNode[], type: GraphQLOutputType): Complete => {
  const completeItem = guarded(
    (item: unknown, run: Run, path) =>
      isPromise(item) ? item.then((one) => complete(one, run, path)) : complete(item, run, path),
    nodes,
    isNonNullType(type),
  );
  return (value, run, path) => {
    const items: unknown[] = [];
    try {
      for (const item of value as Iterable<unknown>) {
        items.push(completeItem(item, run, { before: path, key: items.length }));
      }
    } catch (error) {
      [...items, ...(value as Iterable<unknown>)].filter(isPromise).forEach(letGo);
      throw error;
    }
    return items.some(isPromise) ? Promise.all(items) : items;
  };
};

/** Plans of the possible types are made when one of them is met. */
const completeAbstract = (
  parts: QueryParts,
  type: GraphQLAbstractType,
  selections: Parameters<typeof collectFields>[2],
): Complete => {
  const plans = new Map<string, RunFields>();
  return (value, run, path) => {
    const name = type.resolveType?.(value, run.context, {} as GraphQLResolveInfo, type);
    const possible = typeof name === 'string' ? parts.schema.getType(name) : undefined;
    if (!isObjectType(possible)) throw new TypeError(`${type.name} does not tell the type of a value`);
    const plan = plans.get(possible.name) ?? fieldsOf(parts, possible, selections);
    plans.set(possible.name, plan);
    return plan(value, run, path);
  };
};

const infoOf = (
  { schema, fragments }: QueryParts,
  parentType: GraphQLObjectType,
  { name: fieldName, type: returnType }: GraphQLField<unknown, unknown>,
  fieldNodes: readonly FieldNode[],
): GraphQLResolveInfo =>
  ({ fieldName, fieldNodes, returnType, parentType, schema, fragments }) as unknown as GraphQLResolveInfo;

const keysOf = (path: Path): readonly (string | number)[] => {
  const keys: (string | number)[] = [];
  for (let one: Path | undefined = path; one !== undefined; one = one.before) keys.unshift(one.key);
  return keys;
};

/** What it belongs to is lost already: nobody waits for it, and its failure is nobody's. */
const letGo = (lost: Promise<unknown>): void => void lost.catch(() => undefined);

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
