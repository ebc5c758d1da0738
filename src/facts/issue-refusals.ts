// Plain sentences for what a schema found wrong. None holds any text of the input: it may be personal.
import type { z } from 'zod';
import { refusal, type Refusal } from '../fact.ts';

type Issue = z.core.$ZodIssue;

/** Most reasons given for one fact. */
const REFUSALS_MAX = 20;
/** Most issues looked at; a schema finds one for each item of a list. */
const ISSUES_MAX = 200;
/** Most allowed values named in one sentence. */
const VALUES_MAX = 30;

/** One `invalid` per member that has an issue, with its path. `input` is the value that the schema was asked about. */
export const issueRefusals = (issues: readonly Issue[], input: unknown): readonly Refusal[] => {
  const refusals = new Map<string, Refusal>();
  for (const issue of issues.slice(0, ISSUES_MAX)) {
    const member = issue.path.map(String).join('.');
    const [message, fix] = isMissing(issue, input) ? MISSING : sentence(issue);
    if (!refusals.has(member))
      refusals.set(member, refusal('invalid', message, fix, ...(member === '' ? [] : [member])));
    if (refusals.size === REFUSALS_MAX) break;
  }
  return [...refusals.values()];
};

const MISSING = ['the member is missing', 'state it; docs/facts.md says what it holds'] as const;

const isMissing = ({ code, path }: Issue, input: unknown): boolean =>
  (code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union') &&
  path.length > 0 &&
  path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), input) === undefined;

const isObject = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null;

/** What is wrong and how to mend it. Messages of `custom` issues are our own. */
const sentence = (issue: Issue): readonly [message: string, fix: string] => {
  switch (issue.code) {
    case 'invalid_type':
      return [`the member is no ${issue.expected}`, `state ${KINDS[issue.expected] ?? issue.expected}`];
    case 'invalid_value':
      return [
        'the value is none of the allowed ones',
        `use ${issue.values.slice(0, VALUES_MAX).map(String).join(', ')}`,
      ];
    case 'invalid_format':
      return issue.format === 'date'
        ? ['the text is no day of the calendar', 'write it as YYYY-MM-DD']
        : ['the text has not the form of this member', formFix(issue)];
    case 'too_small':
      return [`the ${issue.origin} is too small or too short`, `at least ${issue.minimum}`];
    case 'too_big':
      return [`the ${issue.origin} is too large or too long`, `at most ${issue.maximum}`];
    case 'unrecognized_keys':
      return [
        `there are ${issue.keys.length} members that this type does not have`,
        'leave them out; docs/facts.md lists the members of each type',
      ];
    case 'custom':
      return ['the statement does not fit together', issue.message];
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    default:
      return ['the value does not fit this member', 'docs/facts.md says what it holds'];
  }
};

const KINDS: { readonly [expected: string]: string } = {
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** Our own message of a pattern; the library's names only the pattern. */
const formFix = ({ message, format }: { readonly message: string; readonly format: string }): string =>
  message.startsWith('Invalid')
    ? `state a ${format === 'regex' ? 'text of the form in docs/facts.md' : format}`
    : message;
