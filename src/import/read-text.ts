// Bytes of a file to text, in pieces of whole lines, whatever the chunks they arrive in.
import { MARK_BYTES, SAMPLE_BYTES, byteOrderMark, encodingOf, firstNonAscii, type Encoding } from './text-encoding.ts';

/** A UTF-16 unit takes at most so many bytes, in UTF-8 and in GB18030. */
const BYTES_PER_UNIT_MAX = 4;

const LINE_FEED = 0x0a;

export interface TextOptions {
  /** `detect`: UTF-8 or GB18030 by the text itself. */
  readonly encoding: Encoding | 'detect';
  /** Longest line that the reader of the text looks at, in UTF-16 units; more of a longer line may be left out. */
  readonly lineUnitsMax: number;
}

/**
 * Text in pieces that end with a line feed, only the last one may not. Damaged bytes become U+FFFD. A line longer than
 * `lineUnitsMax` stays longer than that, so the caller sees it. In both encodings the byte of a line feed is part of no
 * other character, so a piece never begins or ends within one.
 * @throws ImportMistake for UTF-16.
 */
export async function* readText(
  bytes: AsyncIterable<Uint8Array>,
  { encoding, lineUnitsMax }: TextOptions,
): AsyncGenerator<string> {
  const lineBytesMax = Math.max(lineUnitsMax * BYTES_PER_UNIT_MAX + BYTES_PER_UNIT_MAX, SAMPLE_BYTES * 2);
  let rest: Uint8Array = new Uint8Array(0);
  let isMarkRead = false;
  let isCutting = false;
  let decoder = encoding === 'detect' ? undefined : decoderFor(encoding);

  for await (const chunk of bytes) {
    let news = chunk;
    if (isCutting) {
      const end = chunk.indexOf(LINE_FEED);
      if (end === -1) continue;
      news = chunk.subarray(end);
      isCutting = false;
    }
    rest = joined(rest, news);
    if (!isMarkRead) {
      if (rest.length < MARK_BYTES) continue;
      rest = rest.subarray(byteOrderMark(rest));
      isMarkRead = true;
    }
    if (decoder === undefined) {
      const at = firstNonAscii(rest);
      if (at !== -1 && rest.length - at < SAMPLE_BYTES) continue;
      if (at !== -1) decoder = decoderFor(encodingOf(rest.subarray(at, at + SAMPLE_BYTES)));
    }
    const end = rest.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) yield (decoder ?? ASCII).decode(rest.subarray(0, end));
    rest = rest.subarray(end);
    if (rest.length > lineBytesMax) {
      rest = rest.subarray(0, lineBytesMax);
      isCutting = true;
    }
  }
  if (!isMarkRead) rest = rest.subarray(byteOrderMark(rest));
  const at = firstNonAscii(rest);
  decoder ??= at === -1 ? ASCII : decoderFor(encodingOf(rest.subarray(at, at + SAMPLE_BYTES)));
  if (rest.length > 0) yield decoder.decode(rest);
}

const decoderFor = (encoding: Encoding) => new TextDecoder(encoding, { ignoreBOM: true });
const ASCII = decoderFor('utf-8');

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array =>
  first.length === 0 ? second : Buffer.concat([first, second]);
