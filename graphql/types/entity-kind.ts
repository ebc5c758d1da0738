// Kinds of entity, as the first two characters of a code tell them.
import type { EntityKind as Kind } from '../../src/uscc.ts';
import { builder, text } from '../builder.ts';

const KINDS: Record<Kind, { readonly description: string; readonly value: Kind }> = {
  ENTERPRISE: { value: 'ENTERPRISE', description: text('企业。', 'Enterprise.') },
  INDIVIDUAL_BUSINESS: {
    value: 'INDIVIDUAL_BUSINESS',
    description: text('个体工商户。', 'Individual business, a sole trader.'),
  },
  FARMERS_COOPERATIVE: { value: 'FARMERS_COOPERATIVE', description: text('农民专业合作社。', 'Farmers’ cooperative.') },
  STATE_ORGAN: { value: 'STATE_ORGAN', description: text('机关。', 'State organ.') },
  PUBLIC_INSTITUTION: { value: 'PUBLIC_INSTITUTION', description: text('事业单位。', 'Public institution.') },
  MASS_ORGANISATION: { value: 'MASS_ORGANISATION', description: text('群众团体。', 'Mass organisation.') },
  SOCIAL_ORGANISATION: {
    value: 'SOCIAL_ORGANISATION',
    description: text('社会组织。', 'Association, foundation or private non-enterprise unit.'),
  },
  LAW_PRACTICE: { value: 'LAW_PRACTICE', description: text('律师执业机构。', 'Law practice.') },
  LEGAL_SERVICE: {
    value: 'LEGAL_SERVICE',
    description: text('公证、鉴定、仲裁等法律服务机构。', 'Notary, forensic, arbitration or other legal service.'),
  },
  RELIGIOUS_SITE: { value: 'RELIGIOUS_SITE', description: text('宗教活动场所。', 'Religious site.') },
  TRADE_UNION: { value: 'TRADE_UNION', description: text('基层工会。', 'Trade union.') },
  VILLAGE_COLLECTIVE: {
    value: 'VILLAGE_COLLECTIVE',
    description: text('农村集体经济组织。', 'Rural collective economic organisation.'),
  },
  FOREIGN_BODY: { value: 'FOREIGN_BODY', description: text('外国及港澳台常驻机构。', 'Resident body from abroad.') },
  OTHER: { value: 'OTHER', description: text('其他。', 'A class “other” of the standard.') },
  UNKNOWN: { value: 'UNKNOWN', description: text('未知。', 'Not told by the code, or no code.') },
};

export const EntityKind = builder.enumType('EntityKind', {
  description: text('主体类别；以后可能增加。', 'Kind of entity; more may come.'),
  values: KINDS,
});
