// A register of organisations that do not exist: believable rows for the demo, for tests of size and for the bench.
import { addDays, type Day } from '../../src/day.ts';
import { organizationCheckCharacter } from '../../src/organization-code.ts';
import { usccCheckCharacter } from '../../src/uscc.ts';
import { seededRandom, type SeededRandom } from './seeded-random.ts';

/** Division that is assigned to nobody, so that no generated code can be a real one's. */
export const GENERATED_DIVISION = '990000';
/** Body that "states" generated rows; as made up as they are. */
export const GENERATED_REGISTER = codeOf('11', 'GENERATE');

export interface GeneratedRegistration {
  readonly name: string;
  readonly uscc: string;
  readonly registeredOn: Day;
  readonly type: string;
  readonly legalRepresentative: string;
  readonly capital: string;
  readonly scope: string;
  readonly district: string;
  readonly address: string;
}

const DISTRICTS = ['东湾区', '西岭区', '南浦区', '北桥区', '新港区', '云山区'];
const STREETS = ['人民路', '海滨大道', '学院街', '桥头路', '新民巷', '工业三路', '文化中街', '长堤路'];
const BRANDS = [
  '和',
  '泰',
  '安',
  '顺',
  '源',
  '盛',
  '华',
  '嘉',
  '丰',
  '恒',
  '瑞',
  '德',
  '润',
  '康',
  '宏',
  '悦',
  '鑫',
  '美',
  '佳',
  '永',
  '禾',
  '味',
  '香',
  '满',
  '园',
  '福',
  '祥',
  '利',
  '达',
  '通',
];
const SURNAMES = ['赵', '钱', '孙', '李', '周', '吴', '郑', '王', '冯', '陈', '褚', '卫', '蒋', '沈', '韩', '杨'];
const GIVEN = [
  '一',
  '文',
  '明',
  '芳',
  '伟',
  '敏',
  '静',
  '丽',
  '强',
  '磊',
  '军',
  '洋',
  '勇',
  '艳',
  '杰',
  '娟',
  '涛',
  '超',
];

interface Trade {
  readonly word: string;
  readonly forms: readonly string[];
  readonly scope: string;
  /** Sole traders (个体工商户) have the entity class 92. */
  readonly soleTrader: boolean;
}

const TRADES: readonly Trade[] = [
  { word: '餐饮', forms: ['店', '馆', '餐厅'], scope: '餐饮服务；预包装食品零售。', soleTrader: true },
  { word: '水果', forms: ['店', '商行'], scope: '新鲜水果、蔬菜零售。', soleTrader: true },
  { word: '便利', forms: ['店', '商店'], scope: '日用百货、食品、烟草制品零售。', soleTrader: true },
  { word: '美发', forms: ['店', '工作室'], scope: '理发服务；化妆品零售。', soleTrader: true },
  {
    word: '电子科技',
    forms: ['有限公司'],
    scope: '电子产品、通讯设备的技术开发与销售；软件开发；货物及技术进出口。',
    soleTrader: false,
  },
  {
    word: '建筑工程',
    forms: ['有限公司', '股份有限公司'],
    scope: '房屋建筑工程施工；室内外装修；建筑材料销售。',
    soleTrader: false,
  },
  { word: '物流', forms: ['有限公司'], scope: '道路普通货物运输；仓储服务；国际货运代理。', soleTrader: false },
  {
    word: '贸易',
    forms: ['有限公司', '有限责任公司'],
    scope: '国内贸易；日用百货、五金交电、纺织品、文化用品的销售。',
    soleTrader: false,
  },
];

const FIRST_DAY: Day = '1995-01-01';
const DAYS = 11_000;
const ROW_HEADER = 'name,uscc,reg_date,type,legal_rep,capital,scope,province,city,address\n';

/** Row number `index` of the register of `seed`; rows do not depend on each other. */
export const generatedRegistration = (seed: number, index: number): GeneratedRegistration => {
  const random = seededRandom(seed * 1_000_003 + index);
  const trade = random.pick(TRADES);
  const brand = `${random.pick(BRANDS)}${random.pick(BRANDS)}${random.percent(30) ? random.pick(BRANDS) : ''}`;
  const district = random.pick(DISTRICTS);
  return {
    name: `生成市${random.percent(40) ? district : ''}${brand}${trade.word}${random.pick(trade.forms)}`,
    uscc: codeOf(trade.soleTrader ? '92' : '91', serial(index)),
    registeredOn: addDays(FIRST_DAY, random.below(DAYS)),
    type: trade.soleTrader ? '个体工商户' : '有限责任公司',
    legalRepresentative: personName(random),
    capital: capitalText(random, trade),
    scope: trade.scope,
    district,
    address: `生成市${district}${random.pick(STREETS)}${1 + random.below(900)}号${1 + random.below(30)}层`,
  };
};

/** The register as a file of the form `registration`, in pieces; `duplicates` repeats every so many rows unchanged. */
export function* generatedRegister(seed: number, count: number, rowsPerPiece = 1_000): Generator<string> {
  yield ROW_HEADER;
  for (let from = 0; from < count; from += rowsPerPiece) {
    let piece = '';
    for (let index = from; index < Math.min(count, from + rowsPerPiece); index += 1)
      piece += csvRow(generatedRegistration(seed, index));
    yield piece;
  }
}

const csvRow = (row: GeneratedRegistration): string =>
  `${row.name},${row.uscc},${row.registeredOn},${row.type},${row.legalRepresentative},"${row.capital}",${row.scope},生成省,生成市,${row.address}\n`;

const personName = (random: SeededRandom): string =>
  `${random.pick(SURNAMES)}${random.pick(GIVEN)}${random.percent(60) ? random.pick(GIVEN) : ''}`;

const capitalText = (random: SeededRandom, { soleTrader }: Trade): string =>
  soleTrader ? `${1 + random.below(30)}（万元）` : `${(1 + random.below(500)) * 10}.0000(万元人民币)`;

/** Eight characters of an organisation code, a different one for each index. */
const serial = (index: number): string => `G${String(index).padStart(7, '0')}`;

/** A code whose every check character is right: class, division, organisation code, check. */
function codeOf(entityClass: string, organizationBody: string): string {
  const body = organizationBody.slice(0, 8);
  const subjectCode = body + (organizationCheckCharacter(body) ?? '');
  const code = `${entityClass}${GENERATED_DIVISION}${subjectCode}`;
  return code + (usccCheckCharacter(code) ?? '');
}
