// An entry in a public list of conduct.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact, type KeyInput } from '../fact.ts';
import type { Json } from '../ledger/canonical-json.ts';
import type { EventData, LedgerEvent } from '../ledger/event.ts';
import { fen } from '../money.ts';
import { subjectOf } from '../subject.ts';
import { authorityMembers, documentKey } from './authority.ts';
import { longText, sealedMember, shortText } from './members.ts';
import { fullText, partyMembers, partySlots, personInClear } from './party.ts';
import { contradiction, notYet } from './stream-rules.ts';

/** Lists, each with its legal term. */
export const LISTS = [
  'abnormal-operation', // 经营异常名录；个体工商户经营异常状态
  'serious-violation', // 市场监督管理严重违法失信名单
  'judgment-debtor', // 失信被执行人
  'tax-violation', // 重大税收违法失信主体
  'wage-arrears', // 拖欠农民工工资失信联合惩戒对象
  'other-dishonesty', // 其他严重失信主体名单
  'honour', // 守信激励对象、诚信典型
] as const;

/** Grounds of the list of abnormal operation: 未按期年报, 未按期公示信息, 公示信息弄虚作假, 无法联系; `other` for other lists. */
export const LISTING_GROUNDS = [
  'annual-report-missing',
  'information-missing',
  'information-false',
  'unreachable',
  'other',
] as const;

/** What names an entry besides its subject: list, authority, and the document or else the day of entry. */
export const listingNames = {
  authority: authorityMembers.authority,
  list: z.enum(LISTS).describe('The list.'),
  documentNo: shortText.optional().describe('Number of the decision on the entry (列入决定文号).'),
} as const;

/** Natural key of an entry; an entity that comes back to a list has a new one. */
export const listingKey = ({ about, data }: Pick<KeyInput<EventData>, 'about' | 'data'>): readonly Json[] => {
  const { authority = '', list = '', documentNo, enteredOn = '' } = data;
  const episode = typeof documentNo === 'string' ? ['document', documentKey(documentNo)] : ['day', enteredOn];
  return [authority, list, subjectOf(about) ?? '', ...episode];
};

/**
 * Entry of one subject in a list (列入名录、名单) by decision of an authority. Refuses: `in-the-future`, `code-personal`,
 * `invalid` for a natural person in clear, `contradicts` when the same agency stated an exit before that day.
 * Source: 企业经营异常名录管理办法; 市场监督管理严重违法失信名单管理办法 (市监总局令44号, 2021).
 */
export const listingEntered = defineFact({
  type: 'ListingEntered',
  schema: 1,
  description: 'A subject was entered in a public list of conduct (列入名录、名单).',
  data: z.strictObject({
    ...listingNames,
    ...authorityMembers,
    ...partyMembers,
    enteredOn: day.describe('Day of entry (列入日期).'),
    listName: shortText.optional().describe('Name of the list in the source’s own words.'),
    ground: longText.describe('Ground of the entry (列入原因).'),
    groundFull: sealedMember('groundFull').optional(),
    groundKind: z.enum(LISTING_GROUNDS).optional().describe('Ground by the grounds of the list of abnormal operation.'),
    basis: longText.optional().describe('Legal basis (列入依据).'),
    caseNo: shortText.optional().describe('Number of the court’s or authority’s case (案号).'),
    owedFen: fen.optional().describe('Amount owed or evaded that the entry states, fen.'),
    measures: longText.optional().describe('Measures tied to the entry (惩戒或激励措施).'),
    claimedUntil: day.optional().describe('Planned end of the entry as the authority claims it; a claim only.'),
    note: longText.optional().describe('Remark (备注).'),
    noteFull: sealedMember('noteFull').optional(),
  }),
  seals: { ...partySlots, groundFull: fullText('ground'), noteFull: fullText('note') },
  subject: 'required',
  category: 'listing',
  key: listingKey,
  repeat: 'corrects',
  validFrom: ({ enteredOn }) => enteredOn,
  decide: (fact, stream, today) =>
    notYet(fact.data, ['enteredOn'], today) ??
    personInClear(fact) ??
    contradiction(fact, stream, (event) => leftBefore(event, fact.data.enteredOn)),
});

const leftBefore = ({ type, data }: LedgerEvent, enteredOn: string): boolean =>
  type === 'ListingExited' && typeof data['exitedOn'] === 'string' && data['exitedOn'] < enteredOn;
