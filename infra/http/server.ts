// The HTTP server: the API, health, and whatever pages are added. It opens no port itself.
import helmet from '@fastify/helmet';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { DestinationStream } from 'pino';
import type { EngineInput, GraphEngine } from '../../graphql/engine.ts';
import { graphEngine } from '../../graphql/engine.ts';
import { schema } from '../../graphql/schema.ts';
import type { ReadModel } from '../../projections/read-model.ts';
import type { EventStore } from '../../src/ledger/event-store.ts';
import { portalDocuments } from '../web/documents.ts';
import { addPortal } from '../web/portal.tsx';
import { addGraphqlRoute } from './graphql-route.ts';
import { addHealthRoutes, eventStoreCheck, type ReadinessCheck, readModelCheck } from './health.ts';
import { createLogger, logRequests, requestIdOf } from './request-log.ts';
import { closeGracefully } from './shutdown.ts';

export interface ServerInput extends Pick<EngineInput, 'projections' | 'clock' | 'marks'> {
  readonly readModel: ReadModel;
  readonly eventStore: EventStore;
  /** Documents beside those of the portal that can be asked for by `documentId` alone. */
  readonly documents?: readonly string[];
  /** Adds the pages, the portal unless given; they answer through the engine. */
  readonly pages?: (app: FastifyInstance, engine: GraphEngine) => void;
  /** More that has to be ready, such as a city that is being recorded. */
  readonly checks?: readonly ReadinessCheck[];
  readonly config: {
    readonly logLevel: string;
    /** Where log lines go; standard output unless given. */
    readonly logTo?: DestinationStream;
    readonly shutdownGraceMs?: number;
  };
}

/** A request has this long to arrive. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Everything is in place when the promise resolves; the caller listens, and closes it before the stores. */
export const createServer = async (input: ServerInput): Promise<FastifyInstance> => {
  const { readModel, eventStore, projections, clock, marks, config } = input;
  const loggerInstance: FastifyBaseLogger = createLogger(config.logLevel, config.logTo);
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
  });
  const engine = graphEngine({
    schema,
    readModel,
    eventStore,
    projections,
    clock,
    marks,
    documents: [...portalDocuments, ...(input.documents ?? [])],
    onFault: (fault, requestId) => app.log.error({ reqId: requestId, err: fault }, 'fault'),
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  logRequests(app);
  closeGracefully(app, config.shutdownGraceMs);
  addGraphqlRoute(app, engine);
  void app.register(async (scope) => {
    await scope.register(helmet, PAGE_HEADERS);
    const checks = [eventStoreCheck(eventStore), readModelCheck(readModel, eventStore, projections, () => clock.now())];
    addHealthRoutes(scope, [...checks, ...(input.checks ?? [])]);
    (input.pages ?? addPortal)(scope, engine);
  });
  await app.ready();
  return app;
};

/** Pages run scripts and styles from this server only, none inside the page. TLS ends in front of us, so no HSTS. */
const PAGE_HEADERS = {
  strictTransportSecurity: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
} as const;
