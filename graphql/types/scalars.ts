// Scalars: days, instants, decimals, positions, codes. Each checks form only.
import type { Json } from '../../src/ledger/canonical-json.ts';
import { isDay } from '../../src/day.ts';
import { isUsccForm } from '../../src/uscc.ts';
import { isPositionText } from '../as-of.ts';
import { builder, text } from '../builder.ts';
import { no } from '../errors.ts';

const read = (value: unknown, isForm: (value: string) => boolean, wanted: string): string => {
  if (typeof value === 'string' && isForm(value)) return value;
  throw no('BAD_USER_INPUT', `wanted ${wanted}`);
};

builder.scalarType('Date', {
  description: text('日期，YYYY-MM-DD，北京时间。', 'A day YYYY-MM-DD in Asia/Shanghai.'),
  serialize: (day) => day,
  parseValue: (value) => {
    if (typeof value === 'string' && isDay(value)) return value;
    throw no('BAD_USER_INPUT', 'wanted a day of the calendar as YYYY-MM-DD');
  },
});

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

builder.scalarType('DateTime', {
  description: text('时刻，ISO 8601，UTC。', 'An instant in ISO 8601, UTC.'),
  serialize: (instant) => instant,
  parseValue: (value) => read(value, (one) => INSTANT.test(one), 'an instant in UTC as YYYY-MM-DDThh:mm:ssZ'),
});

builder.scalarType('Decimal', {
  description: text('精确小数，文本形式。', 'An exact decimal number as text.'),
  serialize: (decimal) => decimal,
  parseValue: (value) => read(value, (one) => /^-?\d{1,30}(?:\.\d{1,20})?$/.test(one), 'a decimal number as text'),
});

builder.scalarType('Position', {
  description: text(
    '账本中的位置，不透明，只可原样传回。',
    'A place in the order of the ledger. Opaque: hand it back as it is; a later place never comes before an earlier one.',
  ),
  serialize: (position) => String(position),
  parseValue: (value) => BigInt(read(value, isPositionText, 'a position as an answer gave it')),
});

builder.scalarType('USCC', {
  description: text(
    '统一社会信用代码（GB 32100-2015），仅检查格式。',
    'Unified social credit code (GB 32100-2015), 18 characters; the form is checked, the check character is not.',
  ),
  serialize: (uscc) => uscc,
  parseValue: (value) => read(value, isUsccForm, 'the 18 characters of a unified social credit code'),
});

builder.scalarType('JSON', {
  description: text('JSON 值。', 'Any JSON value.'),
  serialize: (value) => value,
  parseValue: (value) => value as Json,
});
