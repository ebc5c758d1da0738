// Registered capital.
import { builder, text } from '../builder.ts';
import './scalars.ts';

interface CapitalShape {
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly original: string;
}

export const Capital = builder.objectRef<CapitalShape>('Capital').implement({
  description: text('注册资本。', 'Registered capital.'),
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      nullable: true,
      description: text(
        '金额，以货币单位计；未载明为空。',
        'Amount in units of the currency (yuan, not 万元); null when unknown.',
      ),
      resolve: ({ amount }) => amount,
    }),
    currency: t.string({
      nullable: true,
      description: text('币种，ISO 4217；未载明为空。', 'Currency, ISO 4217; null when the register names none.'),
      resolve: ({ currency }) => currency,
    }),
    original: t.exposeString('original', { description: text('登记原文。', 'The text as read in the register.') }),
  }),
});
