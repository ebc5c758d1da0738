// `huixin demo`: serves a small generated city, recorded through the same way in as everybody's files.
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { batchId } from '../../src/import/batch.ts';
import { formId } from '../../src/import/form.ts';
import { registration } from '../../src/import/forms/registration.ts';
import { importFacts } from '../../src/import/import-facts.ts';
import { readRows } from '../../src/import/read-rows.ts';
import { GENERATED_REGISTER, generatedRegister } from '../demo/generated-registrations.ts';
import type { OpenLedger } from '../open-ledger.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { importMeans } from './import-files.ts';
import { serveWith } from './serve.ts';

export const demo = async (context: CommandContext): Promise<ExitCode> => {
  const { seed, demoEntities } = context.config;
  return serveWith(context, (ledger, signal) => recordCity(ledger, { seed, entities: demoEntities, signal }), {
    generated: true,
  });
};

interface City {
  readonly seed: number;
  readonly entities: number;
  readonly signal: AbortSignal;
}

/** Records the city of a seed; what is on the ledger already is recognised, so a second start adds nothing. */
export const recordCity = async (ledger: OpenLedger, { seed, entities, signal }: City): Promise<void> => {
  const digest = createHash('sha256');
  for (const piece of generatedRegister(seed, entities)) digest.update(piece);
  const sha256 = digest.digest('hex');
  const form = formId(registration);
  const batch = batchId({ form, agency: GENERATED_REGISTER, asOf: undefined, sha256 });
  const { today, ...means } = importMeans(ledger);
  if ((await ledger.waitingRows.receipt(batch)) !== undefined) return;
  const source = { kind: 'agency' as const, agency: GENERATED_REGISTER, form, assertedOn: today, batch };
  await importFacts({
    recorder: means.recorder,
    waitingRows: means.waitingRows,
    form: registration,
    file: await readRows(registration, piecesOf(seed, entities)),
    sha256,
    handover: { source, today },
    signal,
    pause: (ms) => pause(ms),
  });
};

async function* piecesOf(seed: number, entities: number): AsyncGenerator<Uint8Array> {
  for (const piece of generatedRegister(seed, entities)) yield Buffer.from(piece);
}
