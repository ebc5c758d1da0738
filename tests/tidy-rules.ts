// The rules of the house for one file each: pure functions from a path and a text to what is wrong with it.
import { isCitizenId } from '../src/citizen-id.ts';

export interface TextFile {
  /** Path from the root of the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Sentences about one file; empty when it keeps the rule. */
export type Rule = (file: TextFile) => readonly string[];

/** The folders in the order of their arrow, and the packages that each may import beside those of the folders before. */
const FOLDERS = [
  { name: 'src', packages: /^(?:zod|node:crypto)$/ },
  { name: 'projections', packages: /^(?!)/ },
  { name: 'graphql', packages: /^(?:graphql|graphql-jit|graphql-yoga|@pothos\/[\w-]+)$/ },
  { name: 'infra', packages: /./ },
  { name: 'tests', packages: /./ },
] as const;

const folderOf = (path: string): number => FOLDERS.findIndex(({ name }) => path.startsWith(`${name}/`));

const IMPORTS = /^\s*(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]/gm;
const LATE_IMPORTS = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** What a module imports, as written. */
export const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(IMPORTS), ...text.matchAll(LATE_IMPORTS)].map(([, from, bare]) => from ?? bare ?? '');

/** src <- projections <- graphql <- infra <- tests: a file imports from its own folder and from those before it. */
export const keepsTheArrow: Rule = ({ path, text }) => {
  const own = folderOf(path);
  if (own === -1 || !isCode(path)) return [];
  return importsOf(text).flatMap((imported) => {
    if (!imported.startsWith('.')) {
      const isAllowed = FOLDERS.slice(0, own + 1).some(({ packages }) => packages.test(imported));
      return isAllowed ? [] : [`${path} imports ${imported}, which ${FOLDERS[own]?.name} may not`];
    }
    const target = new URL(imported, `file:///${path}`).pathname.slice(1);
    if (folderOf(target) > own) return [`${path} imports ${target}, which lies to its right`];
    if (folderOf(target) === -1 && FOLDERS[own]?.name !== 'tests')
      return [`${path} imports ${target}, outside its house`];
    const isReal = /\.(?:[cm]?ts|tsx|mjs|json)$/.test(imported) || FOLDERS[own]?.name === 'tests'; // Tests run builds too.
    return isReal ? [] : [`${path} imports ${imported} without its real extension`];
  });
};

const WORLD =
  /\b(?:process\.\w+|Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|setInterval\(|fetch\(|console\.)/g;

/** The ledger is pure: clock, randomness, environment and network come in as arguments. */
export const keepsTheWorldOut: Rule = ({ path, text }) =>
  path.startsWith('src/') && isCode(path)
    ? [...code(text).matchAll(WORLD)].map(([found]) => `${path} uses ${found}: hand it in as an argument`)
    : [];

/** Readers of the environment: the settings, and the two programs that hand it to them. */
const READS_ENVIRONMENT = /^(?:infra\/config\.ts|infra\/huixin\.mjs|tests\/.*|vitest\.config\.ts)$/;
const HANDS_ENVIRONMENT_ON = 'readConfig(process.env)';

/** `infra/config.ts` reads the environment; `infra/main.ts` may only hand it over. */
export const leavesTheEnvironmentAlone: Rule = ({ path, text }) => {
  if (!isCode(path) || READS_ENVIRONMENT.test(path)) return [];
  const rest = path === 'infra/main.ts' ? text.replace(HANDS_ENVIRONMENT_ON, '') : text;
  return rest.includes('process.env') ? [`${path} reads process.env: make it a setting of infra/config.ts`] : [];
};

const LINES_MAX = 250;
const TEST_LINES_MAX = 400;

/** Generated files and locks are exempt, and so are papers, which are read from top to bottom. */
export const isShort: Rule = ({ path, text }) => {
  if (!isCode(path)) return [];
  const linesMax = path.startsWith('tests/') ? TEST_LINES_MAX : LINES_MAX;
  const lines = text.replace(/\n$/, '').split('\n').length;
  return lines <= linesMax ? [] : [`${path} has ${lines} lines, at most ${linesMax}: divide it by what it is for`];
};

const BANNED = /^(?:utils?|helpers?|common|shared|misc|managers?|services?|base|impl|types)$/;
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*$/;
/** Folder of the GraphQL types, each in a file of its own name. */
const TYPES_FOLDER = 'graphql/types/';

/** Names say what is inside: no drawer for everything (alone or as the last word), kebab-case, no second way of writing. */
export const isWellNamed: Rule = ({ path }) => {
  if (!isCode(path)) return [];
  const parts = (path.startsWith(TYPES_FOLDER) ? path.slice(TYPES_FOLDER.length) : path).split('/');
  const lastWords = parts.map((part) => part.replace(/\..*$/, '').split('-').at(-1) ?? '');
  return [
    ...lastWords.filter((word) => BANNED.test(word)).map((word) => `${path} is named "${word}": say what it exports`),
    ...parts.filter((part) => !KEBAB.test(part)).map((part) => `${path}: ${part} is not in kebab-case`),
  ];
};

const LIST = /^export const \w+(?:: readonly [\w[\]]+)? = \[/m;

/** No file hands on what others export; `index.ts` is the name of a list and of nothing else. */
export const isNoBarrel: Rule = ({ path, text }) => {
  if (!isCode(path)) return [];
  const handsOn = /^\s*export\s+(?:type\s+)?(?:\*|\{[^}]*\})\s*(?:as\s+\w+\s+)?from\b/m.test(text);
  const isIndex = /(?:^|\/)index\.tsx?$/.test(path);
  return [
    ...(handsOn ? [`${path} exports what another file has: import it from there`] : []),
    ...(isIndex && !LIST.test(text) ? [`${path} is named index and holds no list`] : []),
  ];
};

const OPENING = /^(?:#![^\n]*\n)?(?!#!)(?:\/\/|\/\*\*?|#|--|<!--)\s*\S+/;

/** The first line of a file (after a `#!`) tells what it is for. */
export const saysWhatItIsFor: Rule = ({ path, text }) =>
  (isCode(path) || path.startsWith('.ci/')) && !OPENING.test(text)
    ? [`${path} does not begin with what it is for`]
    : [];

const OPEN_TASK = /\b(?:TOD[O]|FIXM[E]|XX[X])\b(?!\s*\(?#\d+)/g;

/** What is left to do has a number that leads to its issue. */
export const numbersItsTasks: Rule = ({ path, text }) =>
  [...text.matchAll(OPEN_TASK)].map(([word]) => `${path} has a ${word} without the number of its issue`);

const CITIZEN_ID = /(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])/g;
/** A division that is no place: identity numbers of it are nobody's. */
const NOBODYS_DIVISION = '999999';

/** No number that could be somebody's identity number, wherever it stands. */
export const namesNobody: Rule = ({ path, text }) =>
  [...text.matchAll(CITIZEN_ID)].flatMap(([number]) =>
    isCitizenId(number.toUpperCase()) && !number.startsWith(NOBODYS_DIVISION)
      ? [`${path} holds an identity number of a real division: use division ${NOBODYS_DIVISION}`]
      : [],
  );

const MACHINE = /(?<![\w.$}/])\/(?:work|root|home\/\w+|Users\/\w+|mnt)\/[\w.-]+/g;
const REGISTRY = /https?:\/\/[\w.-]*(?:registry|npmjs|npmmirror|taobao)[\w.-]*(?::\d+)?\/\S*/g;

/** Nothing of the machine it was written on, nor of where packages are fetched. */
export const isAtHomeAnywhere: Rule = ({ path, text }) =>
  [...text.matchAll(MACHINE), ...text.matchAll(REGISTRY)].map(([found]) => `${path} names ${found.slice(0, 60)}`);

export const rules = {
  keepsTheArrow,
  keepsTheWorldOut,
  leavesTheEnvironmentAlone,
  isShort,
  isWellNamed,
  isNoBarrel,
  saysWhatItIsFor,
  numbersItsTasks,
  namesNobody,
  isAtHomeAnywhere,
} as const satisfies Readonly<Record<string, Rule>>;

/** Programs, and what is written by hand like one. */
const isCode = (path: string): boolean => /\.(?:[cm]?[jt]sx?|css|sql|sh)$/.test(path);

/** A text without its comments, near enough for what is looked for here. */
const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(?<!:)\/\/[^\n]*/g, '');
