// The reference of settings, docs/settings.md, made from their one schema.
import { settingRows } from '../config.ts';

/** One row a setting, in the order of the schema. An empty default: not set. */
export const settingsMarkdown = (): string =>
  [
    '# Settings',
    'Generated from `infra/config.ts`, the one reader of the environment. All settings are environment variables and all may\n' +
      'be left out. Every mistake is reported at once, with its remedy; `huixin config` prints what is in force, without\n' +
      'secrets.',
    [['name', 'default', 'meaning'], ['---', '---', '---'], ...settingRows().map(row)]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n'),
  ].join('\n\n') + '\n';

const row = ([name, fallback, meaning]: readonly [string, string, string]): readonly string[] => [
  `\`${name}\``,
  fallback === '' ? '' : `\`${fallback}\``,
  meaning.replaceAll('|', '\\|'),
];
