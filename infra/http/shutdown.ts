// Stops the server without cutting off who is being answered.
import type { FastifyInstance } from 'fastify';

/** Open requests get this long; then their connections are cut. */
export const SHUTDOWN_GRACE_MS = 5_000;
const IDLE_SWEEP_MS = 50;

/**
 * A connection turns idle only after Fastify's own sweep, so idle ones are swept again and again until all are gone or the
 * grace is over.
 */
export const closeGracefully = (app: FastifyInstance, graceMs: number = SHUTDOWN_GRACE_MS): void => {
  let sweep: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  app.addHook('preClose', (done) => {
    sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP_MS);
    deadline = setTimeout(() => app.server.closeAllConnections(), graceMs);
    done();
  });
  app.addHook('onClose', (_app, done) => {
    clearInterval(sweep);
    clearTimeout(deadline);
    done();
  });
};
