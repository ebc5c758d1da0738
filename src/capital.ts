// Registered capital (注册资本) out of the free text of registers.
import { decimalText, parseDecimal, timesPowerOfTen, type Decimal } from './decimal.ts';
import { halfWidth } from './half-width.ts';

/**
 * `capital-unreadable`: no amount, or a unit nobody knows. `capital-unit-missing`: a number that does not say of what,
 * as in `70()`; ten thousand yuan is likely, but not written.
 */
export type CapitalProblem = 'capital-unreadable' | 'capital-unit-missing';

/**
 * `amount`: decimal text in units of the currency (yuan, not 万元). `currency`: ISO 4217 code, of its time (DEM), absent
 * where the text names none, as in `9(万)`. No amount and no problem: nothing stated, which registers also write as
 * zero.
 */
export interface Capital {
  readonly amount?: string;
  readonly currency?: string;
  readonly problem?: CapitalProblem;
}

/** Longest text read as a capital; a longer one is unreadable. */
const CAPITAL_LENGTH_MAX = 64;

/** What is left of a text when width, brackets and spaces are gone: currency, number, scale, yuan, currency. */
const CAPITAL = /^([^\d.,]*?)(\d[\d.,]*(?:E[+-]?\d+)?)(百万|佰万|千万|仟万|万|千|仟|亿)?(元|圆)?([^\d.,]*?)整?$/;
const BRACKETS_AND_SPACES = /[\s()[\]{}<>〔〕【】「」『』〈〉《》﹙﹚〖〗]/g;

/** Decimal places by which a scale word moves the point. */
const SCALES = new Map([
  ['千', 3],
  ['仟', 3],
  ['万', 4],
  ['百万', 6],
  ['佰万', 6],
  ['千万', 7],
  ['仟万', 7],
  ['亿', 8],
]);

/** ISO 4217 codes, those of currencies that the euro replaced included, and the names registers write. */
const CURRENCY_NAMES: readonly (readonly [string, string])[] = [
  ['CNY', '人民币 人民币元 元人民币 RMB CNY ¥ ￥ 元 圆'],
  ['HKD', '港币 港元 香港元 香港币 香港港元 HKD HK$'],
  ['USD', '美元 美金 美圆 USD US$ $'],
  ['JPY', '日元 日圆 日币 JPY'],
  ['EUR', '欧元 欧 EUR €'],
  ['GBP', '英镑 GBP £'],
  ['DEM', '德国马克 西德马克 马克 DEM'],
  ['SGD', '新加坡元 新加坡币 新币 新元 SGD'],
  ['TWD', '新台币 台币 台湾元 新台湾元 TWD NTD'],
  ['MOP', '澳门元 澳门币 葡币 MOP'],
  ['AUD', '澳大利亚元 澳元 澳币 AUD'],
  ['CAD', '加拿大元 加元 加币 CAD'],
  ['NZD', '新西兰元 纽元 NZD'],
  ['CHF', '瑞士法郎 CHF'],
  ['KRW', '韩元 韩国元 韩币 韩圆 KRW'],
  ['THB', '泰铢 泰国铢 泰币 THB'],
  ['MYR', '马来西亚林吉特 林吉特 马来西亚元 马币 MYR'],
  ['SEK', '瑞典克朗 SEK'],
  ['DKK', '丹麦克朗 DKK'],
  ['NOK', '挪威克朗 NOK'],
  ['RUB', '俄罗斯卢布 卢布 RUB'],
  ['FRF', '法国法郎 FRF'],
  ['BEF', '比利时法郎 BEF'],
  ['NLG', '荷兰盾 NLG'],
  ['ITL', '意大利里拉 ITL'],
  ['ATS', '奥地利先令 ATS'],
];
const CURRENCIES = new Map(CURRENCY_NAMES.flatMap(([code, names]) => names.split(' ').map((name) => [name, code])));

/**
 * Reads `39,076.8700(万元人民币)`, `600（万元）`, `9万港币`, `(万美元)` and their like, in any bracket and width, exactly.
 * Zero is how registers write "not recorded": it gives no amount. Never throws.
 */
export const parseCapital = (text: string): Capital => {
  if (text.length > CAPITAL_LENGTH_MAX) return { problem: 'capital-unreadable' };
  const bare = halfWidth(text).replace(BRACKETS_AND_SPACES, '').toUpperCase();
  if (bare === '') return {};
  const parts = CAPITAL.exec(bare);
  const [, before = '', digits = '', scale, yuan, after = ''] = parts ?? [];
  const written = parseDecimal(digits);
  if (written === undefined) return bare.replace(UNIT_WORDS, '') === '' ? {} : { problem: 'capital-unreadable' };
  const currency = currencyOf([before, after], yuan !== undefined);
  if (currency === 'unreadable') return { problem: 'capital-unreadable' };
  return capital(written, scale, currency);
};

/** A unit in front of which the number was left out, as in `(万美元)`: nothing stated. */
const UNIT_WORDS = new RegExp(
  `^(?:万|千|亿|元)*(?:${[...CURRENCIES.keys()].map((name) => name.replace('$', '\\$')).join('|')})?元?$`,
);

const capital = (written: Decimal, scale: string | undefined, currency: string | undefined): Capital => {
  if (written.digits === 0n) return {};
  if (scale === undefined && currency === undefined) return { problem: 'capital-unit-missing' };
  const amount = decimalText(timesPowerOfTen(written, SCALES.get(scale ?? '') ?? 0));
  return { amount, ...(currency === undefined ? {} : { currency }) };
};

/**
 * The one currency that the words around a number name, else that of the bare word 元; `unreadable` for any other
 * word.
 */
const currencyOf = (words: readonly string[], yuan: boolean): string | undefined => {
  const [first, ...others] = words.filter((word) => word !== '').map((word) => CURRENCIES.get(word) ?? 'unreadable');
  if (others.some((other) => other !== first)) return 'unreadable';
  return first ?? (yuan ? 'CNY' : undefined);
};
