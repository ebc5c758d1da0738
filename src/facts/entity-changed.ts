// Particulars of an organisation that changed.
import { z } from 'zod';
import { defineFact } from '../fact.ts';
import { subjectOf } from '../subject.ts';
import { registrationMembers, shortText, usccForm } from './members.ts';

/**
 * Change of registration (变更登记): only the members that changed; what is left out stays as it was.
 * `uscc` joins a later unified social credit code to an older registration number.
 * Source: Regulation on the Administration of Market Entity Registration (2021), art. 24.
 */
export const entityChanged = defineFact({
  type: 'EntityChanged',
  schema: 1,
  description: 'Particulars of a registered organisation changed (变更登记); members left out stay as they were.',
  data: z
    .strictObject({
      ...registrationMembers,
      name: shortText.optional().describe('New full name (名称).'),
      uscc: usccForm.optional().describe('The unified social credit code that replaces an older registration number.'),
    })
    .refine((data) => Object.values(data).some((member) => member !== undefined), 'state at least one member'),
  seals: {},
  subject: 'required',
  category: 'entity',
  key: ({ about }) => [subjectOf(about) ?? ''],
  repeat: 'changes',
  opening: { type: 'EntityRegistered', kind: 'changes' },
});
