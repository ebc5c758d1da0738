// Numbers that an entity is known by.
import type { Identifier as IdentifierShape } from '../../projections/entity-view.ts';
import { builder, text } from '../builder.ts';
import './scalars.ts';

type Scheme = IdentifierShape['scheme'];

const IdentifierScheme = builder.enumType('IdentifierScheme', {
  description: text('编号种类。', 'Kind of number; more may come.'),
  values: {
    USCC: { value: 'USCC', description: text('统一社会信用代码。', 'Unified social credit code, GB 32100-2015.') },
    REGISTRATION_NO: {
      value: 'REGISTRATION_NO',
      description: text('旧工商注册号，13 或 15 位。', 'Registration number of the time before, 13 or 15 digits.'),
    },
    ORGANISATION_CODE: {
      value: 'ORGANISATION_CODE',
      description: text('组织机构代码，取自统一代码。', 'Organisation code, GB 11714, read out of the code.'),
    },
  } satisfies Record<Scheme, { value: Scheme; description: string }>,
});

export const Identifier = builder.objectRef<IdentifierShape>('Identifier').implement({
  description: text('编号。', 'A number that an entity is known by.'),
  fields: (t) => ({
    scheme: t.field({
      type: IdentifierScheme,
      description: text('种类。', 'Kind of number.'),
      resolve: ({ scheme }) => scheme,
    }),
    value: t.exposeString('value', { description: text('编号。', 'The number.') }),
    from: t.field({
      type: 'Date',
      nullable: true,
      description: text('启用日期；不详为空。', 'First day of it, where a later fact joined it; null otherwise.'),
      resolve: ({ from }) => from,
    }),
  }),
});
