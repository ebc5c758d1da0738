// Districts of Shenzhen, taken from the text of an address; a code only names the city.
import { halfWidth } from './half-width.ts';

/**
 * `code`: GB/T 2260, or for a functional zone without one our own pseudo code, which holds letters so that no national
 * code can ever be the same.
 */
export interface District {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** The nine districts of GB/T 2260, then the functional zones under pseudo codes of ours. */
export const DISTRICTS = [
  { code: '440303', zh: '罗湖区', en: 'Luohu' },
  { code: '440304', zh: '福田区', en: 'Futian' },
  { code: '440305', zh: '南山区', en: 'Nanshan' },
  { code: '440306', zh: '宝安区', en: "Bao'an" },
  { code: '440307', zh: '龙岗区', en: 'Longgang' },
  { code: '440308', zh: '盐田区', en: 'Yantian' },
  { code: '440309', zh: '龙华区', en: 'Longhua' },
  { code: '440310', zh: '坪山区', en: 'Pingshan' },
  { code: '440311', zh: '光明区', en: 'Guangming' },
  { code: '4403DP', zh: '大鹏新区', en: 'Dapeng New Area' },
  { code: '4403SS', zh: '深汕特别合作区', en: 'Shenzhen-Shanwei Cooperation Zone' },
  { code: '4403QH', zh: '前海合作区', en: 'Qianhai Cooperation Zone' },
] as const satisfies readonly District[];

/** Longest address that is searched; a longer one names no district. */
const ADDRESS_LENGTH_MAX = 500;

const ZONE = /大鹏新区|深汕(?:特别)?合作区|前海(?:深港)?(?:现代服务业)?合作区/;
/** A district by its full name, the present districts by their former one as new areas (新区) too. */
const FULL_NAME = /(罗湖|福田|南山|宝安|龙岗|盐田|龙华|坪山|光明)(?:新)?区/;
/** Right after the city the word 区 may be left out, unless the name then belongs to a road or to the former county. */
const SHORT_NAME =
  /深圳市?(罗湖|福田|南山|宝安|龙岗|盐田|龙华|坪山|光明)(?![东南西北中一二三四五六七八九十\d]{0,3}(?:路|大道|县))/;
/** Another city that stands in front of a district of the same name, as in 海口市龙华区. */
const OTHER_CITY = /([一-龥]{2})市/;

/**
 * The district that an address names, by its words alone: a functional zone before the district around it, else the
 * first district named. Undefined when it names none, or one of another city. Towns and villages are not looked up.
 */
export const districtOfAddress = (address: string): District | undefined => {
  if (address.length > ADDRESS_LENGTH_MAX) return undefined;
  const text = halfWidth(address);
  const found = ZONE.exec(text) ?? FULL_NAME.exec(text) ?? SHORT_NAME.exec(text);
  if (found === null || isElsewhere(text.slice(0, found.index))) return undefined;
  const start = (found[1] ?? found[0]).slice(0, 2);
  return DISTRICTS.find(({ zh }) => zh.startsWith(start));
};

const isElsewhere = (before: string): boolean => !before.includes('深圳') && OTHER_CITY.test(before);
