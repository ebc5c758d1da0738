// The list of import forms: one line a form.
import type { Form } from '../form.ts';
import { ndjson } from './ndjson.ts';
import { registration } from './registration.ts';

export const forms: readonly Form[] = [registration, ndjson];

/** The form of a name; undefined for a name that this version does not know. */
export const formNamed = (name: string): Form | undefined => forms.find((form) => form.name === name);
