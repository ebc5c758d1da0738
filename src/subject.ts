// Subjects: whom and what facts are about, known by an id made of scheme and value.
import type { About } from './ledger/event.ts';
import { USCC_FORM } from './uscc.ts';

/**
 * Schemes of subject ids. `uscc`: organisation by unified social credit code; `regno`: by a 13- or 15-digit registration
 * number from before the USCC; `person`: keyed hash of an identity document; `premises` and `product`: the issuer's number.
 */
export const SCHEMES = ['uscc', 'regno', 'person', 'premises', 'product'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** `scheme:value`, for example `uscc:91440300192317458F`. Holds nothing personal: a person stands as a keyed hash. */
export type SubjectId = string;

/** Longest value of a subject id. */
const VALUE_MAX = 100;

const VALUE_FORMS: Record<Scheme, RegExp> = {
  uscc: USCC_FORM,
  regno: /^(?:\d{13}|\d{15})$/,
  person: /^[A-Za-z0-9_-]{43}$/,
  premises: /^[\w.-]+$/,
  product: /^[\w.-]+$/,
};

export const subjectId = (scheme: Scheme, value: string): SubjectId => `${scheme}:${value}`;

/** Scheme and value of an id, or undefined when it is none. */
export const parseSubjectId = (id: string): { readonly scheme: Scheme; readonly value: string } | undefined => {
  const colon = id.indexOf(':');
  const scheme = SCHEMES.find((known) => known === id.slice(0, colon));
  const value = id.slice(colon + 1);
  if (scheme === undefined || value.length > VALUE_MAX || !VALUE_FORMS[scheme].test(value)) return undefined;
  return { scheme, value };
};

/** The one subject that receives publicity and rating; undefined when the fact names none yet. */
export const subjectOf = (about: readonly About[]): SubjectId | undefined =>
  about.find(({ role }) => role === 'subject')?.subject;
