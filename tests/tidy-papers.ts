// The rules of the house for its papers: decisions, invariants, links, and the closed lists of codes.

/** Looks a file up by its path from the root; undefined when there is none. */
export type Look = (path: string) => string | undefined;

const ADR_PATH = /^docs\/adr\/(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md$/;
const ADR_PARTS = ['## Context', '## Decision', '## Consequence'];

/** Decisions are numbered without a gap, have their date and three parts, and stand in the index. */
export const adrProblems = (adrs: readonly { readonly path: string; readonly text: string }[], index: string) =>
  adrs
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ path, text }, place) => {
      const number = ADR_PATH.exec(path)?.[1];
      if (number === undefined) return [`${path} is not named NNNN-what-was-decided.md`];
      const wanted = String(place + 1).padStart(4, '0');
      const name = path.slice(path.lastIndexOf('/') + 1);
      return [
        ...(number === wanted ? [] : [`${path} should have number ${wanted}`]),
        ...(text.startsWith(`# ${number}. `) ? [] : [`${path} does not begin with its number and title`]),
        ...(/^Date: \d{4}-\d{2}-\d{2}$/m.test(text) ? [] : [`${path} has no date`]),
        ...ADR_PARTS.filter((part) => !text.includes(`\n${part}\n`)).map((part) => `${path} has no part "${part}"`),
        ...(index.includes(`(${name})`) ? [] : [`${path} is not in the index`]),
      ];
    });

/** `- statement. Test: `path`, "title"` — and more tests behind semicolons. A gap says so: `Test: none, because …`. */
const INVARIANT = /^- (?<statement>.+?) Tests?: (?<tests>.+)$/;
const ENFORCED_BY = /`(?<path>tests\/[^`]+)`,? "(?<title>.+?)"(?=[;.]|$)/g;

/** Each line of docs/invariants.md ends with tests that exist, by file and title as they stand in the code. */
export const invariantProblems = (text: string, look: Look): readonly string[] =>
  linesOfList(text).flatMap((line) => {
    const { statement, tests } = INVARIANT.exec(line)?.groups ?? {};
    if (statement === undefined || tests === undefined) return [`no test is named: ${line.slice(0, 80)}`];
    if (tests.startsWith('none, because ')) return [];
    const named = [...tests.matchAll(ENFORCED_BY)].map(({ groups = {} }) => groups);
    if (named.length === 0) return [`no test is named: ${statement.slice(0, 80)}`];
    return named.flatMap(({ path = '', title = '' }) => {
      const source = look(path);
      if (source === undefined) return [`there is no ${path}`];
      return hasTitle(source, title) ? [] : [`${path} has no test "${title}"`];
    });
  });

/** A title stands as a text of its own in the file that has the test. */
const hasTitle = (source: string, title: string): boolean =>
  [`'${title.replaceAll("'", "\\'")}'`, `"${title}"`, `\`${title}\``].some((quoted) => source.includes(quoted));

/** Items of a list, continuation lines joined. */
const linesOfList = (text: string): readonly string[] =>
  text
    .replace(/\n {2,}(?=\S)/g, ' ')
    .split('\n')
    .filter((line) => line.startsWith('- '));

const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g;

/** Links between papers lead somewhere. */
export const linkProblems = (path: string, text: string, exists: (path: string) => boolean): readonly string[] =>
  [...text.matchAll(LINK)].flatMap(([, target = '']) => {
    const resolved = decodeURI(new URL(target, `file:///${path}`).pathname.slice(1)).replace(/\/$/, '');
    return exists(resolved) ? [] : [`${path} links to ${target}, which is not there`];
  });

/** Codes that a paper does not explain, each in backquotes at the beginning of a row. */
export const undocumented = (codes: readonly string[], paper: string): readonly string[] =>
  codes.filter((code) => !new RegExp(`^\\| \`${code}\` *\\|`, 'm').test(paper));

/** Codes that no test states as a word of a text: nobody has seen them. */
export const unseen = (codes: readonly string[], tests: readonly string[]): readonly string[] =>
  codes.filter((code) => {
    const word = new RegExp(`['"\`](?:[^'"\`\\n]* )?${code}(?: [^'"\`\\n]*)?['"\`]`);
    return !tests.some((test) => word.test(test));
  });
