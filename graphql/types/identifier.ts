// Numbers that an entity is known by.
import type { EntityView } from '../../projections/entity-view.ts';
import { builder, text } from '../builder.ts';

type Scheme = 'USCC' | 'REGISTRATION_NO';

interface IdentifierShape {
  readonly scheme: Scheme;
  readonly value: string;
}

const IdentifierScheme = builder.enumType('IdentifierScheme', {
  description: text('编号种类。', 'Kind of number; more may come.'),
  values: {
    USCC: { value: 'USCC', description: text('统一社会信用代码。', 'Unified social credit code, GB 32100-2015.') },
    REGISTRATION_NO: {
      value: 'REGISTRATION_NO',
      description: text('旧工商注册号，13 或 15 位。', 'Registration number of the time before, 13 or 15 digits.'),
    },
  } satisfies Record<Scheme, { value: Scheme; description: string }>,
});

export const Identifier = builder.objectRef<IdentifierShape>('Identifier').implement({
  description: text('编号。', 'A number that an entity is known by.'),
  fields: (t) => ({
    scheme: t.field({ type: IdentifierScheme, description: text('种类。', 'Kind of number.'), resolve: ({ scheme }) => scheme }),
    value: t.exposeString('value', { description: text('编号。', 'The number.') }),
  }),
});

export const identifiersOf = ({ uscc, registrationNo }: Pick<EntityView, 'uscc' | 'registrationNo'>): IdentifierShape[] => [
  ...(uscc === undefined ? [] : [{ scheme: 'USCC' as const, value: uscc }]),
  ...(registrationNo === undefined ? [] : [{ scheme: 'REGISTRATION_NO' as const, value: registrationNo }]),
];
