// A penalty that no longer stands.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact } from '../fact.ts';
import { bodyCode } from './authority.ts';
import { longText, sealedMember, shortText } from './members.ts';
import { fullText } from './party.ts';
import { penaltyKey, penaltyNumbers } from './penalty-decided.ts';
import { notYet } from './stream-rules.ts';

/**
 * A penalty was changed, annulled, found illegal or void, so its publication is withdrawn. A changed one is stated
 * anew as PenaltyDecided. It ends the penalty and does not retract it: the decision was made, and an older file that
 * still holds it must not bring it back. `authority` and `documentNo` are those of the penalty.
 * Refuses: `in-the-future`.
 * Source: Administrative Penalty Law (2021), art. 48; rules on publicity of penalties (市监总局令45号), art. 11.
 */
export const penaltyWithdrawn = defineFact({
  type: 'PenaltyWithdrawn',
  schema: 1,
  description: 'A penalty was changed (变更), annulled (撤销), found illegal (确认违法) or void (确认无效).',
  data: z.strictObject({
    ...penaltyNumbers,
    manner: z
      .enum(['changed', 'annulled', 'found-illegal', 'found-void', 'other'])
      .describe('What became of the decision: 变更, 撤销, 确认违法, 确认无效, 其他.'),
    withdrawnOn: day.optional().describe('Day from which the penalty no longer stands.'),
    withdrawnBy: bodyCode
      .optional()
      .describe('Code of the body that decided so: the authority, a reviewing body, a court.'),
    withdrawnByName: shortText.optional().describe('Name of that body.'),
    withdrawalDocumentNo: shortText.optional().describe('Number of that body’s document.'),
    reason: longText.optional().describe('Reason as published.'),
    reasonFull: sealedMember('reasonFull').optional(),
  }),
  seals: { reasonFull: fullText('reason') },
  subject: 'required',
  category: 'penalty',
  key: penaltyKey,
  repeat: 'corrects',
  opening: { type: 'PenaltyDecided', kind: 'ends' },
  validFrom: ({ withdrawnOn }) => withdrawnOn,
  decide: ({ data }, _stream, today) => notYet(data, ['withdrawnOn'], today),
});
