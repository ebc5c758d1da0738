// Rows of real registers, where the data is at hand: what each class of code becomes.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countsOf, importText, memoryLedger } from '../../importing.ts';

const CODES_NOT_VALID = '../shared/data/cn-enterprise-registration/codes-not-valid.csv';

test.skipIf(!existsSync(CODES_NOT_VALID))(
  'codes that do not conform are recorded as older numbers, recorded and flagged, or wait (needs ../shared/data)',
  async () => {
    const text = readFileSync(CODES_NOT_VALID, 'utf8');
    const ledger = memoryLedger();
    const result = await importText(ledger, text);
    expect(result.rows).toBe(2_892);
    expect(result.refused).toBe(0);
    expect(result.recorded + result.changed + result.alreadyThere + result.quarantined).toBe(result.rows);
    expect(result.quarantined).toBe(20);
    expect(result.problems.filter(({ severity }) => severity === 'quarantined')).toHaveLength(20);
    expect(countsOf(await importText(ledger, text))).toBe(`alreadyThere ${result.rows}`);
  },
  60_000,
);
