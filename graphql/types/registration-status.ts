// State of an entity in the register.
import type { RegistrationStatus as Status } from '../../projections/entity-view.ts';
import { builder, text } from '../builder.ts';

const STATUSES: Record<Status, { readonly value: Status; readonly description: string }> = {
  REGISTERED: { value: 'REGISTERED', description: text('存续（在业）。', 'It stands in the register.') },
  DEREGISTERED: { value: 'DEREGISTERED', description: text('注销。', 'It left the register.') },
  REVOKED: { value: 'REVOKED', description: text('吊销营业执照。', 'Its business licence was revoked.') },
  NOT_IN_REGISTER: {
    value: 'NOT_IN_REGISTER',
    description: text('登记中没有。', 'The ledger knows no registration of it on that day.'),
  },
};

export const RegistrationStatus = builder.enumType('RegistrationStatus', {
  description: text('登记状态；以后可能增加。', 'State in the register; more may come.'),
  values: STATUSES,
});
