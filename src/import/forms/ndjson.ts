// Form `ndjson`: any fact, one a line, as `{"type", "about", "data", "valid"?, "relates"?, "seal"?}`.
import type { Refusal } from '../../fact.ts';
import { parseFact } from '../../facts/parse-fact.ts';
import type { JsonForm, Remark } from '../form.ts';

export const ndjson: JsonForm = {
  name: 'ndjson',
  version: 1,
  format: 'json',
  sourceRequired: true,
  columnOf: {},
  read: (value) => {
    const parsed = parseFact(value);
    if (!parsed.ok) {
      const [first, ...others] = parsed.refusals;
      return { outcome: 'refused', remarks: [remarkOf(first), ...others.map(remarkOf)] };
    }
    const { fact, definition } = parsed;
    return { outcome: 'facts', facts: [{ fact, definition }], notices: [] };
  },
};

const remarkOf = ({ code, message, fix, member }: Refusal): Remark => ({ code, message, fix, column: member });
