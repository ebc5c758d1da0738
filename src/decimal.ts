// Decimal numbers as text: exact, without floating point.
import { halfWidth } from './half-width.ts';

/** The number `digits` / 10^`places`; places is never negative. */
export interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** Longest text read as a decimal; a longer one is none. */
const DECIMAL_LENGTH_MAX = 40;
/** Largest power of ten, up or down, that an exponent may name. */
const EXPONENT_MAX = 30;

const DECIMAL = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?(?:E([+-]?\d{1,2}))?$/i;

/**
 * Reads a non-negative decimal: `0.2`, `39,076.8700` (thousands in groups of three), `9E-4`, full-width or half-width.
 * Undefined for anything else. Places are kept as written: `0.20` has two.
 */
export const parseDecimal = (text: string): Decimal | undefined => {
  if (text.length > DECIMAL_LENGTH_MAX) return undefined;
  const parts = DECIMAL.exec(halfWidth(text).trim());
  if (parts === null) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  if (Math.abs(Number(exponent)) > EXPONENT_MAX) return undefined;
  const digits = BigInt(whole.replaceAll(',', '') + fraction);
  return timesPowerOfTen({ digits, places: fraction.length }, Number(exponent));
};

/** The number times 10^power. */
export const timesPowerOfTen = ({ digits, places }: Decimal, power: number): Decimal =>
  power <= places ? { digits, places: places - power } : { digits: digits * 10n ** BigInt(power - places), places: 0 };

/** Shortest decimal text: `390768700`, `0.01`. */
export const decimalText = ({ digits, places }: Decimal): string => {
  const padded = String(digits).padStart(places + 1, '0');
  const cut = padded.length - places;
  const fraction = padded.slice(cut).replace(/0+$/, '');
  return fraction === '' ? padded.slice(0, cut) : `${padded.slice(0, cut)}.${fraction}`;
};
