// Canonical JSON: the one text of a value, so that equal values have equal bytes and equal hashes.

/** Values that may stand in an event. Absent members are left out, never null; larger or fractional numbers are text. */
export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json | undefined };

/** A value that has no canonical form; `path` is a JSON pointer to it and says nothing of its content. */
export class NotCanonical extends Error {
  readonly path: string;
  constructor(path: string, problem: string) {
    super(`at ${path === '' ? '/' : path}: ${problem}`);
    this.name = 'NotCanonical';
    this.path = path;
  }
}

const MEMBER_NAME = /^[$a-z][A-Za-z0-9]*$/;

/**
 * RFC 8785 text of a value whose member names match `[$a-z][A-Za-z0-9]*`, whose numbers are safe integers and whose
 * strings are well-formed and free of U+0000. Undefined members are left out.
 * @throws NotCanonical naming the place of the first value outside these limits.
 */
export const canonicalJson = (value: Json): string => {
  // Nearly every value arrives in order already: looking is much cheaper than building it again.
  if (isOrdered(value)) {
    const text = JSON.stringify(value);
    if (!text.includes('\\u')) return text; // Only control characters and halves of surrogate pairs are written so.
  }
  return JSON.stringify(canonicalOrder(value));
};

/** Names seen to be right, so that the form of each is checked once; the limit keeps foreign input from filling it. */
const rightNames = new Set<string>();
const RIGHT_NAMES_MAX = 10_000;

const isRightName = (name: string): boolean => {
  if (rightNames.has(name)) return true;
  const isRight = MEMBER_NAME.test(name);
  if (isRight && rightNames.size < RIGHT_NAMES_MAX) rightNames.add(name);
  return isRight;
};

/** Whether members stand in order and everything but the characters of strings is within the limits. */
const isOrdered = (value: Json | undefined): boolean => {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (Array.isArray(value)) return value.every(isOrdered);
  if (typeof value !== 'object' || value === null) return false;
  const members = value as { readonly [name: string]: Json | undefined };
  let previous = '';
  for (const name in members) {
    const member = members[name];
    if (member === undefined) continue;
    if (name <= previous || !isRightName(name) || !isOrdered(member)) return false;
    previous = name;
  }
  return true;
};

/**
 * The same value with members in canonical order (RFC 8785 section 3.2.3: by UTF-16 code units), checked against the
 * limits of `canonicalJson`, so that `JSON.stringify` of the result is its canonical text.
 */
export const canonicalOrder = (value: Json, path = ''): Json =>
  isOrdered(value) && isSound(value) ? value : inOrder(value, path);

/** Whether every text can be stored: no half of a surrogate pair, no U+0000. */
const isSound = (value: Json | undefined): boolean => {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000');
  if (typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(isSound);
  const members = value as { readonly [name: string]: Json | undefined };
  for (const name in members) if (!isSound(members[name])) return false;
  return true;
};

const inOrder = (value: Json, path: string): Json => {
  if (typeof value === 'string') return checkedText(value, path);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      throw new NotCanonical(path, 'numbers are safe integers; state a larger or fractional one as text');
    }
    return value;
  }
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item: Json, index) => inOrder(item, `${path}/${index}`));
  if (typeof value !== 'object' || value === null) throw new NotCanonical(path, 'leave an absent value out');
  return orderedMembers(value as { readonly [name: string]: Json | undefined }, path);
};

const orderedMembers = (value: { readonly [name: string]: Json | undefined }, path: string): Json => {
  const ordered: Record<string, Json> = {};
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member === undefined) continue;
    if (!isRightName(name)) throw new NotCanonical(path, 'member names match [$a-z][A-Za-z0-9]*');
    ordered[name] = inOrder(member, `${path}/${name}`);
  }
  return ordered;
};

const checkedText = (text: string, path: string): string => {
  if (!text.isWellFormed()) throw new NotCanonical(path, 'text holds half a surrogate pair; send valid Unicode');
  if (text.includes('\u0000')) throw new NotCanonical(path, 'text holds U+0000; remove it');
  return text;
};
