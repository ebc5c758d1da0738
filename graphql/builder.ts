// The schema builder: how types are declared. It knows no concept of the ledger.
import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import type { Json } from '../src/ledger/canonical-json.ts';
import type { Day } from '../src/day.ts';
import type { GraphContext } from './context.ts';

interface BuilderTypes {
  Context: GraphContext;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  Connection: { readonly totalCount: () => Promise<number | null> };
  Scalars: {
    ID: { Input: string; Output: string };
    Date: { Input: Day; Output: Day };
    DateTime: { Input: string; Output: string };
    Decimal: { Input: string; Output: string };
    JSON: { Input: Json; Output: Json };
    Position: { Input: bigint; Output: bigint };
    USCC: { Input: string; Output: string };
  };
}

/** Chinese first line, English second: how everything in the schema is described. */
export const text = (zh: string, en: string): string => `${zh}\n${en}`;

/** Points of one statement to the read model that a field may cost on top of itself. */
export const STATEMENT_COST = 10;

export const builder = new SchemaBuilder<BuilderTypes>({
  plugins: [RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 10 }, // Counted before execution, see limits.ts.
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    cursorType: 'String',
    pageInfoTypeOptions: { description: text('分页信息。', 'Where a page stands among all rows.') },
    hasNextPageFieldOptions: { description: text('其后是否还有。', 'Whether rows follow this page.') },
    hasPreviousPageFieldOptions: { description: text('其前是否还有。', 'Whether this page began after a cursor.') },
    startCursorFieldOptions: {
      description: text('本页首行的游标。', 'Cursor of the first row; null on an empty page.'),
    },
    endCursorFieldOptions: {
      description: text('本页末行的游标，用于 after。', 'Cursor of the last row, for `after`; null on an empty page.'),
    },
    pageInfoFieldOptions: { description: text('分页信息。', 'Where this page stands among all rows.') },
    edgesFieldOptions: {
      description: text('本页各行。', 'The rows of this page.'),
      nullable: false,
      complexity: { field: 0, multiplier: 1 },
    },
    nodeFieldOptions: { description: text('该行的对象。', 'The object of this row.'), nullable: false },
    cursorFieldOptions: { description: text('该行的游标，不透明。', 'Cursor of this row; opaque.') },
    defaultConnectionTypeOptions: { description: text('一页结果。', 'One page of rows.') },
    defaultEdgeTypeOptions: { description: text('结果中的一行。', 'One row of a page.') },
  },
});

builder.queryType({ description: text('查询。', 'Everything that can be read.') });
