// A penalty as its authority decided it.
import { z } from 'zod';
import { day } from '../day.ts';
import { defineFact, type KeyInput } from '../fact.ts';
import type { Json } from '../ledger/canonical-json.ts';
import { fen } from '../money.ts';
import { subjectOf } from '../subject.ts';
import { authorityMembers, documentKey } from './authority.ts';
import { longText, sealedMember, shortText } from './members.ts';
import { fullText, partyMembers, partySlots, personInClear } from './party.ts';
import { notYet } from './stream-rules.ts';

/** Kinds of penalty (处罚类别) in the order of the Administrative Penalty Law (2021), art. 9, each with its legal term. */
export const PENALTY_KINDS = [
  'warning', // 警告
  'circulated-criticism', // 通报批评
  'fine', // 罚款
  'confiscation-of-income', // 没收违法所得
  'confiscation-of-goods', // 没收非法财物
  'licence-suspension', // 暂扣许可证件
  'qualification-lowering', // 降低资质等级
  'licence-revocation', // 吊销许可证件
  'business-restriction', // 限制开展生产经营活动
  'business-suspension', // 责令停产停业
  'closure', // 责令关闭
  'profession-ban', // 限制从业
  'detention', // 行政拘留
  'other', // 其他
] as const;

/** Areas whose penalties stay published longer: 食品, 药品, 特种设备, 安全生产, 消防; `other` for any other. */
export const PENALTY_AREAS = [
  'food',
  'drugs',
  'special-equipment',
  'production-safety',
  'fire-safety',
  'other',
] as const;

/** What names a penalty: the authority and its decision. */
export const penaltyNumbers = {
  authority: authorityMembers.authority,
  documentNo: shortText.describe('Number of the decision (行政处罚决定书文号).'),
} as const;

/**
 * Natural key of a penalty: authority, decision, party. One decision on several parties is a penalty for each of
 * them.
 */
export const penaltyKey = ({
  about,
  data,
}: Pick<KeyInput<{ readonly authority: string; readonly documentNo: string }>, 'about' | 'data'>): readonly Json[] => [
  data.authority,
  documentKey(data.documentNo),
  subjectOf(about) ?? '',
];

/**
 * Administrative penalty (行政处罚) decided by one authority against one party. Units: whole fen. `claimedUntil` is what
 * the agency says; periods of publicity are computed by rule. Refuses: `in-the-future`, `code-personal`, `invalid`
 * for a natural person in clear.
 * Source: Administrative Penalty Law (2021), arts. 9 and 59; double-publicity form of 2018 (发改办财金〔2018〕424号).
 */
export const penaltyDecided = defineFact({
  type: 'PenaltyDecided',
  schema: 1,
  description: 'An authority decided a penalty (行政处罚) against one party.',
  data: z.strictObject({
    ...penaltyNumbers,
    ...authorityMembers,
    ...partyMembers,
    documentName: shortText.optional().describe('Name of the decision or the case (处罚名称).'),
    caseNo: shortText.optional().describe('Number of the case (立案号) at the authority.'),
    decidedOn: day.describe('Day of the decision (处罚决定日期).'),
    violation: longText.describe('Kind of violation (违法行为类型).'),
    violationFull: sealedMember('violationFull').optional(),
    facts: longText.optional().describe('Facts found (违法事实).'),
    factsFull: sealedMember('factsFull').optional(),
    basis: longText.optional().describe('Legal basis (处罚依据).'),
    kinds: z
      .array(z.enum(PENALTY_KINDS))
      .min(1)
      .max(PENALTY_KINDS.length)
      .refine((kinds) => new Set(kinds).size === kinds.length, 'name each kind once')
      .describe('Kinds of penalty (处罚类别), each once.'),
    kindsStated: shortText.optional().describe('Kinds in the source’s own words, where the list does not hold them.'),
    content: longText.describe('What was imposed (处罚内容).'),
    contentFull: sealedMember('contentFull').optional(),
    fineFen: fen.optional().describe('Fine (罚款金额), fen.'),
    confiscatedFen: fen.optional().describe('Value confiscated, income and goods together (没收金额), fen.'),
    affectedLicence: shortText
      .optional()
      .describe('Licence suspended or revoked: name and number (暂扣或吊销证照名称及编号).'),
    effectiveUntil: day
      .optional()
      .describe('Last day of the penalty’s own effect (处罚有效期), of a ban for instance.'),
    claimedUntil: day.optional().describe('End of publicity (公示截止期) as the agency claims it; a claim only.'),
    publishedOn: day.optional().describe('Day on which the authority first published the penalty.'),
    procedure: z
      .enum(['simple', 'ordinary'])
      .optional()
      .describe('Procedure: `simple` (简易程序) or `ordinary` (普通程序).'),
    severityStated: z
      .enum(['minor', 'general', 'serious'])
      .optional()
      .describe('Severity as the authority states it: 轻微, 一般, 严重.'),
    area: z.enum(PENALTY_AREAS).optional().describe('Area of law, where it decides the period of publicity.'),
    note: longText.optional().describe('Remark (备注).'),
    noteFull: sealedMember('noteFull').optional(),
  }),
  seals: {
    ...partySlots,
    violationFull: fullText('violation'),
    factsFull: fullText('facts'),
    contentFull: fullText('content'),
    noteFull: fullText('note'),
  },
  subject: 'required',
  category: 'penalty',
  key: penaltyKey,
  repeat: 'corrects',
  validFrom: ({ decidedOn }) => decidedOn,
  decide: (fact, _stream, today) => notYet(fact.data, ['decidedOn', 'publishedOn'], today) ?? personInClear(fact),
});
