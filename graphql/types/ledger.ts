// The ledger as a whole.
import { builder, STATEMENT_COST, text } from '../builder.ts';
import './scalars.ts';

interface LedgerShape {
  readonly head: bigint;
}

const Ledger = builder.objectRef<LedgerShape>('Ledger').implement({
  description: text('账本。', 'The ledger.'),
  fields: (t) => ({
    head: t.field({
      type: 'Position',
      description: text('最后一条事实的位置。', 'Place of the last fact, read from the store itself.'),
      resolve: ({ head }) => head,
    }),
    events: t.int({
      description: text('事实总数。', 'How many facts are recorded.'),
      resolve: ({ head }) => Number(head), // Positions are gap-free.
    }),
    generated: t.boolean({
      description: text('是否为生成的演示数据。', 'Whether it holds generated data, of no real body.'),
      resolve: (_ledger, _args, { marks }) => marks.generated,
    }),
    testClock: t.boolean({
      description: text('是否在固定日期下写入（测试）。', 'Whether it was written under a fixed day, as a test.'),
      resolve: (_ledger, _args, { marks }) => marks.testClock,
    }),
  }),
});

builder.queryField('ledger', (t) =>
  t.field({
    type: Ledger,
    complexity: STATEMENT_COST,
    description: text('账本的状态。', 'State of the ledger.'),
    resolve: async (_root, _args, { eventStore }) => ({ head: await eventStore.head() }),
  }),
);
