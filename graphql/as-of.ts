// The two days of a read: what was true then (validOn), and what was known then (knownOn or a position).
import { type Day, dayOf, isDay } from '../src/day.ts';
import { no } from './errors.ts';

/** As asked; all members may be left out. */
export interface AsOf {
  readonly validOn?: Day | null | undefined;
  readonly knownOn?: Day | null | undefined;
  readonly position?: bigint | null | undefined;
}

/** A read of the past, settled: `validOn` always, and at most one of the others. Both absent: known until now. */
export interface At {
  readonly validOn: Day;
  readonly knownOn?: Day;
  readonly position?: bigint;
}

/**
 * Settles what was asked: `validOn` absent is `knownOn`, else today; nothing asked is undefined, a read of the present.
 * @throws GraphQLError BAD_USER_INPUT for a day after today and for `position` together with `knownOn`.
 */
export const settleAsOf = (asked: AsOf | null | undefined, today: Day): At | undefined => {
  const [validOn, knownOn, position] = [
    asked?.validOn ?? undefined,
    asked?.knownOn ?? undefined,
    asked?.position ?? undefined,
  ];
  if (validOn === undefined && knownOn === undefined && position === undefined) return undefined;
  if (knownOn !== undefined && position !== undefined) {
    throw no('BAD_USER_INPUT', 'at names a knownOn and a position: leave one of them out');
  }
  for (const [name, day] of [
    ['validOn', validOn],
    ['knownOn', knownOn],
  ] as const) {
    if (day !== undefined && day > today) throw no('BAD_USER_INPUT', `at.${name} ${day} lies after today, ${today}`);
  }
  return {
    validOn: validOn ?? knownOn ?? today,
    ...(knownOn === undefined ? {} : { knownOn }),
    ...(position === undefined ? {} : { position }),
  };
};

/** Whether an event was known: by the end of a day in Asia/Shanghai, or by a position. */
export const wasKnown = (
  { knownOn, position }: Pick<At, 'knownOn' | 'position'>,
  event: { readonly position: bigint; readonly recordedAt: string },
): boolean =>
  (knownOn === undefined || dayOf(event.recordedAt) <= knownOn) &&
  (position === undefined || event.position <= position);

/** Text of `at` inside an id: `2026-01-31`, `2026-01-31.k2026-02-28`, `2026-01-31.p120`. */
export const atText = ({ validOn, knownOn, position }: At): string =>
  `${validOn}${knownOn === undefined ? '' : `.k${knownOn}`}${position === undefined ? '' : `.p${position}`}`;

/** Reads `atText` back; undefined when it is none. */
export const parseAtText = (text: string): At | undefined => {
  const [validOn = '', known, ...others] = text.split('.');
  if (!isDay(validOn) || others.length > 0) return undefined;
  if (known === undefined) return { validOn };
  const value = known.slice(1);
  if (known.startsWith('k') && isDay(value)) return { validOn, knownOn: value };
  return known.startsWith('p') && isPositionText(value) ? { validOn, position: BigInt(value) } : undefined;
};

/** Decimal digits of a 64-bit number; what they count is the store's matter. */
export const isPositionText = (text: string): boolean => /^(?:0|[1-9]\d{0,18})$/.test(text);
