// Objects with an id, and finding them again by it.
import { builder, STATEMENT_COST, text } from '../builder.ts';
import type { GraphContext } from '../context.ts';
import { checkIds, rowsCounted } from '../limits.ts';
import { decodeNodeId } from '../node-id.ts';
import { loadEntity } from '../entity-node.ts';
import { loadFact } from './fact.ts';
import { Node } from './node-interface.ts';

/** An id that finds nothing, for whatever reason, is null: whether a thing exists is not told apart from being readable. */
const loadNode = async (id: string, context: GraphContext) => {
  const decoded = decodeNodeId(id);
  if (decoded === undefined) return null;
  return (decoded.type === 'Entity' ? await loadEntity(decoded, context) : await loadFact(decoded, context)) ?? null;
};

builder.queryField('node', (t) =>
  t.field({
    type: Node,
    description: text('按 id 取对象；没有则为空。', 'The object with this id; null when there is none to be read.'),
    nullable: true,
    complexity: STATEMENT_COST,
    args: { id: t.arg.id({ required: true, description: text('对象的 id。', 'Id of the object.') }) },
    resolve: (_root, { id }, context) => loadNode(id, context),
  }),
);

builder.queryField('nodes', (t) =>
  t.field({
    type: [Node],
    description: text(
      '按 id 取多个对象，顺序相同；没有的为空。',
      'Objects by their ids, in the same order; null where there is none.',
    ),
    nullable: { list: false, items: true },
    complexity: ({ ids }) => ({ field: STATEMENT_COST, multiplier: rowsCounted(ids.length, 1) }),
    args: { ids: t.arg.idList({ required: true, description: text('至多 100 个 id。', 'At most 100 ids.') }) },
    resolve: (_root, { ids }, context) => checkIds(ids).map((id) => loadNode(id, context)),
  }),
);
