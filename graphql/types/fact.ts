// A recorded fact as everybody may read it: without keys, sealed texts, and who handed it in.
import type { LedgerEvent, RELATIONS, Role } from '../../src/ledger/event.ts';
import type { HistoryRow } from '../../projections/fact-history.ts';
import { isPublicFact, isPublicSubject } from '../access.ts';
import { builder, STATEMENT_COST, text } from '../builder.ts';
import type { GraphContext } from '../context.ts';
import { encodeNodeId, type FactId } from '../node-id.ts';
import { historyKey } from '../../projections/fact-history.ts';
import { Node, type NodeShape } from './node-interface.ts';
import './scalars.ts';

/** A fact as it was read: `knownTo` is the last position that was known then, absent for a read of the present. */
export interface FactNode extends NodeShape {
  readonly type: 'Fact';
  readonly position: bigint;
  readonly event: LedgerEvent;
  readonly subject: string;
  readonly knownTo?: bigint | undefined;
}

/** The node of a row, or undefined when the public may not read it or it was not known yet. */
export const factNode = (row: HistoryRow | undefined, knownTo: bigint | undefined): FactNode | undefined => {
  if (row === undefined || (knownTo !== undefined && row.position > knownTo)) return undefined;
  const { event } = row;
  if (!isPublicFact({ type: event.type, subject: row.subject })) return undefined;
  return { type: 'Fact', position: row.position, event, subject: row.subject, knownTo };
};

/** By its place, and when that holds another event (a ledger that was copied) by the id of the event. */
export const loadFact = async (id: FactId, { loaders }: GraphContext): Promise<FactNode | undefined> => {
  const row = await loaders.factByKey.load(id.key);
  return factNode(row?.id === id.event ? row : await loaders.factByEvent.load(id.event), id.knownTo);
};

const AboutRole = builder.enumType('AboutRole', {
  description: text('主体在事实中的角色。', 'Part of a subject in a fact; more may come.'),
  values: {
    SUBJECT: { value: 'subject', description: text('事实的主体。', 'The one whom the fact is about.') },
    PARTY: { value: 'party', description: text('当事人。', 'A party.') },
    OWNER: { value: 'owner', description: text('所有者。', 'An owner.') },
    RESPONDENT: { value: 'respondent', description: text('被投诉人。', 'The one complained of.') },
    PLATFORM: { value: 'platform', description: text('平台。', 'A platform.') },
    MENTIONED: { value: 'mentioned', description: text('仅被提及。', 'Only mentioned.') },
  } satisfies Record<string, { value: Role; description: string }>,
});

const RelationKind = builder.enumType('FactRelationKind', {
  description: text('与先前事实的关系。', 'How a fact stands to an earlier one; more may come.'),
  values: {
    CHANGES: { value: 'changes', description: text('情况变化。', 'The world moved on.') },
    CORRECTS: { value: 'corrects', description: text('更正：先前所述有误。', 'The earlier statement was wrong.') },
    RETRACTS: {
      value: 'retracts',
      description: text('撤回：本不应陈述。', 'The earlier statement should not have been made.'),
    },
    ENDS: { value: 'ends', description: text('终止。', 'The thing is over.') },
    CONFIRMS: {
      value: 'confirms',
      description: text('再次确认，内容未变。', 'Stated again, unchanged, as of a later day.'),
    },
  } satisfies Record<string, { value: (typeof RELATIONS)[number]; description: string }>,
});

const SourceKind = builder.enumType('FactSourceKind', {
  description: text('来源类别。', 'Kind of source; more may come.'),
  values: {
    AGENCY: { value: 'agency', description: text('机关。', 'A public body.') },
    CONSUMER: { value: 'consumer', description: text('消费者。', 'A consumer.') },
    MERCHANT: { value: 'merchant', description: text('经营者。', 'A merchant.') },
    OPERATOR: { value: 'operator', description: text('账本运营机构。', 'The body that runs this ledger.') },
  },
});

const About = builder.objectRef<LedgerEvent['about'][number]>('About').implement({
  description: text('事实涉及的主体。自然人不列出。', 'A subject that a fact names. Natural persons are left out.'),
  fields: (t) => ({
    subject: t.exposeString('subject', {
      description: text('主体编号，如 uscc:…。', 'Id of the subject: scheme and value, for example `uscc:…`.'),
    }),
    role: t.field({
      type: AboutRole,
      description: text('角色。', 'Its part in the fact.'),
      resolve: ({ role }) => role,
    }),
  }),
});

const Source = builder.objectRef<LedgerEvent['source']>('FactSource').implement({
  description: text('事实的来源。', 'Who stated a fact, in what, and as of when.'),
  fields: (t) => ({
    kind: t.field({ type: SourceKind, description: text('类别。', 'Kind of source.'), resolve: ({ kind }) => kind }),
    agency: t.field({
      type: 'USCC',
      description: text('负责机关的统一社会信用代码。', 'Code of the body that answers for the statement.'),
      resolve: ({ agency }) => agency,
    }),
    form: t.exposeString('form', { description: text('表格及版本。', 'Form and its version, `name@version`.') }),
    assertedOn: t.field({
      type: 'Date',
      description: text('陈述所截至的日期。', 'Day as of which it was stated.'),
      resolve: ({ assertedOn }) => assertedOn,
    }),
    batch: t.exposeString('batch', { description: text('批次编号。', 'Id of what was handed in.') }),
    line: t.exposeInt('line', { description: text('批次中的行号。', 'Line in it.') }),
    n: t.int({
      description: text('同一行中的序号，自 0 起。', 'Place among the facts of that line, from 0.'),
      resolve: ({ n }) => n ?? 0,
    }),
  }),
});

const Relation = builder.objectRef<FactNode>('FactRelation').implement({
  description: text('与先前事实的关系。', 'How this fact stands to an earlier one.'),
  fields: (t) => ({
    kind: t.field({
      type: RelationKind,
      description: text('关系。', 'The relation.'),
      resolve: ({ event }) => event.relates?.kind ?? 'changes',
    }),
    reason: t.string({
      nullable: true,
      description: text('理由代码。', 'Code of the reason, where one was given.'),
      resolve: ({ event }) => event.relates?.reason,
    }),
    fact: t.field({
      type: Fact,
      nullable: true,
      complexity: STATEMENT_COST,
      description: text('先前的事实；不公开的为空。', 'The earlier fact; null when it may not be read.'),
      resolve: async ({ event, knownTo }, _args, { loaders }) =>
        factNode(await loaders.factByEvent.load(event.relates?.event ?? ''), knownTo),
    }),
  }),
});

export const Fact = builder.objectRef<FactNode>('Fact');

const isSuperseding = ({ event }: FactNode): boolean => event.relates?.kind !== 'confirms';

Fact.implement({
  description: text(
    '账本记录的一条事实。',
    'A fact as the ledger recorded it: it is never changed, later facts relate to it.',
  ),
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({
      description: text('全局唯一的 id，不透明。', 'Id, unique in this API; opaque.'),
      resolve: ({ event, position, subject, knownTo }) =>
        encodeNodeId({ type: 'Fact', event: event.id, key: historyKey(subject, position), knownTo }),
    }),
    type: t.string({ description: text('事实类型。', 'Type of the fact.'), resolve: ({ event }) => event.type }),
    schema: t.int({
      description: text('数据格式版本。', 'Version of the shape of `data`.'),
      resolve: ({ event }) => event.schema,
    }),
    about: t.field({
      type: [About],
      complexity: { field: 1, multiplier: 2 },
      description: text('涉及的主体。', 'The subjects it names.'),
      resolve: ({ event }) => event.about.filter(({ subject }) => isPublicSubject(subject)),
    }),
    data: t.field({
      type: 'JSON',
      description: text(
        '内容；封存的部分只显示 {"$sealed": …}。',
        'What was stated; a sealed member stands as {"$sealed": …}.',
      ),
      resolve: ({ event }) => event.data,
    }),
    original: t.field({
      type: 'JSON',
      nullable: true,
      description: text(
        '原始单元格 [列, 文本]，仅在读取有损时。',
        'Cells as read, [column, text], where reading lost something.',
      ),
      resolve: ({ event }) => event.original,
    }),
  }),
});

/** When it is true, when it was learned, and how it stands to others. */
builder.objectFields(Fact, (t) => ({
  validFrom: t.field({
    type: 'Date',
    nullable: true,
    description: text('事实成立的首日；未知为空。', 'First day on which it is true; null when unknown.'),
    resolve: ({ event }) => event.valid?.from,
  }),
  validUntil: t.field({
    type: 'Date',
    nullable: true,
    description: text('不再成立的首日；未定为空。', 'First day on which it is no longer true; null while open.'),
    resolve: ({ event }) => event.valid?.until,
  }),
  recordedAt: t.field({
    type: 'DateTime',
    description: text('记录时刻。', 'Instant of recording.'),
    resolve: ({ event }) => event.recordedAt,
  }),
  position: t.field({
    type: 'Position',
    description: text('在账本中的位置。', 'Its place in the ledger.'),
    resolve: ({ position }) => position,
  }),
  source: t.field({
    type: Source,
    description: text('来源。', 'Who stated it.'),
    resolve: ({ event }) => event.source,
  }),
  relates: t.field({
    type: Relation,
    nullable: true,
    description: text('与先前事实的关系。', 'How it stands to an earlier fact; null when it relates to none.'),
    resolve: (fact) => (fact.event.relates === undefined ? null : fact),
  }),
  supersededBy: t.field({
    type: [Fact],
    complexity: { field: STATEMENT_COST, multiplier: 2 },
    description: text(
      '取代它的后续事实（变更、更正、撤回、终止），按记录先后。',
      'Later facts that changed, corrected, retracted or ended it, in their order.',
    ),
    resolve: async ({ event, knownTo }, _args, { loaders }) =>
      (await loaders.factsRelatedTo.load(event.id))
        .map((row) => factNode(row, knownTo))
        .filter((one) => one !== undefined)
        .filter(isSuperseding),
  }),
}));
