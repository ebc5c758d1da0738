// The district that an address names.
import { expect, test } from 'vitest';
import { DISTRICTS, districtOfAddress } from '../../src/district.ts';

test.each([
  ['深圳市罗湖区某路1号', '440303'],
  ['深圳福田区某路1号', '440304'],
  ['广东省深圳市南山区某路1号', '440305'],
  ['宝安区某镇某村', '440306'],
  ['深圳市龙岗区某街道', '440307'],
  ['深圳市盐田区某路', '440308'],
  ['深圳市龙华新区某街道', '440309'],
  ['深圳市坪山新区某街道', '440310'],
  ['深圳市光明新区某街道', '440311'],
  ['深圳市大鹏新区某街道', '4403DP'],
  ['深圳市龙岗区大鹏新区某街道', '4403DP'],
  ['广东省深圳市深汕特别合作区某镇', '4403SS'],
  ['深圳市前海深港合作区某路', '4403QH'],
  ['深圳市福田保税区某路', '440304'],
  ['深圳市宝安某村', '440306'],
  ['深圳市宝安区龙华区某路', '440306'],
])('%s is in %s', (address, code) => expect(districtOfAddress(address)?.code).toBe(code));

test.each([
  '',
  '深圳市某路1号',
  '深圳市宝安北路1号',
  '深圳市福田中一路1号',
  '深圳市宝安县某镇',
  '深圳市南海大道1号',
  '海口市龙华区某路',
  '黑龙江省鹤岗市南山区某路',
  '深汕公路某段',
  '广州市天河区某路',
  `深圳市${'长'.repeat(500)}福田区`,
])('%s names no district of Shenzhen', (address) => expect(districtOfAddress(address)).toBeUndefined());

test('every district has its own code, and pseudo codes are no numbers', () => {
  expect(new Set(DISTRICTS.map(({ code }) => code)).size).toBe(DISTRICTS.length);
  for (const { code } of DISTRICTS) expect(code).toMatch(/^4403(?:\d\d|[A-Z]{2})$/);
});
