// `huixin rebuild`: makes read models anew from the events.
import { projections } from '../../projections/index.ts';
import { catchUp, rebuildProjection } from '../../projections/run.ts';
import { openLedger } from '../open-ledger.ts';
import { EXIT, toJson, UsageError, type CommandContext, type ExitCode } from './command.ts';
import { processOwner } from './process-owner.ts';

export const rebuild = async (name: string | undefined, all: boolean, context: CommandContext): Promise<ExitCode> => {
  const chosen = all ? projections : projections.filter((projection) => projection.name === name);
  if (chosen.length === 0) {
    const names = projections.map((projection) => projection.name).join(', ');
    throw new UsageError(`rebuild what? Name one of ${names}, or use --all.`);
  }
  const ledger = await openLedger(context.config);
  try {
    const { store, readModel, parts } = ledger;
    const started = performance.now();
    for (const projection of chosen) await rebuildProjection({ readModel, projection, parts });
    await catchUp({ store, readModel, projections: chosen, parts, owner: processOwner(), signal: context.signal });
    const events = await store.head();
    const seconds = Math.round(performance.now() - started) / 1_000;
    const names = chosen.map((projection) => projection.name);
    context.console.out(
      context.json
        ? toJson({ rebuilt: names, events, seconds })
        : `Rebuilt ${names.join(', ')} from ${events} events in ${seconds} s.`,
    );
    return EXIT.done;
  } finally {
    await ledger.close();
  }
};
