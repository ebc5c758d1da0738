// Which fields a selection asks of one type.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionNode,
  visit,
} from 'graphql';

/** A valid document, taken apart. `isPlain`: without directives and introspection. */
export interface QueryParts {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly isPlain: boolean;
}

export const queryParts = (schema: GraphQLSchema, document: DocumentNode): QueryParts => {
  const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  let isPlain = true;
  visit(document, {
    Directive: () => void (isPlain = false),
    Field: ({ name: { value } }) => void (isPlain &&= !value.startsWith('__') || value === '__typename'),
  });
  return { schema, fragments: Object.fromEntries(fragments.map((one) => [one.name.value, one])), isPlain };
};

/** Fields by the name they have in the answer, in the order of the document; nodes of one name are merged. */
export const collectFields = (
  { schema, fragments }: QueryParts,
  type: GraphQLObjectType,
  selections: readonly (readonly SelectionNode[])[],
): ReadonlyMap<string, readonly FieldNode[]> => {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  const isOfType = (name: string | undefined): boolean => {
    if (name === undefined || name === type.name) return true;
    const condition = schema.getType(name);
    return isAbstractType(condition) && schema.isSubType(condition, type);
  };
  const collect = (selection: SelectionNode): void => {
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const nodes = fields.get(key) ?? [];
      nodes.push(selection);
      fields.set(key, nodes);
      return;
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (isOfType(selection.typeCondition?.name.value)) selection.selectionSet.selections.forEach(collect);
      return;
    }
    const fragment = fragments[selection.name.value];
    if (fragment === undefined || visited.has(selection.name.value)) return;
    visited.add(selection.name.value);
    if (isOfType(fragment.typeCondition.name.value)) fragment.selectionSet.selections.forEach(collect);
  };
  selections.flat().forEach(collect);
  return fields;
};
