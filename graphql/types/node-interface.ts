// The interface of objects that have an id.
import { builder, text } from '../builder.ts';

/** What every object with an id carries, so that its type is known. */
export interface NodeShape {
  readonly type: 'Entity' | 'Fact';
}

export const Node = builder.interfaceRef<NodeShape>('Node').implement({
  description: text('有 id 的对象。', 'An object with an id, which finds it again.'),
  resolveType: ({ type }) => type,
  fields: (t) => ({
    id: t.id({ description: text('全局唯一的 id，不透明。', 'Id, unique in this API; opaque.'), resolve: () => '' }),
  }),
});
