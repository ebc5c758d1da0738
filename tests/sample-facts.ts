// One stated fact of each type that states every member it can, for tests. Codes lie in division 990000, which is not
// given out.
import type { Relates, Valid } from '../src/ledger/event.ts';
import type { FactType } from '../src/facts/index.ts';

/** A stated fact as a line of an ndjson file holds it. */
export interface Stated {
  readonly type: string;
  readonly about: readonly { readonly subject: string; readonly role: string }[];
  readonly data: { readonly [name: string]: unknown };
  readonly valid?: Valid;
  readonly relates?: Relates;
  readonly seal?: { readonly [slot: string]: string };
}

export const SHOP = 'uscc:91990000MA0000015Q';
export const TRADER = 'uscc:92990000MA0000023G';
export const PERSON = `person:${'p'.repeat(43)}`;
export const AUTHORITY = '11990000000000107Q';
export const OTHER_BODY = '119900000000002032';
/** A number of the right form and check in division 999999. */
export const CITIZEN_ID = '999999199001010016';

const aboutShop = [{ subject: SHOP, role: 'subject' }];

const party = {
  partyKind: 'organisation',
  partyName: '惠信样例商贸有限公司',
  partyDocumentKind: 'citizen-id',
  registrationNo: '990000100000001',
  organizationCode: 'MA0000015',
  taxNo: '91990000MA0000015Q',
  institutionNo: '199000000001',
  socialOrganizationNo: '990000-0001',
  personInCharge: '样甲',
  personInChargeDocumentKind: 'citizen-id',
};
const partySeal = {
  party: '样乙',
  partyDocument: CITIZEN_ID,
  partyTaxNo: `${CITIZEN_ID}01`,
  personInChargeDocument: CITIZEN_ID,
};
const bodies = {
  authority: AUTHORITY,
  authorityName: '样例市市场监督管理局',
  sourceBody: OTHER_BODY,
  sourceBodyName: '样例市信用中心',
};
const licence = { authority: AUTHORITY, documentNo: '样许〔2025〕1号', licenceNo: 'JY19900000000001' };
const dispute = {
  caseNo: '20260001',
  receivedBy: AUTHORITY,
  receivedByName: '样例市市场监督管理局',
  category: '售后服务',
  filedOn: '2026-05-06',
  channel: '12315',
  businessName: '惠信样例商贸',
  businessAddress: '样例市样例路1号',
  platform: 'sample-platform',
  shopId: '1001',
  product: '电饭煲',
  amountFen: 29900,
};
const step = { caseNo: '20260001', receivedBy: AUTHORITY };
const note = { note: '电话告知双方' };
const rating = { platform: 'sample-platform', shopId: '1001', ratedOn: '2026-05-06' };
const later = { ...rating, orderRef: 'O-1', rating: '00000000-0000-8000-8000-000000000001' };
const listing = { authority: AUTHORITY, list: 'abnormal-operation', documentNo: '样列〔2025〕3号' };

const decisions: readonly Stated[] = [
  {
    type: 'LicenceGranted',
    about: aboutShop,
    data: {
      ...bodies,
      ...licence,
      ...party,
      documentName: '食品经营许可决定书',
      itemCode: '000131012000',
      kind: 'ordinary',
      kindStated: '普通许可',
      licenceName: '食品经营许可证',
      content: '预包装食品销售',
      decidedOn: '2025-01-06',
      startsOn: '2025-01-10',
      expiresOn: '2030-01-09',
      note: '新办',
    },
    seal: { ...partySeal, contentFull: '预包装食品销售，全文', noteFull: '新办，全文' },
  },
  {
    type: 'LicenceChanged',
    about: aboutShop,
    data: {
      ...licence,
      licenceName: '食品经营许可证',
      startsOn: '2025-06-01',
      expiresOn: '2031-01-09',
      newLicenceNo: 'JY19900000000002',
      newAuthority: OTHER_BODY,
      kind: 'ordinary',
      content: '预包装食品销售，热食类食品制售',
      state: 'valid',
      changedOn: '2025-06-01',
      changeDocumentNo: '样许变〔2025〕1号',
      reason: '增加经营项目',
    },
    seal: { contentFull: '预包装食品销售，热食类食品制售，全文', reasonFull: '增加经营项目，全文' },
  },
  {
    type: 'LicenceEnded',
    about: aboutShop,
    data: {
      ...licence,
      manner: 'cancelled',
      endedOn: '2026-02-01',
      endDocumentNo: '样许注〔2026〕1号',
      reason: '申请注销',
    },
    seal: { reasonFull: '申请注销，全文' },
  },
  {
    type: 'PenaltyDecided',
    about: aboutShop,
    data: {
      ...bodies,
      ...party,
      documentNo: '样罚〔2026〕2号',
      documentName: '行政处罚决定书',
      caseNo: '样立〔2026〕2号',
      decidedOn: '2026-05-06',
      violation: '经营超过保质期的食品',
      facts: '销售过期面包两袋',
      basis: '食品安全法第一百二十四条',
      kinds: ['fine', 'confiscation-of-income'],
      kindsStated: '罚款；没收违法所得',
      content: '罚款2000元，没收违法所得10元',
      fineFen: 200000,
      confiscatedFen: 1000,
      affectedLicence: '食品经营许可证 JY19900000000001',
      effectiveUntil: '2026-12-31',
      claimedUntil: '2029-05-06',
      publishedOn: '2026-05-20',
      procedure: 'ordinary',
      severityStated: 'general',
      area: 'food',
      note: '已缴纳',
    },
    seal: {
      ...partySeal,
      violationFull: '经营超过保质期的食品，全文',
      factsFull: '销售过期面包两袋，全文',
      contentFull: '罚款2000元，全文',
      noteFull: '已缴纳，全文',
    },
  },
  {
    type: 'PenaltyWithdrawn',
    about: aboutShop,
    data: {
      authority: AUTHORITY,
      documentNo: '样罚〔2026〕2号',
      manner: 'annulled',
      withdrawnOn: '2026-08-01',
      withdrawnBy: OTHER_BODY,
      withdrawnByName: '样例市人民政府',
      withdrawalDocumentNo: '样复〔2026〕9号',
      reason: '程序违法',
    },
    seal: { reasonFull: '程序违法，全文' },
  },
];

const cases: readonly Stated[] = [
  {
    type: 'ComplaintFiled',
    about: aboutShop,
    data: {
      ...dispute,
      kind: 'complaint',
      requests: ['refund', 'compensation'],
      publishConsent: true,
      delegationConsent: false,
      publicSummary: '商品不符合描述，要求退款',
    },
    seal: {
      complainantDocument: CITIZEN_ID,
      complainantPhone: '00000000000',
      complainantName: '样丙',
      complainantAddress: '样例市样例路2号',
      summary: '我买的电饭煲不能用，要求退款',
    },
  },
  {
    type: 'ComplaintAccepted',
    about: aboutShop,
    data: { ...step, acceptedOn: '2026-05-08', handledBy: OTHER_BODY, handledByName: '样例区市场监督管理局' },
    seal: note,
  },
  {
    type: 'ComplaintRefused',
    about: aboutShop,
    data: { ...step, refusedOn: '2026-05-08', reason: { regime: 'SAMR-121', n: 5 } },
    seal: note,
  },
  {
    type: 'ComplaintSettled',
    about: aboutShop,
    data: { ...step, settledOn: '2026-06-01', manner: 'agreement', recoveredFen: 29900, pausedDays: 3 },
    seal: note,
  },
  {
    type: 'ComplaintTerminated',
    about: aboutShop,
    data: { ...step, terminatedOn: '2026-06-01', reason: { regime: 'SAMR-121', n: 3 }, pausedDays: 0 },
    seal: note,
  },
  {
    type: 'ReportFiled',
    about: aboutShop,
    data: { ...dispute, caseNo: '20260002', named: true },
    seal: {
      informantDocument: CITIZEN_ID,
      informantPhone: '00000000000',
      informantName: '样丁',
      informantAddress: '样例市样例路3号',
      summary: '该店销售假冒商品',
    },
  },
];

const ratings: readonly Stated[] = [
  {
    type: 'RatingGiven',
    about: aboutShop,
    data: {
      ...rating,
      orderRef: 'O-1',
      halfStars: 9,
      tasteHalfStars: 8,
      environmentHalfStars: 10,
      serviceHalfStars: 7,
      product: '双人套餐',
      publicText: '味道好',
    },
    seal: { rater: 'user-1', text: '味道好，老板人好' },
  },
  {
    type: 'RatingWithdrawn',
    about: aboutShop,
    data: { ...later, withdrawnOn: '2026-05-10', withdrawnBy: 'rater' },
    seal: { rater: 'user-1' },
  },
  {
    type: 'RatingSetAside',
    about: aboutShop,
    data: { ...later, setAsideOn: '2026-05-11', ground: 'burst', rule: 'burst@1' },
    seal: { rater: 'user-1', note: '一小时内同店五十条' },
  },
  {
    type: 'RatingRestored',
    about: aboutShop,
    data: { ...later, restoredOn: '2026-05-12', ground: 'checked' },
    seal: { rater: 'user-1', note: '已核对订单' },
  },
];

const listings: readonly Stated[] = [
  {
    type: 'ListingEntered',
    about: aboutShop,
    data: {
      ...bodies,
      ...listing,
      ...party,
      enteredOn: '2025-07-05',
      listName: '企业经营异常名录',
      ground: '未按期公示年度报告',
      groundKind: 'annual-report-missing',
      basis: '企业信息公示暂行条例第十七条',
      caseNo: '样列案〔2025〕3号',
      owedFen: 0,
      measures: '重点监管',
      claimedUntil: '2028-07-05',
      note: '首次',
    },
    seal: { ...partySeal, groundFull: '未按期公示年度报告，全文', noteFull: '首次，全文' },
  },
  {
    type: 'ListingExited',
    about: aboutShop,
    data: {
      ...listing,
      enteredOn: '2025-07-05',
      exitedOn: '2026-01-15',
      exitDocumentNo: '样移〔2026〕3号',
      manner: 'corrected',
      reason: '补报年度报告',
    },
    seal: { reasonFull: '补报年度报告，全文' },
  },
];

const entities: readonly Stated[] = [
  {
    type: 'EntityRegistered',
    about: aboutShop,
    data: {
      name: '惠信样例商贸有限公司',
      registeredOn: '2019-03-04',
      entityType: '有限责任公司',
      personInCharge: '样甲',
      capital: { amount: '1000000.5', currency: 'CNY', original: '100.00005万元' },
      businessScope: '食品销售',
      province: '样例省',
      city: '样例市',
      address: '样例市样例路1号',
      checkCharacter: 'exception',
    },
  },
  {
    type: 'EntityChanged',
    about: aboutShop,
    data: {
      name: '惠信样例贸易有限公司',
      uscc: '91990000MA0000015Q',
      registeredOn: '2019-03-04',
      entityType: '有限责任公司',
      personInCharge: '样乙',
      capital: { amount: '2000000', currency: 'CNY', original: '200万元' },
      businessScope: '食品销售，日用品销售',
      province: '样例省',
      city: '样例市',
      address: '样例市样例路9号',
    },
  },
  {
    type: 'EntityDeregistered',
    about: aboutShop,
    data: { endedOn: '2026-03-01', manner: 'deregistered', reason: '决议解散' },
  },
];

/** All samples, in no particular order. */
export const sampleFacts: readonly Stated[] = [...entities, ...decisions, ...cases, ...ratings, ...listings];

/** The sample of a type, with members of `data` replaced (`undefined` removes one). */
export const sampleOf = (type: FactType, changes: { readonly [name: string]: unknown } = {}): Stated => {
  const sample = sampleFacts.find((fact) => fact.type === type);
  if (sample === undefined) throw new Error(`sample of ${type}: none in tests/sample-facts.ts; add one`);
  const data = Object.entries({ ...sample.data, ...changes }).filter(([, value]) => value !== undefined);
  return { ...sample, data: Object.fromEntries(data) };
};
