// Days: calendar dates in Asia/Shanghai, the only kind of date a rule may count with.
import { z } from 'zod';
import { halfWidth } from './half-width.ts';

/** A day 'YYYY-MM-DD' of the years 1800 to 2199. Two days compare as text: `a < b` means a is earlier. */
export type Day = `${number}-${number}-${number}`;

const YEAR_MIN = 1800;
const YEAR_MAX = 2199;

/** Longest text read as a day; a longer one is none. */
const DAY_TEXT_LENGTH_MAX = 40;

/** Asia/Shanghai as a fixed offset; the summer time of 1986 to 1991 is left out on purpose, no register wrote it. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The form alone, without the calendar. */
const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;

/** A written date, then a time part of any precision, then its zone where it names one. */
const DATE = /(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)/;
const TIME = /(?:T| +|(?<=日))(\d{1,2}):(\d{2})(?::\d{2}(?:[.,]\d{1,9})?)? *(Z|[+-]\d{2}:?\d{2})?/;
const WRITTEN = new RegExp(`^${DATE.source}(?:${TIME.source})?$`, 'i');

/** Whether a text is a day as we write it, and in the calendar. */
export const isDay = (text: string): text is Day =>
  DAY_FORM.test(text) && inCalendar(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8)));

/**
 * Reads yyyy-MM-dd, yyyy/M/d, yyyy.M.d and yyyy年M月d日, full-width or half-width. A time part is dropped; one that names
 * its zone makes the text an instant, whose day in Asia/Shanghai is meant. Undefined when the text is no day.
 */
export const parseDay = (text: string): Day | undefined => {
  if (isDay(text)) return text;
  if (text.length > DAY_TEXT_LENGTH_MAX) return undefined;
  const parts = WRITTEN.exec(halfWidth(text).trim());
  if (parts === null) return undefined;
  const [, year, , month = parts[5], date = parts[6], , , hour = '0', minute = '0', zone] = parts;
  const day = dayFrom(Number(year), Number(month), Number(date));
  if (day === undefined || Number(hour) > 24 || Number(minute) > 59) return undefined;
  return zone === undefined ? day : instantDay(day, (Number(hour) * 60 + Number(minute) - zoneMinutes(zone)) * 60_000);
};

/**
 * The day in Asia/Shanghai on which an instant falls, given as a Date or ISO 8601 text with its zone.
 * @throws RangeError when it is no instant or its year is not one of 1800 to 2199.
 */
export const dayOf = (instant: Date | string): Day => {
  const instantMs = typeof instant === 'string' ? Date.parse(instant) : instant.getTime();
  const day = utcDay(instantMs + SHANGHAI_OFFSET_MS);
  if (day === undefined) throw new RangeError(`day of an instant: wanted an instant of 1800 to 2199, got ${instantMs}`);
  return day;
};

/**
 * The day that lies `days` days later, or earlier when negative. The caller guarantees a whole number.
 * @throws RangeError when the result leaves the years 1800 to 2199.
 */
export const addDays = (day: Day, days: number): Day => {
  const later = utcDay(Date.parse(day) + days * DAY_MS);
  if (later === undefined) throw new RangeError(`add days: ${day} and ${days} days leave the years 1800 to 2199`);
  return later;
};

/** Schema of a day in a fact. */
export const day = z.iso.date().refine(isDay, `a day of the calendar, ${YEAR_MIN} to ${YEAR_MAX}`);

const dayFrom = (year: number, month: number, date: number): Day | undefined => {
  if (!inCalendar(year, month, date)) return undefined;
  const text = `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
  return isDay(text) ? text : undefined;
};

const instantDay = (day: Day, offsetMs: number): Day | undefined =>
  utcDay(Date.parse(day) + offsetMs + SHANGHAI_OFFSET_MS);

const utcDay = (ms: number): Day | undefined => {
  if (Number.isNaN(ms) || Math.abs(ms) > 8e15) return undefined;
  const text = new Date(ms).toISOString().slice(0, 10);
  return isDay(text) ? text : undefined;
};

const zoneMinutes = (zone: string): number => {
  if (/^z$/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
};

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const inCalendar = (year: number, month: number, date: number): boolean => {
  const leapDay = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  const length = (MONTH_LENGTHS[month - 1] ?? 0) + leapDay;
  return year >= YEAR_MIN && year <= YEAR_MAX && date >= 1 && date <= length;
};
