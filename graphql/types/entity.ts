// An organisation as the register shows it, on the day asked for.
import type { FormerName as FormerNameShape } from '../../projections/entity-view.ts';
import { isPositionText } from '../as-of.ts';
import { builder, text } from '../builder.ts';
import { asOfPosition, type EntityNode, historyBefore, historyCount } from '../entity-node.ts';
import { encodeNodeId } from '../node-id.ts';
import { Capital } from './capital.ts';
import { AFTER, encodeCursor, FIRST, page, PAGE_ROWS_DEFAULT, pageComplexity } from './connection.ts';
import { District } from './district.ts';
import { EntityKind } from './entity-kind.ts';
import { Fact } from './fact.ts';
import { Identifier } from './identifier.ts';
import { Node } from './node-interface.ts';
import { RegistrationStatus } from './registration-status.ts';
import './scalars.ts';

const FormerName = builder.objectRef<FormerNameShape>('FormerName').implement({
  description: text('曾用名。', 'A name that the entity had before.'),
  fields: (t) => ({
    name: t.exposeString('name', { description: text('名称。', 'The name.') }),
    until: t.field({
      type: 'Date',
      nullable: true,
      description: text('不再使用的首日。', 'First day on which it was no longer the name.'),
      resolve: ({ until }) => until,
    }),
  }),
});

const FactConnection = builder.connectionObject({ type: Fact, name: 'FactConnection' });

export const Entity = builder.objectRef<EntityNode>('Entity');

Entity.implement({
  description: text(
    '主体：登记机关登记的法人、非法人组织或个体工商户。',
    'An organisation or sole trader in the register, as of the day asked for. Read with `at`, its id carries that.',
  ),
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({
      description: text(
        '全局唯一的 id；含历史时点。',
        'Id, unique in this API; opaque. It carries the point in the past it was read at.',
      ),
      resolve: ({ id }) => encodeNodeId(id),
    }),
    uscc: t.field({
      type: 'USCC',
      nullable: true,
      description: text('统一社会信用代码。', 'Unified social credit code; null for an entity of the time before it.'),
      resolve: ({ view }) => view.uscc,
    }),
    identifiers: t.field({
      type: [Identifier],
      complexity: { field: 1, multiplier: 2 },
      description: text('各种编号。', 'Every number it is known by.'),
      resolve: ({ view }) => [...view.identifiers],
    }),
    name: t.string({
      description: text(
        '名称；账本不知名称时为其编号。',
        'Full registered name; its number while the ledger knows no name.',
      ),
      resolve: ({ view }) => view.name,
    }),
    formerNames: t.field({
      type: [FormerName],
      complexity: { field: 1, multiplier: 2 },
      description: text('曾用名，新的在前。', 'Names it had before, the latest first.'),
      resolve: ({ view }) => [...view.formerNames],
    }),
    kind: t.field({
      type: EntityKind,
      description: text('类别。', 'Kind of entity.'),
      resolve: ({ view }) => view.kind,
    }),
    status: t.field({
      type: RegistrationStatus,
      description: text('登记状态。', 'State in the register.'),
      resolve: ({ view }) => view.status,
    }),
  }),
});

/** Particulars of the register. */
builder.objectFields(Entity, (t) => ({
  registeredOn: t.field({
    type: 'Date',
    nullable: true,
    description: text('成立日期。', 'Day of establishment.'),
    resolve: ({ view }) => view.registeredOn,
  }),
  personInCharge: t.string({
    nullable: true,
    description: text(
      '法定代表人、负责人或经营者（登记所载）。',
      'Legal representative, person in charge or operator, as entered in the public register.',
    ),
    resolve: ({ view }) => view.personInCharge,
  }),
  capital: t.field({
    type: Capital,
    nullable: true,
    description: text('注册资本。', 'Registered capital.'),
    resolve: ({ view }) => view.capital,
  }),
  address: t.string({
    nullable: true,
    description: text('住所或经营场所。', 'Domicile or place of business as registered.'),
    resolve: ({ view }) => view.address,
  }),
  district: t.field({
    type: District,
    nullable: true,
    description: text('所在区，取自地址。', 'District that the address names; null when it names none.'),
    resolve: ({ view }) => view.district,
  }),
  businessScope: t.string({
    nullable: true,
    description: text('经营范围。', 'Business scope as registered.'),
    resolve: ({ view }) => view.businessScope,
  }),
}));

/** What the entity rests on. */
builder.objectFields(Entity, (t) => ({
  history: t.field({
    type: FactConnection,
    complexity: pageComplexity,
    description: text('全部公开事实，新的在前。', 'Every public fact about it, the latest recorded first.'),
    args: {
      first: t.arg.int({ defaultValue: PAGE_ROWS_DEFAULT, description: FIRST }),
      after: t.arg.string({ description: AFTER }),
    },
    resolve: (entity, args, context) =>
      page(args, {
        place: ([position = '', ...others]) =>
          others.length === 0 && isPositionText(position) ? BigInt(position) : undefined,
        rowsAfter: (before, limit) => historyBefore(entity, before, limit, context),
        edges: (facts) => facts.map((node) => ({ cursor: encodeCursor([String(node.position)]), node })),
        totalCount: () => historyCount(entity, context),
      }),
  }),
  asOfPosition: t.field({
    type: 'Position',
    description: text(
      '此回答所反映的账本位置；以 at.position 传回可重得同一回答。',
      'Place in the ledger that this answer reflects; the same is read again with it as `at.position`.',
    ),
    resolve: (entity, _args, context) => asOfPosition(entity, context),
  }),
}));
