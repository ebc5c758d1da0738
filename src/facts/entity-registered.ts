// An organisation as its register shows it.
import { z } from 'zod';
import { defineFact, refusal } from '../fact.ts';
import { subjectOf } from '../subject.ts';
import { registrationMembers } from './members.ts';

/**
 * State of an organisation in the register (登记): a snapshot, so a later one with other content changes it.
 * `checkCharacter: 'wrong'` flags a code of the right form whose check character does not fit; the register speaks, so it
 * is kept and flagged. Refuses: `in-the-future`. Source: Regulation on the Administration of Market Entity Registration (2021), art. 8.
 */
export const entityRegistered = defineFact({
  type: 'EntityRegistered',
  schema: 1,
  description: 'An organisation stands in the register (登记) with these particulars.',
  data: z.strictObject({
    ...registrationMembers,
    checkCharacter: z
      .enum(['wrong', 'exception'])
      .optional()
      .describe('Set when the code does not satisfy its check: `exception` when it is a known legal one.'),
  }),
  seals: {},
  subject: 'required',
  category: 'entity',
  key: ({ about }) => [subjectOf(about) ?? ''],
  repeat: 'changes',
  decide: ({ data }, _stream, today) =>
    data.registeredOn !== undefined && data.registeredOn > today
      ? refusal('in-the-future', 'the day of establishment lies after today', 'correct the day', 'registeredOn')
      : undefined,
});
