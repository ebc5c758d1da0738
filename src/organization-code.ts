// Organisation codes (组织机构代码), the nine characters that a USCC carries in positions 9 to 17.

const WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
const BODY = /^[0-9A-Z]{8}$/;

/**
 * Check character over the eight characters of a body, or undefined when it is not eight digits and capital letters.
 * Source: GB 11714-1997; modulus 11, where ten is written X.
 */
export const organizationCheckCharacter = (body: string): string | undefined => {
  if (!BODY.test(body)) return undefined;
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number.parseInt(body.charAt(at), 36), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? 'X' : String(check);
};

/** Whether nine characters, without the printed hyphen, are an organisation code with its right check character. */
export const isOrganizationCode = (code: string): boolean =>
  code.length === 9 && organizationCheckCharacter(code.slice(0, 8)) === code.charAt(8);
