// The only parse of a stated fact: from here on its types are true. Runs for every row of every import.
import { z } from 'zod';
import { isCitizenId, isOldCitizenId } from '../citizen-id.ts';
import { day } from '../day.ts';
import { refusal, type Fact, type FactDefinition, type Refusal } from '../fact.ts';
import { ROLES, type About, type EventData } from '../ledger/event.ts';
import { scanIdentifiers } from '../seal/identifier-scan.ts';
import { parseSubjectId } from '../subject.ts';
import { classifyCode } from '../uscc.ts';
import { eventIdForm } from './event-id-form.ts';
import { factDefinition } from './index.ts';
import { issueRefusals } from './issue-refusals.ts';
import { LONG_TEXT_MAX } from './members.ts';

/** Most subjects that one fact may name. */
export const ABOUT_MAX = 50;
/** Longest text to seal. */
export const SEAL_TEXT_MAX = LONG_TEXT_MAX;
/** Reason of a relation: a code of the source, so that nothing personal can stand in it. */
const REASON = /^[a-z][a-z0-9-]{0,99}$/;

const PASSPORT = /^[A-Z0-9]{5,20}$/;

/**
 * Whether a subject is a natural person by document, `citizen-id:<number>` or `passport:<number>`: the form for entry
 * only. The recorder replaces it by `person:<keyed hash>` before anything is kept. Numbers are half-width, in
 * capitals, without spaces; a citizen identity number has its right check character.
 */
export const isDocumentSubject = (subject: string): boolean => {
  if (subject.startsWith('passport:')) return PASSPORT.test(subject.slice('passport:'.length));
  if (!subject.startsWith('citizen-id:')) return false;
  const number = subject.slice('citizen-id:'.length);
  return isCitizenId(number) || isOldCitizenId(number);
};

/** Relations that may be stated; `confirms` is found by the recorder alone. */
const STATED_RELATIONS = ['changes', 'corrects', 'retracts', 'ends'] as const;

const SUBJECT_FORMS =
  'a subject is uscc:, regno:, person:, premises: or product: and its value; a natural person may be entered as ' +
  'citizen-id: or passport: and the number in capitals';

const aboutSchema = z
  .array(
    z.strictObject({
      subject: z
        .string()
        .regex(/^(?:uscc|regno|person|premises|product|citizen-id|passport):/, SUBJECT_FORMS)
        .refine((subject) => parseSubjectId(subject) !== undefined || isDocumentSubject(subject), SUBJECT_FORMS),
      role: z.enum(ROLES),
    }),
  )
  .max(ABOUT_MAX);

/** Everything of a stated fact but its `data` and `seal`, which depend on the type. */
export const statedFact = z.strictObject({
  type: z.string(),
  about: aboutSchema,
  data: z.unknown().optional(),
  valid: z.strictObject({ from: day.optional(), until: day.optional() }).optional(),
  relates: z
    .strictObject({
      kind: z.enum(STATED_RELATIONS),
      event: eventIdForm,
      reason: z.string().regex(REASON, 'a code of small letters, digits and hyphens').optional(),
    })
    .optional(),
  seal: z.unknown().optional(),
});

export type ParsedFact =
  | { readonly ok: true; readonly fact: Fact; readonly definition: FactDefinition }
  | { readonly ok: false; readonly refusals: readonly [Refusal, ...Refusal[]] };

/**
 * Reads a stated fact `{type, about, data, valid?, relates?, seal?}`. A slot given in `seal` need not be repeated in
 * `data`.
 * Refuses with all reasons at once: `unknown-type`, `invalid`, `seal-unknown`, `not-canonical`, `ends-before-start`.
 * No refusal holds any text of the input.
 */
export const parseFact = (raw: unknown): ParsedFact => {
  if (!isRecord(raw)) return no(refusal('invalid', 'a fact is an object', 'send {type, about, data}'));
  const definition = typeof raw['type'] === 'string' ? factDefinition(raw['type']) : undefined;
  if (definition === undefined) return no(UNKNOWN_TYPE);

  const envelope = statedFact.safeParse(raw);
  if (!isRecord(raw['data'])) {
    const missing = refusal('invalid', 'data is no object', 'send data as an object of members', 'data');
    return no(...(envelope.success ? [] : issueRefusals(envelope.error.issues, raw)), missing);
  }
  const sealed = readSeal(raw['seal'], definition);
  const data = definition.data.safeParse(withSlots(raw['data'], sealed.texts));
  if (!envelope.success || !data.success) {
    return no(
      ...(envelope.success ? [] : issueRefusals(envelope.error.issues, raw)),
      ...(data.success ? [] : issueRefusals(data.error.issues, raw['data'])),
      ...sealed.refusals,
    );
  }
  const { about, valid, relates } = envelope.data;
  const refusals = [
    ...sealed.refusals,
    ...subjectRefusals(about, definition),
    ...personalSubjects(about),
    ...unsealedRefusals(data.data, sealed.texts, definition),
    ...(valid?.from !== undefined && valid.until !== undefined && valid.until < valid.from ? [ENDS_FIRST] : []),
  ];
  if (refusals.length > 0) return no(...refusals);
  return {
    ok: true,
    definition,
    fact: {
      type: definition.type,
      about,
      data: data.data,
      seal: sealed.texts,
      ...(valid === undefined ? {} : { valid }),
      ...(relates === undefined ? {} : { relates }),
    },
  };
};

/** A person's number stands where an organisation, premises or a product is named: it would be a name in the clear. */
const personalSubjects = (about: readonly About[]): readonly Refusal[] =>
  about.flatMap(({ subject }, index) =>
    isPersonalSubject(subject) ? [personalSubject(`about.${index}.subject`)] : [],
  );

const isPersonalSubject = (subject: string): boolean => {
  const parsed = parseSubjectId(subject);
  if (parsed?.scheme === 'uscc' || parsed?.scheme === 'regno') return classifyCode(parsed.value).kind === 'personal';
  if (parsed?.scheme === 'premises' || parsed?.scheme === 'product') return scanIdentifiers(parsed.value).length > 0;
  return false;
};

const personalSubject = (member: string): Refusal =>
  refusal(
    'code-personal',
    'a personal number stands where an organisation or a thing is named',
    'name a person as citizen-id: or passport: and the number; name anything else by its own number',
    member,
  );

const UNKNOWN_TYPE = refusal(
  'unknown-type',
  'this version knows no such type of fact',
  'use a type of docs/facts.md, spelt as there',
  'type',
);
const ENDS_FIRST = refusal(
  'ends-before-start',
  'valid.until lies before valid.from',
  'correct one of the two; until is the first day that no longer counts',
  'valid.until',
);

const NO_SEAL: { readonly [slot: string]: string } = {};

/** The texts to seal by slot, and a no for every slot that the type does not have or whose text cannot be kept. */
const readSeal = (
  seal: unknown,
  definition: FactDefinition,
): { readonly texts: { readonly [slot: string]: string }; readonly refusals: readonly Refusal[] } => {
  if (seal === undefined) return { texts: NO_SEAL, refusals: [] };
  if (!isRecord(seal)) {
    return { texts: NO_SEAL, refusals: [refusal('invalid', 'seal is no object', 'send slot -> text', 'seal')] };
  }
  const texts: Record<string, string> = {};
  const refusals: Refusal[] = [];
  for (const [slot, text] of Object.entries(seal)) {
    if (!Object.hasOwn(definition.seals, slot)) {
      const slots = Object.keys(definition.seals).join(', ') || 'none';
      refusals.push(refusal('seal-unknown', 'this type has no such slot', `its slots: ${slots}`, 'seal'));
    } else if (typeof text !== 'string' || text.length < 1 || text.length > SEAL_TEXT_MAX) {
      const fix = `send 1 to ${SEAL_TEXT_MAX} characters, or leave the slot out`;
      refusals.push(refusal('invalid', 'the text to seal is none, empty or too long', fix, `seal.${slot}`));
    } else if (!text.isWellFormed() || text.includes('\u0000')) {
      const fix = 'send valid Unicode without U+0000';
      refusals.push(refusal('not-canonical', 'the text to seal is damaged', fix, `seal.${slot}`));
    } else {
      texts[slot] = text;
    }
  }
  return { texts, refusals };
};

/** The data with `{"$sealed": slot}` where a text is to be sealed and the statement left the member out. */
const withSlots = (
  data: { readonly [name: string]: unknown },
  texts: { readonly [slot: string]: string },
): { readonly [name: string]: unknown } => {
  if (texts === NO_SEAL) return data;
  const sealed: Record<string, unknown> = {};
  for (const slot of Object.keys(texts)) sealed[slot] = { $sealed: slot };
  // Spreading two objects of this width costs V8 thirty times as much, on a path that every imported row takes.
  return Object.assign({}, sealed, data);
};

/** A sealed member without its text would be a promise that nobody can keep, and a text without its member would be lost. */
const unsealedRefusals = (
  data: EventData,
  texts: { readonly [slot: string]: string },
  definition: FactDefinition,
): readonly Refusal[] =>
  Object.keys(definition.seals)
    .filter((slot) => (data[slot] === undefined) !== (texts[slot] === undefined))
    .map((slot) => refusal('seal-unknown', 'the sealed member and its text do not come together', SEAL_BOTH, slot));

const SEAL_BOTH = 'send the text in seal, and leave the member out of data';

const subjectRefusals = (about: readonly About[], { subject }: FactDefinition): readonly Refusal[] => {
  const subjects = about.filter(({ role }) => role === 'subject').length;
  if (subjects > 1) {
    const fix = 'state one fact for each of them; name the others with another role';
    return [refusal('invalid', 'the fact names several subjects', fix, 'about')];
  }
  if (subjects === 1 || subject === 'optional') return [];
  return [refusal('invalid', 'the fact names no subject', 'name one with role "subject"', 'about')];
};

const no = (...refusals: Refusal[]): ParsedFact => {
  const [first, ...others] = refusals;
  if (first === undefined) throw new Error('a fact was refused without a reason; report this as a fault');
  return { ok: false, refusals: [first, ...others] };
};

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
