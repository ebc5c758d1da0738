// Files of the form `registration` for journeys: generated rows, some of them said twice, refused or without a usable code.
import { generatedRegistration } from '../../infra/demo/generated-registrations.ts';

export interface RegisterFile {
  readonly text: string;
  /** All rows below the header. */
  readonly rows: number;
  /** Name by code of every row that can be recorded. */
  readonly names: ReadonlyMap<string, string>;
  readonly repeated: number;
  readonly refused: number;
  readonly quarantined: number;
}

export interface RegisterFileOptions {
  readonly seed: number;
  /** First row of the generated register; files that do not overlap share no code. */
  readonly from: number;
  readonly count: number;
  /** Adds rows that repeat, lack a code, and have one that is none. */
  readonly isFlawed?: boolean;
}

const HEADER = 'name,uscc,reg_date,type,legal_rep,capital,scope,province,city,address\n';
const REPEAT_EVERY = 50;
const REFUSE_EVERY = 97;
const WAIT_EVERY = 101;

export const registerFile = ({ seed, from, count, isFlawed = false }: RegisterFileOptions): RegisterFile => {
  const names = new Map<string, string>();
  const lines: string[] = [];
  let [repeated, refused, quarantined] = [0, 0, 0];
  for (let index = from; index < from + count; index += 1) {
    const { name, uscc, registeredOn, type, legalRepresentative, capital, scope, address } = generatedRegistration(seed, index);
    const line = `${name},${uscc},${registeredOn},${type},${legalRepresentative},"${capital}",${scope},生成省,生成市,${address}`;
    names.set(uscc, name);
    lines.push(line);
    if (!isFlawed) continue;
    if (index % REPEAT_EVERY === 0) repeated += lines.push(line) > 0 ? 1 : 0;
    if (index % REFUSE_EVERY === 0) refused += lines.push(`${name},,${registeredOn},,,,,,,`) > 0 ? 1 : 0;
    if (index % WAIT_EVERY === 0) quarantined += lines.push(`${name},NR${index},${registeredOn},,,,,,,`) > 0 ? 1 : 0;
  }
  return { text: `${HEADER}${lines.join('\n')}\n`, rows: lines.length, names, repeated, refused, quarantined };
};
