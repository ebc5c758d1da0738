// The two languages of labels and explanations.
import { builder, text } from '../builder.ts';

export const Language = builder.enumType('Language', {
  description: text('语言。', 'A language.'),
  values: {
    ZH: { description: text('中文。', 'Chinese.') },
    EN: { description: text('英文。', 'English.') },
  },
});
