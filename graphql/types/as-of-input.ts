// The argument that asks for the past.
import { builder, text } from '../builder.ts';
import './scalars.ts';

export const AsOfInput = builder.inputType('AsOf', {
  description: text(
    '历史时点：validOn 缺省为 knownOn，再缺省为今日；position 与 knownOn 不可并用；未来日期报 BAD_USER_INPUT。',
    'A point in the past. validOn absent = knownOn, else today. position excludes knownOn. Future days: BAD_USER_INPUT.',
  ),
  fields: (t) => ({
    validOn: t.field({
      type: 'Date',
      description: text('情况在该日为真。', 'What was true on this day.'),
    }),
    knownOn: t.field({
      type: 'Date',
      description: text(
        '截至该日终了（北京时间）账本所知。',
        'What the ledger knew at the end of this day, Asia/Shanghai.',
      ),
    }),
    position: t.field({
      type: 'Position',
      description: text('截至账本中该位置所知。', 'What the ledger knew up to and with this position.'),
    }),
  }),
});
