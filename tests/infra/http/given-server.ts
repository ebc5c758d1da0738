// A server over a small ledger, asked without a port, with its log lines captured.
import type { FastifyInstance } from 'fastify';
import { createServer, type ServerInput } from '../../../infra/http/server.ts';
import { projections } from '../../../projections/index.ts';
import { type GivenLedger, givenLedger, registered } from '../../graphql/given-ledger.ts';
import type { EventInput } from '../../projections/given-events.ts';

export interface GivenServer {
  readonly app: FastifyInstance;
  readonly ledger: GivenLedger;
  /** Everything that was logged. */
  readonly log: () => string;
}

export const givenServer = async (
  inputs: readonly EventInput[] = [registered(1)],
  other: (ledger: GivenLedger) => Partial<ServerInput> = () => ({}),
): Promise<GivenServer> => {
  const ledger = await givenLedger(inputs);
  let log = '';
  const app = await createServer({
    readModel: ledger.readModel,
    eventStore: ledger.store,
    projections,
    clock: { now: ledger.clock.now, monotonicMs: () => performance.now() },
    marks: () => ({ generated: false, testClock: false }),
    config: {
      logLevel: 'debug',
      logTo: {
        write: (line: string) => {
          log += line;
        },
      },
    },
    ...other(ledger),
  });
  return { app, ledger, log: () => log };
};
