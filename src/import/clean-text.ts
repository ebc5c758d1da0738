// Cells as people and old systems leave them: what is certainly no part of the text is cut, everything else stays.
import { halfWidth } from '../half-width.ts';

/** A cell without what is certainly damage; `isCut` when more than space around it went, so that the cell is kept too. */
export interface CleanText {
  readonly text: string;
  readonly isCut: boolean;
}

/** Signs that no reader sees: control characters, zero-width signs, byte order marks, soft hyphens. */
const UNSEEN = '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u200b-\\u200f\\u2060\\ufeff]';
const UNSEEN_IN_LINE = new RegExp(`${UNSEEN}+`, 'g');
const SPACES = / {2,}|\s*[\r\n\t]\s*/g;
const DIRTY_LINE = new RegExp(`${UNSEEN}| {2}|〓$`);
/** As above, without line feed and tab. */
const UNSEEN_IN_TEXT = new RegExp(UNSEEN.replace('\\u0000-\\u001f', '\\u0000-\\u0008\\u000b-\\u001f'), 'g');

/** Fillers of old character sets behind the text: each stood for a character that could not be written. */
const FILLERS_BEHIND = /[〓\s]+$/;

/** A cell of one line: unseen signs go, breaks and doubled spaces become one space, fillers behind the text go. */
export const cleanLine = (cell: string): CleanText => {
  const text = cell.trim();
  if (!DIRTY_LINE.test(text)) return { text, isCut: false };
  const clean = text.replace(SPACES, ' ').replace(UNSEEN_IN_LINE, '').replace(FILLERS_BEHIND, '').trim();
  return { text: clean, isCut: clean !== text };
};

/** A cell of free text: its lines stay lines. */
export const cleanText = (cell: string): CleanText => {
  const trimmed = cell.trim();
  const text = trimmed.includes('\r') ? trimmed.replaceAll('\r\n', '\n') : trimmed;
  const clean = text.replace(UNSEEN_IN_TEXT, '');
  return { text: clean, isCut: clean.length < text.length };
};

/** What people write into a cell to say that there is nothing. */
const NOTHING_WORDS = new Set(['', '-', '--', '/', '\\', '无', '暂无', '空', 'N/A', 'NA', 'NULL', 'NONE']);
const NOTHING_LENGTH_MAX = 4;

/** Whether a text says that there is nothing. */
export const isNothing = (text: string): boolean =>
  text.length <= NOTHING_LENGTH_MAX && NOTHING_WORDS.has(halfWidth(text).trim().toUpperCase());
