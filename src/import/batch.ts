// The batch: one handing-in of one file, known by what is in it and by what its rows are said to be.
import { hash } from 'node:crypto';
import type { Day } from '../day.ts';
import { canonicalJson } from '../ledger/canonical-json.ts';
import { uuidOfHash } from '../ledger/event.ts';

/**
 * Id of a batch. `sha256` is that of the file's bytes, in lower-case hex. The day is part of it where the caller names one:
 * a monthly file that returns to the bytes of an earlier month is a new statement.
 */
export const batchId = ({
  form,
  agency,
  asOf,
  sha256,
}: {
  readonly form: string;
  readonly agency: string;
  readonly asOf?: Day | undefined;
  readonly sha256: string;
}): string => uuidOfHash(hash('sha256', canonicalJson([form, agency, asOf ?? '', sha256]), 'hex'));
