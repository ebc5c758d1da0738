// Half-width reading of text from forms: the same characters, one for one, that a Latin keyboard would have given.

/** A character that has a half-width form, or a dash or space of another kind. */
const WIDE = /[\u00a0\u2000-\u200a\u2010-\u2015\u202f\u2212\u3000\uff01-\uff5e]/;
const WIDE_EACH = new RegExp(WIDE, 'g');

/** Distance between the full-width forms U+FF01..FF5E and ASCII. */
const FULL_WIDTH_OFFSET = 0xfee0;

/**
 * Full-width forms, dashes and spaces as their ASCII characters. Each stands for exactly one UTF-16 unit, so offsets in
 * the result are offsets in the text. Text without any is returned as it is.
 */
export const halfWidth = (text: string): string => (WIDE.test(text) ? text.replace(WIDE_EACH, narrow) : text);

const narrow = (character: string): string => {
  const unit = character.charCodeAt(0);
  if (unit >= 0xff01) return String.fromCharCode(unit - FULL_WIDTH_OFFSET);
  return (unit >= 0x2010 && unit <= 0x2015) || unit === 0x2212 ? '-' : ' ';
};
