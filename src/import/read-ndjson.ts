// NDJSON: one JSON value a line, each read and refused by itself.
import { refusal, type Refusal } from '../fact.ts';
import { readText } from './read-text.ts';
import { TEXT_DAMAGED } from './read-csv.ts';

/** Longest line, in UTF-16 units. */
export const NDJSON_LINE_UNITS_MAX = 1_048_576;

/** A line, counted from 1, with its text and its value, or the reason why it has none. */
export type NdjsonRow = {
  readonly line: number;
  readonly text: string;
} & ({ readonly value: unknown; readonly refusal?: undefined } | { readonly refusal: Refusal });

/**
 * Lines in groups, in order; empty lines are left out. The text is UTF-8 (RFC 8259 section 8.1), a byte order mark is
 * ignored. Refused, each alone: `row-unreadable`, `line-too-long`, `text-damaged`.
 * @throws ImportMistake for UTF-16.
 */
export async function* readNdjson(
  bytes: AsyncIterable<Uint8Array>,
  lineUnitsMax = NDJSON_LINE_UNITS_MAX,
): AsyncGenerator<readonly NdjsonRow[]> {
  let line = 0;
  for await (const piece of readText(bytes, { encoding: 'utf-8', lineUnitsMax })) {
    const rows: NdjsonRow[] = [];
    const texts = piece.split('\n');
    if (piece.endsWith('\n')) texts.pop();
    for (const text of texts) {
      line += 1;
      if (text.trim() !== '') rows.push(rowOf(text, line, lineUnitsMax));
    }
    if (rows.length > 0) yield rows;
  }
}

const rowOf = (text: string, line: number, lineUnitsMax: number): NdjsonRow => {
  if (text.length > lineUnitsMax) return { line, text: '', refusal: LINE_TOO_LONG };
  if (text.includes('\ufffd') || text.includes('\u0000')) return { line, text, refusal: TEXT_DAMAGED };
  try {
    return { line, text, value: JSON.parse(text) as unknown };
  } catch {
    return { line, text, refusal: NO_JSON };
  }
};

const LINE_TOO_LONG = refusal('line-too-long', 'the line is too long', 'state less in one fact');
const NO_JSON = refusal('row-unreadable', 'the line is no JSON', 'write one JSON object a line, in UTF-8');
