// Citizen identity numbers (公民身份号码): recognised here only so that they are never kept where others stand.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';
const BODY = /^\d{17}$/;
/** Births of 1900 to 2099: whom a register of today can name. No clock is read, so coming years are left plausible. */
const CITIZEN_ID = /^\d{6}(?:19|20)\d{9}[\dX]$/;
const OLD_CITIZEN_ID = /^\d{15}$/;

/** Province part of a division code (GB/T 2260), Hong Kong, Macao and Taiwan residence permits (81 to 83) included. */
const PROVINCE = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;

/** Whether a code begins with a province of GB/T 2260. */
export const startsWithProvince = (code: string): boolean => PROVINCE.test(code);

/**
 * Check character over the first 17 digits, or undefined when the body is not 17 digits.
 * Source: GB 11643-1999; ISO 7064 MOD 11-2.
 */
export const citizenCheckCharacter = (body: string): string | undefined => {
  if (!BODY.test(body)) return undefined;
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(body.charAt(at)), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
};

/**
 * Whether 18 characters are a citizen identity number: right check character and a plausible date of birth. The
 * division is not looked at, so that foreigners' permits (beginning with 9) and divisions long gone count too.
 * The caller guarantees half-width text in capitals, without separators.
 */
export const isCitizenId = (text: string): boolean =>
  CITIZEN_ID.test(text) &&
  isDate(text.slice(6, 10), text.slice(10, 12), text.slice(12, 14)) &&
  citizenCheckCharacter(text.slice(0, 17)) === text.charAt(17);

/**
 * Whether 15 digits can be a number of before 1999: a province and a date of birth yymmdd in the 20th century. That
 * form has no check digit, so the caller rules out first whatever else the digits may be.
 */
export const isOldCitizenId = (text: string): boolean =>
  OLD_CITIZEN_ID.test(text) &&
  startsWithProvince(text) &&
  isDate(`19${text.slice(6, 8)}`, text.slice(8, 10), text.slice(10, 12));

const isDate = (yearText: string, monthText: string, dateText: string): boolean => {
  const [year, month, date] = [Number(yearText), Number(monthText), Number(dateText)];
  return month >= 1 && month <= 12 && date >= 1 && date <= new Date(Date.UTC(year, month, 0)).getUTCDate();
};
