// `huixin bench`: ratios against baselines taken in the same run, with the machine they were taken on.
import { cpus, totalmem, release } from 'node:os';
import type pg from 'pg';
import { benchBulkAppend, benchLoneWriter, benchSingleWriters } from '../bench/append-bench.ts';
import { benchCatchUp, benchImport } from '../bench/catch-up-bench.ts';
import { benchEntity } from '../bench/entity-bench.ts';
import type { Figure, Measurement } from '../bench/measurement.ts';
import { openLedger } from '../open-ledger.ts';
import { EXIT, toJson, type CommandContext, type ExitCode } from './command.ts';

/** In the order in which they run; each takes its baseline in the same minutes. */
const measurements: readonly ((server: pg.ClientConfig) => Promise<Measurement>)[] = [
  benchBulkAppend,
  benchSingleWriters,
  benchLoneWriter,
  benchCatchUp,
  benchImport,
  benchEntity,
];

export const bench = async ({ config, console, json, signal }: CommandContext): Promise<ExitCode> => {
  const ledger = await openLedger(config);
  try {
    const ratios: Record<string, number> = {};
    const figures: Record<string, Figure> = {};
    for (const measure of measurements) {
      if (signal.aborted) break;
      const measured = await measure(ledger.connection);
      Object.assign(ratios, measured.ratios);
      Object.assign(figures, measured.figures);
      if (!json) for (const [name, value] of Object.entries(measured.ratios)) console.out(`${name}: ${value}`);
    }
    const [cpu] = cpus();
    const machine = {
      cpu: cpu?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      system: `${process.platform} ${release()}`,
    };
    if (json) console.out(toJson({ ratios, figures, machine }));
    else
      for (const [name, { median, least, most }] of Object.entries(figures))
        console.out(`${name}: ${median} (${least} to ${most})`);
    return EXIT.done;
  } finally {
    await ledger.close();
  }
};
