// The key under which the same organisation name is found again, however it was typed.

/** Longest name that is read; the key of a longer one is made of its beginning. */
const NAME_LENGTH_MAX = 500;

/** Brackets, quotation marks and spaces of all kinds, and marks that cannot be seen: they are typed at will. */
const IGNORED = /[\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Z}\p{Cc}\p{Cf}<>"'`]/gu;
/** What forms and printers put around a name: geta marks (〓), stars, dots, strokes. Letters and digits are none. */
const DECORATION = /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu;

/**
 * Compatibility form (NFKC), lower case, without brackets, quotation marks and spaces anywhere and without punctuation and
 * symbols at either end. Empty when nothing else is there. Two names with one key may still be two organisations: a key
 * finds, it never attaches.
 */
export const nameKey = (name: string): string =>
  name.slice(0, NAME_LENGTH_MAX).normalize('NFKC').toLowerCase().replace(IGNORED, '').replace(DECORATION, '');
