// Form `ndjson`: any fact, one a line, as `{"type", "about", "data", "valid"?, "relates"?, "seal"?}`.
import type { Fact, Refusal } from '../../fact.ts';
import { usccForm } from '../../facts/members.ts';
import { parseFact } from '../../facts/parse-fact.ts';
import { classifyCode } from '../../uscc.ts';
import type { JsonForm, Remark, RowReading } from '../form.ts';

/** Members of data that name the body that states the fact, the first that is there. */
const AGENCY_MEMBERS = ['authority', 'receivedBy'] as const;

/**
 * Only a register may speak of a code whose check character does not fit; here such a row waits, sealed, unless the code
 * is a known legal exception.
 */
export const ndjson: JsonForm = {
  name: 'ndjson',
  version: 1,
  format: 'json',
  sourceRequired: false,
  columnOf: {},
  read: (value) => {
    const parsed = parseFact(value);
    if (!parsed.ok) {
      const [first, ...others] = parsed.refusals;
      return { outcome: 'refused', remarks: [remarkOf(first), ...others.map(remarkOf)] };
    }
    const { fact, definition } = parsed;
    if (fact.about.some(({ subject }) => hasWrongCheck(subject))) return WRONG_CHECK;
    return { outcome: 'facts', facts: [{ fact, definition, agency: agencyOf(fact) }], notices: [] };
  },
};

const remarkOf = ({ code, message, fix, member }: Refusal): Remark => ({ code, message, fix, column: member });

const hasWrongCheck = (subject: string): boolean => {
  if (!subject.startsWith('uscc:')) return false;
  const code = classifyCode(subject.slice('uscc:'.length));
  return code.kind === 'uscc' && !code.conforming && !code.legalException;
};

const agencyOf = ({ data }: Fact): string | undefined => {
  const named = AGENCY_MEMBERS.map((member) => data[member]).find((value) => typeof value === 'string');
  return usccForm.safeParse(named).success ? named : undefined;
};

const WRONG_CHECK: RowReading = {
  outcome: 'quarantined',
  remarks: [
    {
      code: 'code-wrong-check',
      message: 'the check character of a code does not fit: the row waits, sealed',
      fix: 'compare the code with the business licence; only form registration speaks for the register',
      column: 'about',
    },
  ],
};
