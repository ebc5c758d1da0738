// The end of an entry in a public list.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact, refusal } from '../fact.ts';
import type { LedgerEvent } from '../ledger/event.ts';
import { listingKey, listingNames } from './listing-entered.ts';
import { longText, sealedMember, shortText } from './members.ts';
import { fullText } from './party.ts';
import { contradiction, notYet } from './stream-rules.ts';

/**
 * Exit of a subject from a list (移出名录、名单). `documentNo`, or else `enteredOn`, is that of the entry.
 * Refuses: `in-the-future`, `ends-before-start`, `contradicts` when the same agency stated an entry after that day.
 * Source: 企业经营异常名录管理办法; 市场监督管理严重违法失信名单管理办法 (市监总局令44号, 2021).
 */
export const listingExited = defineFact({
  type: 'ListingExited',
  schema: 1,
  description: 'A subject left a public list of conduct (移出名录、名单).',
  data: z
    .strictObject({
      ...listingNames,
      enteredOn: day.optional().describe('Day of entry (列入日期), which names the entry where it has no document.'),
      exitedOn: day.describe('Day of exit (移出日期).'),
      exitDocumentNo: shortText.optional().describe('Number of the decision on the exit (移出决定文号).'),
      manner: z
        .enum(['corrected', 'repaired', 'period-over', 'annulled', 'other'])
        .optional()
        .describe('`corrected`: the ground is gone; `repaired` (信用修复); `period-over`; `annulled` (撤销列入).'),
      reason: longText.optional().describe('Reason as published (移出原因).'),
      reasonFull: sealedMember('reasonFull').optional(),
    })
    .refine(
      (data) => data.documentNo !== undefined || data.enteredOn !== undefined,
      'state documentNo or, where the entry has none, enteredOn',
    ),
  seals: { reasonFull: fullText('reason') },
  subject: 'required',
  category: 'listing',
  key: listingKey,
  repeat: 'corrects',
  opening: { type: 'ListingEntered', kind: 'ends' },
  validFrom: ({ exitedOn }) => exitedOn,
  decide: (fact, stream, today) =>
    notYet(fact.data, ['exitedOn'], today) ??
    (fact.data.enteredOn !== undefined && fact.data.exitedOn < fact.data.enteredOn
      ? refusal('ends-before-start', 'the exit lies before the entry', 'correct one of the two days', 'exitedOn')
      : contradiction(fact, stream, (event) => enteredAfter(event, fact.data.exitedOn))),
});

const enteredAfter = ({ type, data }: LedgerEvent, exitedOn: string): boolean =>
  type === 'ListingEntered' && typeof data['enteredOn'] === 'string' && data['enteredOn'] > exitedOn;
