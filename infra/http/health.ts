// /livez: the process answers. /readyz: one JSON line a dependency; 503 until it can be relied on.
import type { FastifyInstance } from 'fastify';
import { lagOf } from '../../projections/lag.ts';
import type { AnyProjection } from '../../projections/projection.ts';
import type { ReadModel } from '../../projections/read-model.ts';
import type { EventStore } from '../../src/ledger/event-store.ts';

/** What one dependency says of itself; further members are for people. */
export interface Readiness {
  readonly name: string;
  readonly ready: boolean;
  readonly [member: string]: string | number | boolean;
}

/** A check throws when its dependency cannot be reached. */
export interface ReadinessCheck {
  readonly name: string;
  readonly check: () => Promise<readonly Readiness[]>;
}

/** A check that takes longer counts as down. */
const CHECK_MAX_MS = 3_000;

/** Adds both routes. `checks` run at once for every question. */
export const addHealthRoutes = (app: FastifyInstance, checks: readonly ReadinessCheck[]): void => {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.get('/livez', (_request, reply) => reply.type('application/json').send('{"live":true}\n'));
  app.get('/readyz', async (_request, reply) => {
    const lines = (await Promise.all(checks.map(within))).flat();
    const isReady = !isClosing && lines.every(({ ready }) => ready);
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .type('application/x-ndjson')
      .send(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });
};

const within = async ({ name, check }: ReadinessCheck): Promise<readonly Readiness[]> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('late')), CHECK_MAX_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return [{ name, ready: false, state: 'DOWN' }];
  } finally {
    clearTimeout(timer);
  }
};

export const eventStoreCheck = (eventStore: Pick<EventStore, 'head'>): ReadinessCheck => ({
  name: 'event-store',
  check: async () => [{ name: 'event-store', ready: true, head: String(await eventStore.head()) }],
});

/**
 * The read model and each projection. A projection is ready once it has reached the head; later lags are told, and do not
 * take the server out of service.
 */
export const readModelCheck = (
  readModel: Pick<ReadModel, 'states'>,
  store: Pick<EventStore, 'head' | 'readAll'>,
  projections: readonly AnyProjection[],
  now: () => Date,
): ReadinessCheck => {
  const caughtUp = new Set<string>();
  return {
    name: 'read-model',
    check: async () => {
      const lags = await lagOf({ store, readModel, projections, now: now() });
      for (const { name, state } of lags) if (state === 'CURRENT') caughtUp.add(name);
      const lines = lags.map(({ name, version, position, head, lagEvents, state }) => ({
        name: `projection ${name}`,
        ready: caughtUp.has(name),
        version,
        position: String(position),
        head: String(head),
        lagEvents: Number(lagEvents),
        state,
      }));
      return [{ name: 'read-model', ready: true }, ...lines];
    },
  };
};
