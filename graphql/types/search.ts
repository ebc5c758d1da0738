// Entities in lists, and finding one.
import { subjectId } from '../../src/subject.ts';
import { isRegistrationNo } from '../../src/registration-no.ts';
import { DISTRICTS } from '../../src/district.ts';
import { type At, settleAsOf } from '../as-of.ts';
import { builder, STATEMENT_COST, text } from '../builder.ts';
import { no } from '../errors.ts';
import type { GraphContext } from '../context.ts';
import {
  allEntities,
  entitiesFound,
  type EntityFilter as Filter,
  type EntityList,
  type Found,
  type Place,
  type SearchReason as Reason,
  subjectsOfRegistrationNo,
  subjectsOfUscc,
} from '../entity-index.ts';
import { type EntityNode, loadEntity } from '../entity-node.ts';
import { LIMITS, pageRows, rowsCounted } from '../limits.ts';
import { AsOfInput } from './as-of-input.ts';
import {
  AFTER,
  countShown,
  encodeCursor,
  FIRST,
  page,
  PAGE_ROWS_DEFAULT,
  type PageArgs,
  pageComplexity,
} from './connection.ts';
import { EntityKind } from './entity-kind.ts';
import { Entity } from './entity.ts';
import { RegistrationStatus } from './registration-status.ts';

const EntityFilter = builder.inputType('EntityFilter', {
  description: text('筛选条件，须同时满足。', 'What entities have to be; all members that are given must hold.'),
  fields: (t) => ({
    kind: t.field({ type: EntityKind, description: text('类别。', 'Kind of entity.') }),
    status: t.field({ type: RegistrationStatus, description: text('登记状态。', 'State in the register.') }),
    district: t.string({ description: text('区的代码。', 'Code of the district.') }),
  }),
});

const SearchReason = builder.enumType('SearchReason', {
  description: text('命中原因；以后可能增加。', 'Why an entity was found; more may come.'),
  values: {
    CODE: { value: 'CODE', description: text('统一社会信用代码相同。', 'The text is its unified social credit code.') },
    REGISTRATION_NO: {
      value: 'REGISTRATION_NO',
      description: text('旧注册号相同。', 'The text is its old registration number.'),
    },
    NAME: { value: 'NAME', description: text('名称相同。', 'The text is its name.') },
    NAME_PREFIX: { value: 'NAME_PREFIX', description: text('名称以此开头。', 'Its name begins with the text.') },
  } satisfies Record<Reason, { value: Reason; description: string }>,
});

const EntityConnection = builder.connectionObject({ type: Entity, name: 'EntityConnection' });
const EntitySearchConnection = builder.connectionObject(
  { type: Entity, name: 'EntitySearchConnection' },
  {
    name: 'EntitySearchEdge',
    fields: (t) => ({
      score: t.float({
        description: text('相关度，0 至 1，0.01 的倍数。', 'How well it fits, 0 to 1, a multiple of 0.01.'),
        resolve: (edge) => (edge as unknown as Edge).score,
      }),
      why: t.field({
        type: [SearchReason],
        description: text('命中原因。', 'Why it was found.'),
        resolve: (edge) => [...(edge as unknown as Edge).why],
      }),
    }),
  },
);

interface Edge {
  readonly cursor: string;
  readonly node: EntityNode;
  readonly score: number;
  readonly why: readonly Reason[];
}

const SUGGESTIONS_DEFAULT = 8;

const Suggestion = builder.objectRef<EntityNode>('Suggestion').implement({
  description: text('输入提示。', 'A completion of what is being typed.'),
  fields: (t) => ({
    text: t.string({ description: text('名称。', 'The name to show.'), resolve: ({ view }) => view.name }),
    entity: t.field({ type: Entity, description: text('主体。', 'The entity.'), resolve: (node) => node }),
  }),
});

/** One page of a list of entities. A row whose profile is not there yet is left out. */
const pageOf = (args: PageArgs, list: EntityList, context: GraphContext) =>
  page(args, {
    place: (cells: readonly string[]) => (cells.length === list.placeCells ? (cells as Place) : undefined),
    rowsAfter: list.after,
    edges: async (found: readonly Found[]): Promise<Edge[]> => {
      const nodes = await Promise.all(found.map(({ subject }) => loadEntity({ type: 'Entity', subject }, context)));
      return found.flatMap(({ place, score, why }, n) => {
        const node = nodes[n];
        return node === undefined ? [] : [{ cursor: encodeCursor(place), node, score, why }];
      });
    },
    totalCount: async () => countShown(await list.count()),
  });

const searchArgument = (asked: string): string => {
  if (asked.length <= LIMITS.searchCharactersMax) return asked;
  throw no('BAD_USER_INPUT', `a search text has at most ${LIMITS.searchCharactersMax} characters`);
};

const checkedFilter = (filter: Filter | null | undefined): Filter => {
  const code = filter?.district ?? undefined;
  if (code === undefined || DISTRICTS.some((one) => one.code === code)) return filter ?? {};
  throw no('BAD_USER_INPUT', 'filter.district is no code of a district');
};

interface Numbers {
  readonly uscc?: string | null | undefined;
  readonly registrationNo?: string | null | undefined;
}

/** One entity by one of its numbers. */
const entityBy = async (
  numbers: Numbers,
  at: At | undefined,
  context: GraphContext,
): Promise<EntityNode | undefined> => {
  const [uscc, registrationNo] = [numbers.uscc ?? undefined, numbers.registrationNo ?? undefined];
  if (uscc !== undefined && registrationNo === undefined) {
    const own = await loadEntity({ type: 'Entity', subject: subjectId('uscc', uscc), at }, context);
    if (own !== undefined && own.view.status !== 'NOT_IN_REGISTER') return own;
    return (await firstOf(await subjectsOfUscc(context.readModel, uscc), at, context)) ?? own;
  }
  if (uscc !== undefined || registrationNo === undefined) {
    throw no('BAD_USER_INPUT', 'name the entity by either its uscc or its registrationNo');
  }
  if (!isRegistrationNo(registrationNo)) throw no('BAD_USER_INPUT', 'registrationNo is a number of 13 or 15 digits');
  const found = await firstOf(await subjectsOfRegistrationNo(context.readModel, registrationNo), at, context);
  return found ?? loadEntity({ type: 'Entity', subject: subjectId('regno', registrationNo), at }, context);
};

const firstOf = async ([subject]: readonly string[], at: At | undefined, context: GraphContext) =>
  subject === undefined ? undefined : loadEntity({ type: 'Entity', subject, at }, context);

builder.queryField('entity', (t) =>
  t.field({
    type: Entity,
    nullable: true,
    complexity: 2 * STATEMENT_COST,
    description: text('按编号取主体；没有则为空。', 'The entity with this number; null when the ledger knows none.'),
    args: {
      uscc: t.arg({ type: 'USCC', description: text('统一社会信用代码。', 'Its unified social credit code.') }),
      registrationNo: t.arg.string({
        description: text('旧注册号。', 'Its old registration number, 13 or 15 digits.'),
      }),
      at: t.arg({
        type: AsOfInput,
        description: text('历史时点；缺省为现在。', 'A point in the past; the present when absent.'),
      }),
    },
    resolve: (_root, { at, ...by }, context) => entityBy(by, settleAsOf(at, context.today), context),
  }),
);

const FILTER = text('筛选条件。', 'What the entities have to be.');

builder.queryField('entities', (t) =>
  t.field({
    type: EntityConnection,
    complexity: pageComplexity,
    description: text('全部主体，按编号排序。', 'All entities, by id.'),
    args: {
      filter: t.arg({ type: EntityFilter, description: FILTER }),
      first: t.arg.int({ defaultValue: PAGE_ROWS_DEFAULT, description: FIRST }),
      after: t.arg.string({ description: AFTER }),
    },
    resolve: (_root, { filter, ...args }, context) =>
      pageOf(args, allEntities(context.readModel, checkedFilter(filter)), context),
  }),
);

builder.queryField('searchEntities', (t) =>
  t.field({
    type: EntitySearchConnection,
    complexity: pageComplexity,
    description: text(
      '查找主体：代码或旧注册号须完整，名称可只写开头。不含自然人。',
      'Finds entities by a whole code or old registration number, or by the beginning of the name. Never natural persons.',
    ),
    args: {
      text: t.arg.string({
        description: text('代码、旧注册号或名称开头；缺省为全部。', 'What is looked for; all entities when absent.'),
      }),
      filter: t.arg({ type: EntityFilter, description: FILTER }),
      first: t.arg.int({ defaultValue: PAGE_ROWS_DEFAULT, description: FIRST }),
      after: t.arg.string({ description: AFTER }),
    },
    resolve: (_root, { text: asked, filter, ...args }, context) =>
      pageOf(args, listFor(context, asked ?? undefined, checkedFilter(filter)), context),
  }),
);

const listFor = ({ readModel }: GraphContext, asked: string | undefined, filter: Filter): EntityList =>
  asked === undefined ? allEntities(readModel, filter) : entitiesFound(readModel, searchArgument(asked), filter);

builder.queryField('suggestEntities', (t) =>
  t.field({
    type: [Suggestion],
    complexity: ({ first }) => ({ field: STATEMENT_COST, multiplier: rowsCounted(first, SUGGESTIONS_DEFAULT) }),
    description: text('输入提示。', 'Completions of what is being typed.'),
    args: {
      prefix: t.arg.string({ required: true, description: text('已输入的文字。', 'What was typed so far.') }),
      first: t.arg.int({
        defaultValue: SUGGESTIONS_DEFAULT,
        description: text(`条数，1 至 ${LIMITS.suggestionsMax}。`, `How many, 1 to ${LIMITS.suggestionsMax}.`),
      }),
    },
    resolve: async (_root, { prefix, first }, context) => {
      const limit = pageRows(first ?? SUGGESTIONS_DEFAULT, LIMITS.suggestionsMax);
      const found = await entitiesFound(context.readModel, searchArgument(prefix), {}).after(undefined, limit);
      const nodes = await Promise.all(found.map(({ subject }) => loadEntity({ type: 'Entity', subject }, context)));
      return nodes.filter((node) => node !== undefined);
    },
  }),
);
