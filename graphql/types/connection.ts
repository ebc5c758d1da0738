// Conventions of lists: pages go forward, by `first` and `after`; a cursor is the place of its row, never an offset.
import { builder, text } from '../builder.ts';
import { no } from '../errors.ts';
import { LIMITS, pageRows, rowsCounted } from '../limits.ts';

export const PAGE_ROWS_DEFAULT = 20;

/** What a connection resolves to. */
export interface Connection<Edge> {
  readonly edges: Edge[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Asked for only when it is selected; null when it is more than is counted out. */
  readonly totalCount: () => Promise<number | null>;
}

export interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    description: text(
      `总行数；超过 ${LIMITS.totalCountMax} 时为空。`,
      `How many rows there are in all; null above ${LIMITS.totalCountMax}.`,
    ),
    nullable: true,
    complexity: 10,
    resolve: ({ totalCount }) => totalCount(),
  }),
);

/** Points of a list: a statement, and its rows as many times as were asked for. */
export const pageComplexity = ({ first }: PageArgs) => ({
  field: 10,
  multiplier: rowsCounted(first, PAGE_ROWS_DEFAULT),
});

/** Descriptions of the two arguments that every list has. */
export const FIRST = text(
  `行数，1 至 ${LIMITS.pageRowsMax}。`,
  `How many rows, 1 to ${LIMITS.pageRowsMax}; more is refused.`,
);
export const AFTER = text('从此游标之后开始。', 'Begin after the row with this cursor.');

/** A cursor: base64url of the cells that place a row. */
export const encodeCursor = (cells: readonly string[]): string =>
  Buffer.from(JSON.stringify(cells)).toString('base64url');

/** @throws GraphQLError BAD_USER_INPUT when it is no cursor of this list. */
const decodeCursor = <Place>(cursor: string, place: (cells: readonly string[]) => Place | undefined): Place => {
  if (cursor.length <= LIMITS.cursorCharactersMax) {
    const cells = parsed(Buffer.from(cursor, 'base64url').toString());
    const isCells = Array.isArray(cells) && cells.every((cell) => typeof cell === 'string' && !cell.includes('\0'));
    const found = isCells ? place(cells) : undefined;
    if (found !== undefined) return found;
  }
  throw no('BAD_USER_INPUT', 'after is no cursor of this list: take it from an edge or from pageInfo');
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

/**
 * One page. `place` reads the cells of a cursor, undefined when they are not of this list; `rowsAfter` gets that place and
 * how many rows to read: one more than asked, which tells whether rows follow.
 */
export const page = async <Row, Place, Edge extends { readonly cursor: string }>(
  { first, after }: PageArgs,
  list: {
    readonly place: (cells: readonly string[]) => Place | undefined;
    readonly rowsAfter: (place: Place | undefined, limit: number) => Promise<readonly Row[]>;
    /** May leave a row out. */
    readonly edges: (rows: readonly Row[]) => Edge[] | Promise<Edge[]>;
    readonly totalCount: () => Promise<number | null>;
  },
): Promise<Connection<Edge>> => {
  const limit = pageRows(first ?? PAGE_ROWS_DEFAULT);
  const place = after === undefined || after === null ? undefined : decodeCursor(after, list.place);
  const rows = await list.rowsAfter(place, limit + 1);
  const edges = await list.edges(rows.slice(0, limit));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > limit,
      hasPreviousPage: place !== undefined,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: list.totalCount,
  };
};

/** A count as the schema gives it: null above the limit. The caller counted up to one more than the limit. */
export const countShown = (count: number | undefined): number | null =>
  count === undefined || count > LIMITS.totalCountMax ? null : count;
