// `huixin serve`: the portal, the API and the projections in one process.
import { projections } from '../../projections/index.ts';
import { runProjections } from '../../projections/run.ts';
import { createServer } from '../http/server.ts';
import { openLedger, type OpenLedger, type OpenOptions } from '../open-ledger.ts';
import { EXIT, toJson, UsageError, type CommandContext, type ExitCode } from './command.ts';
import { processOwner } from './process-owner.ts';

/** Work that goes on beside the server, such as recording a generated city. */
export type Beside = (ledger: OpenLedger, signal: AbortSignal) => Promise<void>;

export const serve = (context: CommandContext): Promise<ExitCode> => serveWith(context);

/**
 * Serves until the signal of the context aborts, then lets open requests end, stops the projections between two batches
 * and closes the stores. A projection that cannot go on, or `beside` failing, ends the server with that error.
 */
export const serveWith = async (context: CommandContext, beside?: Beside, options?: OpenOptions): Promise<ExitCode> => {
  const { config, console, json, signal } = context;
  const ledger = await openLedger(config, options);
  const stop = new AbortController();
  const stopping = AbortSignal.any([signal, stop.signal]);
  const app = await createServer({
    readModel: ledger.readModel,
    eventStore: ledger.store,
    projections,
    clock: ledger.clock,
    marks: () => ({ generated: ledger.marks.generated, testClock: ledger.marks.testClock !== undefined }),
    config,
  });
  try {
    const { host, port } = config;
    const address = await app.listen({ host, port }).catch((error: unknown) => {
      const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
      throw new UsageError(`cannot listen at ${host}:${port} (${code}): choose another PORT or HOST`, { cause: error });
    });
    console.out(
      json
        ? toJson({ listening: address })
        : `Huixin 惠信 is at ${address} (portal) and ${address}/graphql (API). Stop with Ctrl-C.`,
    );
    const { store, readModel, parts } = ledger;
    const running = runProjections({
      store,
      readModel,
      projections,
      parts,
      owner: processOwner(),
      signal: stopping,
      onState: (report) => {
        if (report.state === 'halted')
          app.log.error(
            { projection: report.ref.projection.name, halted: toJson(report.halted) },
            'projection halted at a poison event',
          );
        if (report.state === 'retrying')
          app.log.warn({ projection: report.ref?.projection.name, err: report.error }, 'projection retries');
      },
    });
    const working = beside?.(ledger, stopping);
    const aborted = new Promise<void>((resolve) => {
      stopping.addEventListener('abort', () => resolve(), { once: true });
      if (stopping.aborted) resolve(); // Told to stop while it started.
    });
    await Promise.race([aborted, running.then(() => aborted), Promise.resolve(working).then(() => aborted)]);
    await app.close();
    stop.abort();
    await Promise.all([running, working]);
    return EXIT.done;
  } finally {
    stop.abort();
    await app.close();
    await ledger.close();
  }
};
