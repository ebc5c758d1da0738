// The API in process: what the HTTP routes and the pages call. A page can never see more than a caller of the API.
import { hash } from 'node:crypto';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Clock } from '../src/clock.ts';
import { type Day, dayOf } from '../src/day.ts';
import type { AnyProjection } from '../projections/projection.ts';
import { type ContextInput, createContext, type GraphContext } from './context.ts';
import { type CompiledDocument, compileDocument, execute, type Variables } from './execute.ts';
import { type PositionWatch, positionWatch } from './position-watch.ts';

export interface EngineInput extends Pick<ContextInput, 'readModel' | 'eventStore'> {
  readonly schema: GraphQLSchema;
  readonly projections: readonly AnyProjection[];
  readonly clock: Clock;
  /** Asked for each request: a ledger may be marked while it is served. */
  readonly marks: () => ContextInput['marks'];
  /** Documents that can be asked for by `documentId` alone. */
  readonly documents: readonly string[];
  /** Gets every fault that was masked in an answer. */
  readonly onFault: (fault: unknown, requestId: string) => void;
}

export interface GraphEngine {
  readonly schema: GraphQLSchema;
  readonly positions: PositionWatch;
  /** A context for one request. */
  readonly context: (requestId: string) => GraphContext;
  /** Runs a document that was compiled once, at start. Never throws. */
  readonly run: (compiled: CompiledDocument, variables: Variables, requestId: string) => Promise<ExecutionResult>;
  /** Document registered under `sha256:<hex>`. */
  readonly registered: (documentId: string) => CompiledDocument | undefined;
}

/** `sha256:<hex>` over the bytes of a document, as the specification of persisted documents has it. */
export const documentIdOf = (text: string): string => `sha256:${hash('sha256', text, 'hex')}`;

/**
 * Compiles a document of our own.
 * @throws Error when it is not valid: a mistake of ours that start-up shows.
 */
export const compileOwn = (schema: GraphQLSchema, text: string): CompiledDocument => {
  const { compiled, errors } = compileDocument(schema, text);
  if (compiled !== undefined) return compiled;
  throw new Error(`a document of the portal is not valid: ${errors.map(({ message }) => message).join('; ')}`);
};

/** @throws Error when a registered document is not valid. */
export const graphEngine = (input: EngineInput): GraphEngine => {
  const { schema, readModel, eventStore, clock, onFault } = input;
  const documents = new Map(input.documents.map((text) => [documentIdOf(text), compileOwn(schema, text)]));
  const todayOf = dayWithinMinute();
  const positions = positionWatch(readModel, input.projections, () => clock.monotonicMs());
  const context = (requestId: string): GraphContext => {
    const now = clock.now();
    return createContext({
      readModel,
      eventStore,
      positions,
      marks: input.marks(),
      now,
      today: todayOf(now),
      requestId,
    });
  };
  return {
    schema,
    positions,
    context,
    run: (compiled, variables, requestId) =>
      execute(compiled, variables, context(requestId), (fault) => onFault(fault, requestId)),
    registered: (documentId) => documents.get(documentId),
  };
};

/** The day of an instant, told once a minute: days begin with one. */
const dayWithinMinute = (): ((now: Date) => Day) => {
  let known: { readonly minute: number; readonly day: Day } | undefined;
  return (now) => {
    const minute = Math.floor(now.getTime() / 60_000);
    if (known?.minute !== minute) known = { minute, day: dayOf(now) };
    return known.day;
  };
};
