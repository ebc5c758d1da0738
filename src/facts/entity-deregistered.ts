// The end of an organisation in the register.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact, refusal } from '../fact.ts';
import { subjectOf } from '../subject.ts';
import { longText } from './members.ts';

/**
 * Deregistration (注销) or revocation of the business licence (吊销). It may arrive before any registration is known.
 * Refuses: `in-the-future`. Source: Regulation on the Administration of Market Entity Registration (2021), arts. 31 and 46.
 */
export const entityDeregistered = defineFact({
  type: 'EntityDeregistered',
  schema: 1,
  description: 'An organisation left the register (注销) or its business licence was revoked (吊销).',
  data: z.strictObject({
    endedOn: day.describe('Day on which the registration ended.'),
    manner: z.enum(['deregistered', 'revoked']).describe('`deregistered` (注销) or `revoked` (吊销).'),
    reason: longText.optional().describe('Reason as published.'),
  }),
  seals: {},
  subject: 'required',
  category: 'entity',
  key: ({ about }) => [subjectOf(about) ?? ''],
  repeat: 'changes',
  opening: { type: 'EntityRegistered', kind: 'ends' },
  validFrom: ({ endedOn }) => endedOn,
  decide: ({ data }, _stream, today) =>
    data.endedOn > today
      ? refusal('in-the-future', 'the registration ends after today', 'state it when it has ended', 'endedOn')
      : undefined,
});
