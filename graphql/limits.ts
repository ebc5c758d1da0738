// What one request may ask for at most. Pure: rules over the document, checks over arguments, the cost of an operation.
import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { no, requestNo, restated } from './errors.ts';

export const LIMITS = {
  bodyBytesMax: 131_072,
  tokensMax: 2_000,
  depthMax: 12,
  aliasesMax: 30,
  directivesMax: 20,
  /** Points; a field is one, a list of rows multiplies by its `first`. */
  costMax: 10_000,
  pageRowsMax: 100,
  nodeIdsMax: 100,
  suggestionsMax: 20,
  searchCharactersMax: 100,
  cursorCharactersMax: 1_000,
  /** Facts of one subject that an as-of read folds. */
  asOfFactsMax: 20_000,
  /** A `totalCount` above it is not counted out. */
  totalCountMax: 100_000,
} as const;

/**
 * Parses within the token limit.
 * @throws GraphQLError with GRAPHQL_PARSE_FAILED or QUERY_TOO_LARGE.
 */
export const parseDocument = (text: string): DocumentNode => {
  try {
    return parse(text, { maxTokens: LIMITS.tokensMax });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (error.message.includes('tokens. Parsing aborted')) {
      throw requestNo('QUERY_TOO_LARGE', `the document has more than ${LIMITS.tokensMax} tokens: split it`);
    }
    throw restated(error, { extensions: { code: 'GRAPHQL_PARSE_FAILED', http: { status: 400, spec: true } } });
  }
};

/** Validation rules on top of the standard ones, of which one bounds introspection. */
export const limitRules: readonly ValidationRule[] = [
  depthRule,
  countRule('aliases', LIMITS.aliasesMax),
  countRule('directives', LIMITS.directivesMax),
];

/** Deepest nesting of fields, through fragments; what is below `__schema` and `__type` is not counted. */
function depthRule(context: ValidationContext): ASTVisitor {
  const known = new Map<FragmentDefinitionNode, number>();
  const depthOf = ({ selections }: SelectionSetNode): number => Math.max(0, ...selections.map(depthOfSelection));
  const depthOfSelection = (selection: SelectionSetNode['selections'][number]): number => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return depthOf(selection.selectionSet);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return depthOfFragment(context.getFragment(selection.name.value));
    const inside = selection.selectionSet;
    return inside === undefined || selection.name.value.startsWith('__') ? 1 : 1 + depthOf(inside);
  };
  const depthOfFragment = (fragment: FragmentDefinitionNode | null | undefined): number => {
    if (fragment === undefined || fragment === null) return 0;
    const depth = known.get(fragment);
    if (depth !== undefined) return depth;
    known.set(fragment, 0); // A cycle is refused by another rule.
    known.set(fragment, depthOf(fragment.selectionSet));
    return known.get(fragment) ?? 0;
  };
  return {
    OperationDefinition: (operation) => {
      const depth = depthOf(operation.selectionSet);
      if (depth <= LIMITS.depthMax) return;
      context.reportError(requestNo('QUERY_TOO_DEEP', `the query is ${depth} fields deep, at most ${LIMITS.depthMax}`));
    },
  };
}

function countRule(what: 'aliases' | 'directives', max: number): ValidationRule {
  const code = what === 'aliases' ? 'TOO_MANY_ALIASES' : 'TOO_MANY_DIRECTIVES';
  return (context) => {
    let count = 0;
    const countOne = (): void => {
      count += 1;
      if (count === max + 1) context.reportError(requestNo(code, `the document has more than ${max} ${what}`));
    };
    return what === 'directives'
      ? { Directive: countOne }
      : { Field: ({ alias }) => (alias === undefined ? undefined : countOne()) };
  };
}

/** The operation to execute, or undefined when the document has several and none is named, or not the named one. */
export const operationOf = (document: DocumentNode, name?: string | null): OperationDefinitionNode | undefined => {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (name !== undefined && name !== null) return operations.find((one) => one.name?.value === name);
  return operations.length === 1 ? operations[0] : undefined;
};

/**
 * Points of an operation with these variables. The caller guarantees a valid document.
 * @throws GraphQLError when a variable has a wrong value.
 */
export const costOf = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number => {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const alone: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
  return complexityFromQuery(alone, { schema, variables: { ...variables } }).complexity;
};

/** The no for a cost above the limit, undefined below it. */
export const costRefusal = (cost: number): GraphQLError | undefined =>
  cost <= LIMITS.costMax
    ? undefined
    : requestNo(
        'TOO_COSTLY',
        `the query costs ${cost} points, at most ${LIMITS.costMax}: ask for fewer rows or fields`,
      );

/**
 * Rows of a page as asked.
 * @throws GraphQLError BAD_USER_INPUT below 1 and above the limit: nothing is cut down silently.
 */
export const pageRows = (first: number, max: number = LIMITS.pageRowsMax): number => {
  if (first < 1 || first > max) throw no('BAD_USER_INPUT', `first is ${first}; ask for 1 to ${max} rows`);
  return first;
};

/** @throws GraphQLError BAD_USER_INPUT for more ids than one request may name. */
export const checkIds = (ids: readonly string[]): readonly string[] => {
  if (ids.length > LIMITS.nodeIdsMax) {
    throw no('BAD_USER_INPUT', `${ids.length} ids were asked for, at most ${LIMITS.nodeIdsMax}`);
  }
  return ids;
};

/** How often a list counts: what was asked for, within what may be asked for. */
export const rowsCounted = (first: number | null | undefined, fallback: number): number =>
  Math.min(Math.max(first ?? fallback, 1), LIMITS.pageRowsMax);
