// How a visitor looks at a page: language, size of type and place. Words, links and numbers follow from it.
import { en } from './messages-en.ts';
import { type MessageKey, zh } from './messages-zh.ts';

export type Lang = 'zh' | 'en';

/** `query` holds the members of the address that belong to the page itself, such as a search or a day. */
export interface View {
  readonly lang: Lang;
  readonly isLarge: boolean;
  readonly path: string;
  readonly query: PageQuery;
}

export type PageQuery = Readonly<Record<string, string | undefined>>;

const CATALOGUES: Readonly<Record<Lang, Readonly<Record<MessageKey, string>>>> = { zh, en };

const isMessageKey = (key: string): key is MessageKey => Object.hasOwn(zh, key);

/** The message in the language of the page, its `{name}`s filled. */
export const say = (view: View, key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string =>
  CATALOGUES[view.lang][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    typeof values[name] === 'number' ? formatCount(view, values[name]) : (values[name] ?? whole),
  );

/** The words around one `{name}`, for a message with an element in it. */
export const sayAround = (view: View, key: MessageKey, name: string): readonly [before: string, after: string] => {
  const [before = '', after = ''] = CATALOGUES[view.lang][key].split(`{${name}}`);
  return [before, after];
};

/** Word for a value of an enum or a name; a value that came later than this catalogue stands as it is. */
export const wordFor = (view: View, group: string, value: string): string => {
  const key = `${group}.${value}`;
  return isMessageKey(key) ? say(view, key) : value;
};

/** Whether the catalogue has a word for it. */
export const hasWord = (group: string, value: string): boolean => isMessageKey(`${group}.${value}`);

/** Address on this site that keeps the language and the size of type. */
export const hrefOf = (view: Pick<View, 'lang' | 'isLarge'>, path: string, query: PageQuery = {}): string => {
  const members = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...settingsOf(view) })) {
    if (value !== undefined) members.set(name, value);
  }
  return members.size === 0 ? path : `${path}?${members.toString()}`;
};

/** Members of an address that stand for the settings; what is usual stands for itself. */
export const settingsOf = ({ lang, isLarge }: Pick<View, 'lang' | 'isLarge'>): PageQuery => ({
  lang: lang === 'en' ? 'en' : undefined,
  type: isLarge ? 'large' : undefined,
});

/** Language tag (BCP 47) of the page. */
export const tagOf = ({ lang }: Pick<View, 'lang'>): string => (lang === 'zh' ? 'zh-CN' : 'en');

export const formatCount = (view: View, count: number): string => new Intl.NumberFormat(tagOf(view)).format(count);

const SHANGHAI_TIME = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** `YYYY-MM-DD hh:mm:ss` in Asia/Shanghai, of an instant in ISO 8601. */
export const shanghaiTime = (instant: string): string => SHANGHAI_TIME.format(new Date(instant));

/** Path of the page of a subject: by credit code, or by an old registration number. */
export const entityPath = (subject: string): string => {
  const [scheme = '', value = ''] = subject.split(':');
  return scheme === 'uscc' ? `/entity/${value}` : `/entity/regno/${value}`;
};

export const factPath = (id: string): string => `/fact/${id}`;
