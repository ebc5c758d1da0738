// `huixin verify`: recomputes everything that is stored, from the events up.
import { setTimeout as pause } from 'node:timers/promises';
import { checkReadModels, ReadModelsBusy } from '../../projections/check-read-models.ts';
import { projections } from '../../projections/index.ts';
import { ReadModelUnavailable } from '../../projections/read-model.ts';
import { catchUp } from '../../projections/run.ts';
import { checkEvents } from '../../src/ledger/check-events.ts';
import { EventStoreIntegrityError, EventStoreUnavailable } from '../../src/ledger/event-store.ts';
import { openLedger, type OpenLedger } from '../open-ledger.ts';
import { EXIT, toJson, type CommandContext, type ExitCode } from './command.ts';
import { processOwner } from './process-owner.ts';

/** Breaches that are printed; the count goes on. */
const BREACHES_SHOWN_MAX = 100;
/** Before read models that moved meanwhile are compared once more. */
const BUSY_PAUSE_MS = 500;

/**
 * Opens the ledger also where its head contradicts its events: this is the command that says so. Exit 4 on any breach; 3
 * when somebody kept projecting, so that nothing could be said of the read models, and no breach was found.
 */
export const verify = async ({ config, console, json, signal }: CommandContext): Promise<ExitCode> => {
  const ledger = await openLedger(config, { checkHead: false });
  try {
    const started = performance.now();
    const { count, shown, busy } = await breachesOf(ledger, signal);
    const events = await ledger.store.head();
    const seconds = Math.round(performance.now() - started) / 1_000;
    const isSound = count === 0 && busy === undefined;
    if (json) {
      const remark = busy === undefined ? {} : { busy };
      console.out(toJson({ sound: isSound, events, breaches: count, shown, seconds, ...remark }));
    } else {
      shown.forEach((breach) => console.out(breach));
      if (busy !== undefined) console.out(busy);
      if (isSound) console.out(`Sound: ${events} events and every row made of them (${seconds} s).`);
      else console.out(`${count} breaches in ${events} events.`);
    }
    if (count > 0) return EXIT.integrity;
    return busy === undefined ? EXIT.done : EXIT.dependencyDown;
  } finally {
    await ledger.close();
  }
};

interface Breaches {
  readonly count: number;
  /** The first of them. */
  readonly shown: readonly string[];
  /** Why nothing could be said of the read models. */
  readonly busy?: string;
}

const breachesOf = async (ledger: OpenLedger, signal: AbortSignal): Promise<Breaches> => {
  const { store, readModel, parts } = ledger;
  const shown: string[] = [];
  let count = 0;
  const add = (breach: string): void => {
    count += 1;
    if (shown.length < BREACHES_SHOWN_MAX) shown.push(breach);
  };
  const gather = async (what: string, check: () => AsyncIterable<string>): Promise<string | undefined> => {
    try {
      for await (const breach of check()) add(breach);
    } catch (error) {
      if (error instanceof ReadModelsBusy) return error.message;
      add(endedBy(what, error, count > 0));
    }
    return undefined;
  };
  await gather('what the event store holds', () => store.findBreaches());
  await gather('the events', () => checkEvents(store));
  // On events that contradict themselves nothing is projected; rows are compared as they stand.
  if (count === 0) await catchUp({ store, readModel, projections, parts, owner: processOwner(), signal });
  const busy = await gather('the read models', () =>
    checkReadModels({ store, readModel, projections, pause: () => pause(BUSY_PAUSE_MS) }),
  );
  return busy === undefined ? { count, shown } : { count, shown, busy };
};

/**
 * The breach that a check which broke off stands for: stored data that contradicts itself, or anything but an outage once
 * a breach is known, since damaged events make any code throw.
 * @throws the error itself when it is an outage or a fault of the program.
 */
const endedBy = (what: string, error: unknown, isDamaged: boolean): string => {
  if (error instanceof EventStoreIntegrityError) return `${what} could not be checked to the end: ${error.message}`;
  const isOutage = error instanceof EventStoreUnavailable || error instanceof ReadModelUnavailable;
  if (isOutage || !isDamaged) throw error;
  return `${what} could not be checked to the end (${error instanceof Error ? error.name : 'a thrown value'})`;
};
