// Money of the People's Republic in whole fen (分, a hundredth of a yuan).
import { z } from 'zod';
import { parseDecimal, timesPowerOfTen } from './decimal.ts';

/** 1 万元 = 10,000 yuan = 10^6 fen, so six decimals are one fen exactly. */
const FEN_PLACES_OF_WAN_YUAN = 6;
const FEN_PLACES_OF_YUAN = 2;

/** Schema of an amount in a fact: fen, whole, not negative, exact as a number. */
export const fen = z.int().nonnegative();

/**
 * Fen of an amount written in 万元, the unit of the double-publicity forms: `0.2` is 200,000 fen.
 * Undefined when it is no decimal, negative, has more than six decimals or is above 2^53 - 1 fen.
 */
export const fenFromWanYuan = (text: string): number | undefined => fenFrom(text, FEN_PLACES_OF_WAN_YUAN);

/** Fen of an amount written in yuan. Undefined as above, and for more than two decimals. */
export const fenFromYuan = (text: string): number | undefined => fenFrom(text, FEN_PLACES_OF_YUAN);

/** Yuan with two decimals, no grouping: 200000 is `2000.00`. The caller guarantees a value of schema `fen`. */
export const yuanText = (fen: number): string => {
  const digits = String(fen).padStart(FEN_PLACES_OF_YUAN + 1, '0');
  return `${digits.slice(0, -FEN_PLACES_OF_YUAN)}.${digits.slice(-FEN_PLACES_OF_YUAN)}`;
};

const fenFrom = (text: string, placesMax: number): number | undefined => {
  const written = parseDecimal(text);
  if (written === undefined || written.places > placesMax) return undefined;
  const { digits } = timesPowerOfTen(written, placesMax);
  return digits <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(digits) : undefined;
};
