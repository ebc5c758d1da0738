// Districts of the city.
import type { District as DistrictShape } from '../../src/district.ts';
import { builder, text } from '../builder.ts';
import { Language } from './language.ts';

export const District = builder.objectRef<DistrictShape>('District').implement({
  description: text('行政区或功能区，取自地址。', 'A district or functional zone, told by the words of an address.'),
  fields: (t) => ({
    code: t.exposeString('code', {
      description: text(
        '代码（GB/T 2260；功能区为本库代码，含字母）。',
        'GB/T 2260 code; a functional zone has a code of ours, which holds letters.',
      ),
    }),
    name: t.string({
      description: text('名称。', 'Its name.'),
      args: {
        lang: t.arg({
          type: Language,
          defaultValue: 'ZH',
          description: text('语言。', 'Language of the name.'),
        }),
      },
      resolve: ({ zh, en }, { lang }) => (lang === 'EN' ? en : zh),
    }),
  }),
});
