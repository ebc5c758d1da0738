// The party of a licence, a penalty or a listing (行政相对人), as the double-publicity forms describe it.
import { z } from 'zod';
import { refusal, type Refusal, type Slot } from '../fact.ts';
import type { About, EventData } from '../ledger/event.ts';
import { subjectOf } from '../subject.ts';
import { classifyCode } from '../uscc.ts';
import { sealedMember, shortText } from './members.ts';

/** Kinds of party (行政相对人类别): 法人及非法人组织, 个体工商户, 自然人. */
export const PARTY_KINDS = ['organisation', 'sole-trader', 'person'] as const;

/** Kinds of identity document (证件类型): 身份证, 护照, 港澳居民来往内地通行证, 台湾居民来往大陆通行证, 外国人永久居留身份证. */
export const DOCUMENT_KINDS = [
  'citizen-id',
  'passport',
  'hk-macao-permit',
  'taiwan-permit',
  'foreign-resident-id',
  'other',
] as const;

/** Longest number of another register. */
const NUMBER_MAX = 120;
const number = z.string().min(1).max(NUMBER_MAX);

/** Numbers that stand in clear and so must not be a person's. */
const CLEAR_NUMBERS = ['registrationNo', 'organizationCode', 'taxNo', 'institutionNo', 'socialOrganizationNo'] as const;

export const partyMembers = {
  partyKind: z.enum(PARTY_KINDS).optional().describe('Kind of party (行政相对人类别).'),
  partyName: shortText
    .optional()
    .describe(
      'Name of an organisation or sole trader as the document writes it; a natural person goes to slot `party`.',
    ),
  party: sealedMember('party').optional(),
  partyDocumentKind: z.enum(DOCUMENT_KINDS).optional().describe('Kind of document (证件类型) of a natural person.'),
  partyDocument: sealedMember('partyDocument').optional(),
  partyTaxNo: sealedMember('partyTaxNo').optional(),
  registrationNo: number.optional().describe('Business registration number (工商注册号).'),
  organizationCode: number.optional().describe('Organisation code (组织机构代码).'),
  taxNo: number
    .optional()
    .describe('Tax number (税务登记号); one made of an identity number goes to slot `partyTaxNo`.'),
  institutionNo: number.optional().describe('Number as a public institution (事业单位证书号).'),
  socialOrganizationNo: number.optional().describe('Number as a social organisation (社会组织登记证号).'),
  personInCharge: shortText
    .optional()
    .describe('Legal representative, person in charge or operator (法定代表人、负责人、经营者) of an organisation.'),
  personInChargeDocumentKind: z.enum(DOCUMENT_KINDS).optional().describe('Kind of that person’s document.'),
  personInChargeDocument: sealedMember('personInChargeDocument').optional(),
} as const;

export const partySlots = {
  partyDocument: { person: 'party', identifies: true, description: 'Document number (证件号码) of a natural person.' },
  party: { person: 'party', description: 'Name of a natural person who is the party.' },
  partyTaxNo: { person: 'party', description: 'Tax number of the party where it is made of an identity number.' },
  personInChargeDocument: {
    person: 'personInCharge',
    identifies: true,
    description: 'Document number of the legal representative (法定代表人证件号码).',
  },
} as const satisfies { readonly [slot: string]: Slot };

/** The slot `<member>Full` of a free text: the text as stated, where the member itself is the redacted one. */
export const fullText = (of: string): Slot => ({
  person: 'party',
  description:
    `The full text of \`${of}\` where it is about a natural person or holds personal numbers; ` +
    'the member then holds the public text.',
});

/**
 * Refuses a natural person in clear: `invalid` for the name, `code-personal` for an identity number among the codes.
 */
export const personInClear = ({
  about,
  data,
}: {
  readonly about: readonly About[];
  readonly data: EventData;
}): Refusal | undefined => {
  if (data['partyName'] !== undefined && (data['partyKind'] === 'person' || isPerson(subjectOf(about)))) {
    const fix = 'seal the name in slot `party` and leave `partyName` out';
    return refusal('invalid', 'the name of a natural person stands in clear', fix, 'partyName');
  }
  const personal = CLEAR_NUMBERS.find((name) => isPersonal(data[name]));
  if (personal === undefined) return undefined;
  const fix = 'seal it in slot `partyDocument` or `partyTaxNo` and leave the clear member out';
  return refusal('code-personal', 'the number is an identity number of a natural person', fix, personal);
};

const isPerson = (subject = ''): boolean => /^(?:person|citizen-id|passport):/.test(subject);

const isPersonal = (value: EventData[string]): boolean =>
  typeof value === 'string' && classifyCode(value).kind === 'personal';
