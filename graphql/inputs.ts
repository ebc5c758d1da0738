// Variables and arguments of a query, prepared once so that a run only takes them over.
import {
  coerceInputValue,
  type FieldNode,
  getArgumentValues,
  getVariableValues,
  type GraphQLField,
  type GraphQLSchema,
  isInputType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  typeFromAST,
  type ValueNode,
} from 'graphql';

/** Coerces variables whose types were looked up once; a value that is missing or wrong is left to the library. */
export const variablesOf = (
  schema: GraphQLSchema,
  { variableDefinitions: definitions = [] }: OperationDefinitionNode,
) => {
  const known = definitions.map(({ variable, type }) => ({
    name: variable.name.value,
    type: typeFromAST(schema, type as NamedTypeNode),
  }));
  return (inputs: Readonly<Record<string, unknown>>): ReturnType<typeof getVariableValues> => {
    const coerced: Record<string, unknown> = {};
    let isCoerced = true;
    for (const { name, type } of known) {
      const value = inputs[name];
      if (value === undefined || value === null || !isInputType(type)) isCoerced = false;
      else coerced[name] = coerceInputValue(value, type, () => (isCoerced = false));
    }
    return isCoerced ? { coerced } : getVariableValues(schema, definitions, { ...inputs });
  };
};

type Variables = Readonly<Record<string, unknown>>;
type Arguments = Readonly<Record<string, unknown>>;

/** Arguments without variables are the same for ever; those that are variables are taken over, coerced as they are. */
export const argumentsFor = (
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): ((variables: Variables) => Arguments) => {
  const given = node.arguments ?? [];
  const fixed = given.filter(({ value }) => !usesVariables(value));
  const taken = given.flatMap(({ name, value }) =>
    value.kind === Kind.VARIABLE ? [[name.value, value.name.value] as const] : [],
  );
  const asLibrary = (variables: Variables): Arguments => getArgumentValues(field, node, variables);
  if (fixed.length + taken.length < given.length) return asLibrary;
  const others = { ...field, args: field.args.filter(({ name }) => !taken.some(([argument]) => argument === name)) };
  const known = getArgumentValues(others, { ...node, arguments: fixed }, {});
  if (taken.length === 0) return () => known;
  return (variables) => {
    const values: Record<string, unknown> = { ...known };
    for (const [argument, variable] of taken) {
      const value = variables[variable];
      if (value === undefined || value === null) return asLibrary(variables);
      values[argument] = value;
    }
    return values;
  };
};

/** Whether a value has a variable in it, however deep. */
const usesVariables = (value: ValueNode): boolean => {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(usesVariables);
  return value.kind === Kind.OBJECT && value.fields.some((field) => usesVariables(field.value));
};
