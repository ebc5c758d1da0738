// In which encoding a file is written: UTF-8, or GB18030 as Chinese spreadsheets save it.
import { ImportMistake } from './import-mistake.ts';

/** GB18030 includes GBK and GB2312. */
export type Encoding = 'utf-8' | 'gb18030';

/** Bytes that decide, counted from the first one that is not ASCII. */
export const SAMPLE_BYTES = 65_536;

/** Bytes that a mark at the beginning of a file can have. */
export const MARK_BYTES = 3;

/**
 * Length of a UTF-8 byte order mark at the beginning, 0 without one. The caller hands in the first MARK_BYTES, or all.
 * @throws ImportMistake for a file in UTF-16.
 */
export const byteOrderMark = (head: Uint8Array): 0 | 3 => {
  const [first, second, third] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new ImportMistake(
      'the file is written in UTF-16; save it as "CSV UTF-8" (in Excel: Save As, CSV UTF-8) and import that',
    );
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
};

/** Where the first byte above ASCII stands, or -1. */
export const firstNonAscii = (bytes: Uint8Array): number => {
  for (let at = 0; at < bytes.length; at += 1) if ((bytes[at] ?? 0) > 0x7f) return at;
  return -1;
};

/**
 * Encoding of a sample that begins with a byte above ASCII. Read as UTF-8, text in GB18030 is nearly all damage, and UTF-8
 * with some damaged rows nearly none: the greater part decides.
 */
export const encodingOf = (sample: Uint8Array): Encoding => {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(sample);
  let [sound, damaged] = [0, 0];
  for (const character of text) {
    if (character === '\ufffd') damaged += 1;
    else if (character > '\u007f') sound += 1;
  }
  return damaged > sound ? 'gb18030' : 'utf-8';
};
