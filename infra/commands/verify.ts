// `huixin verify`: recomputes everything that is stored, from the events up.
import { checkReadModels } from '../../projections/check-read-models.ts';
import { projections } from '../../projections/index.ts';
import { catchUp } from '../../projections/run.ts';
import { checkEvents } from '../../src/ledger/check-events.ts';
import { openLedger } from '../open-ledger.ts';
import { EXIT, toJson, type CommandContext, type ExitCode } from './command.ts';
import { processOwner } from './process-owner.ts';

/** Breaches that are printed; the count goes on. */
const BREACHES_SHOWN_MAX = 100;

export const verify = async ({ config, console, json, signal }: CommandContext): Promise<ExitCode> => {
  const ledger = await openLedger(config);
  try {
    const { store, readModel, parts } = ledger;
    await catchUp({ store, readModel, projections, parts, owner: processOwner(), signal });
    const started = performance.now();
    const breaches: string[] = [];
    let count = 0;
    for (const check of [
      store.findBreaches(),
      checkEvents(store),
      checkReadModels({ store, readModel, projections }),
    ]) {
      for await (const breach of check) {
        count += 1;
        if (breaches.length < BREACHES_SHOWN_MAX) breaches.push(breach);
      }
    }
    const events = await store.head();
    const seconds = Math.round(performance.now() - started) / 1_000;
    if (json) console.out(toJson({ sound: count === 0, events, breaches: count, shown: breaches, seconds }));
    else {
      breaches.forEach((breach) => console.out(breach));
      console.out(
        count === 0
          ? `Sound: ${events} events and every row made of them (${seconds} s).`
          : `${count} breaches in ${events} events.`,
      );
    }
    return count === 0 ? EXIT.done : EXIT.integrity;
  } finally {
    await ledger.close();
  }
};
