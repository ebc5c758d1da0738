// Registration numbers (工商注册号) that the register gave out before the unified social credit code.

/** 15 digits with a check digit (GS 15-2006), or 13 digits of the time before, opaque and without one. */
const REGISTRATION_NO = /^(?:\d{13}|\d{15})$/;
const BODY = /^\d{14}$/;

/** Whether a text has the form of a registration number. */
export const isRegistrationNo = (text: string): boolean => REGISTRATION_NO.test(text);

/**
 * Check digit over the first 14 digits, or undefined when the body is not 14 digits.
 * Source: GS 15-2006; ISO 7064 MOD 11,10.
 */
export const registrationCheckDigit = (body: string): string | undefined => {
  if (!BODY.test(body)) return undefined;
  let product = 10;
  for (const digit of body) product = (((product + Number(digit)) % 10 || 10) * 2) % 11;
  return String((11 - product) % 10);
};

/** Whether 15 digits end in their right check digit. A number of 13 digits carries none and is never checked. */
export const hasRightCheckDigit = (text: string): boolean =>
  text.length === 15 && registrationCheckDigit(text.slice(0, 14)) === text.charAt(14);
