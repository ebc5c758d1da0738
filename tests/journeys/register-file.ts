// Files of the form `registration` for journeys: generated rows, some of them said twice, refused or without a usable code.
import { generatedRegistration } from '../../infra/demo/generated-registrations.ts';

export interface RegisterFile {
  readonly text: string;
  /** All rows below the header. */
  readonly rows: number;
  /** Name by code of every row that can be recorded. */
  readonly names: ReadonlyMap<string, string>;
  /** Lines, counted from the header as 1, that say again what the line above said. */
  readonly repeatedLines: ReadonlySet<number>;
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
  const repeatedLines = new Set<number>();
  let [refused, quarantined] = [0, 0];
  const push = (line: string): number => lines.push(line) + 1;
  for (let index = from; index < from + count; index += 1) {
    const { name, uscc, registeredOn, type, legalRepresentative, capital, scope, address } = generatedRegistration(
      seed,
      index,
    );
    const line = `${name},${uscc},${registeredOn},${type},${legalRepresentative},"${capital}",${scope},生成省,生成市,${address}`;
    names.set(uscc, name);
    push(line);
    if (!isFlawed) continue;
    if (index % REPEAT_EVERY === 0) repeatedLines.add(push(line));
    if (index % REFUSE_EVERY === 0) {
      push(`${name},,${registeredOn},,,,,,,`);
      refused += 1;
    }
    if (index % WAIT_EVERY === 0) {
      push(`${name},NR${index},${registeredOn},,,,,,,`);
      quarantined += 1;
    }
  }
  return { text: `${HEADER}${lines.join('\n')}\n`, rows: lines.length, names, repeatedLines, refused, quarantined };
};
