// How far each read model has read.
import { projections } from '../../projections/index.ts';
import { lagOf, type ProjectionLag, type ProjectionState as State } from '../../projections/lag.ts';
import { builder, STATEMENT_COST, text } from '../builder.ts';
import './scalars.ts';

const ProjectionState = builder.enumType('ProjectionState', {
  description: text('读模型的状态。', 'State of a read model; more may come.'),
  values: {
    CURRENT: { value: 'CURRENT', description: text('已读到最新。', 'It has read everything.') },
    CATCHING_UP: { value: 'CATCHING_UP', description: text('正在追赶。', 'It is reading what it has not read yet.') },
    HALTED: {
      value: 'HALTED',
      description: text('因无法读取的事实而停止。', 'It stopped at a fact that it cannot read.'),
    },
    NOT_PREPARED: { value: 'NOT_PREPARED', description: text('尚未建立。', 'Nothing is kept of it yet.') },
  } satisfies Record<State, { value: State; description: string }>,
});

const Projection = builder.objectRef<ProjectionLag>('Projection').implement({
  description: text('读模型：由事实依次推出。', 'A read model, folded from the facts in their order.'),
  fields: (t) => ({
    name: t.exposeString('name', { description: text('名称。', 'Its name.') }),
    version: t.exposeInt('version', { description: text('版本。', 'Its version.') }),
    position: t.field({
      type: 'Position',
      description: text('已读到的位置。', 'Place up to which it has read.'),
      resolve: ({ position }) => position,
    }),
    lagEvents: t.int({
      nullable: true,
      description: text(
        '尚未读取的事实数；无法计数时为空。',
        'Facts not read yet; null where the store cannot count them.',
      ),
      resolve: ({ lagEvents }) => Number(lagEvents),
    }),
    lagSeconds: t.exposeFloat('lagSeconds', {
      description: text(
        '首条未读事实的时长（秒）；已读到最新为 0。',
        'Age in seconds of the first fact not read yet; 0 when caught up.',
      ),
    }),
    state: t.field({ type: ProjectionState, description: text('状态。', 'Its state.'), resolve: ({ state }) => state }),
  }),
});

builder.queryField('projections', (t) =>
  t.field({
    type: [Projection],
    complexity: { field: 3 * STATEMENT_COST, multiplier: projections.length },
    description: text('各读模型的进度。', 'How far each read model has read; the head is read from the store.'),
    resolve: async (_root, _args, { eventStore, readModel, now }) => [
      ...(await lagOf({ store: eventStore, readModel, projections, now })),
    ],
  }),
);
