// Order of text as the stores keep it: by code point, which is the order of UTF-8 bytes.

/** Negative when `a` stands before `b`. UTF-16 order differs from it only where surrogates meet U+E000 and above. */
export const compareCodePoints = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const unitA = a.charCodeAt(index);
    const unitB = b.charCodeAt(index);
    if (unitA !== unitB) return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
};

/** Lifts surrogates above the rest of the basic plane. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2800 : unit);

/**
 * The first text behind all that begin with `prefix`, or undefined when there is none (an empty prefix, or nothing but
 * the last code point).
 */
export const afterPrefix = (prefix: string): string | undefined => {
  const points = Array.from(prefix); // By code point.
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = (last.codePointAt(0) ?? 0) + 1;
    if (next <= 0x10ffff)
      return points.join('') + String.fromCodePoint(next >= 0xd800 && next <= 0xdfff ? 0xe000 : next);
  }
  return undefined;
};
