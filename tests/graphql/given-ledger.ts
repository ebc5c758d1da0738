// A small ledger with its read models, and the API in process, for tests of the schema and of the server.
import { graphEngine, type GraphEngine } from '../../graphql/engine.ts';
import { compileDocument } from '../../graphql/execute.ts';
import { schema } from '../../graphql/schema.ts';
import { projections } from '../../projections/index.ts';
import type { ReadModel } from '../../projections/read-model.ts';
import { catchUp } from '../../projections/run.ts';
import type { EventStore } from '../../src/ledger/event-store.ts';
import { usccCheckCharacter } from '../../src/uscc.ts';
import { appendAll, type EventInput, openMemory } from '../projections/given-events.ts';

/** A code that is right in form and check, of division 990000, which no real body has. */
export const usccOf = (n: number): string => {
  const body = `91990000${String(n).padStart(8, '0')}A`;
  return `${body}${usccCheckCharacter(body) ?? ''}`;
};
export const subjectOf = (n: number): string => `uscc:${usccOf(n)}`;

/** A registration of the n-th entity. */
export const registered = (n: number, data: EventInput['data'] = {}, input: EventInput = {}): EventInput => ({
  type: 'EntityRegistered',
  subject: subjectOf(n),
  stream: `entity-${subjectOf(n)}`,
  about: [{ subject: subjectOf(n), role: 'subject' }],
  data: { name: `惠信测试${String(n).padStart(4, '0')}有限公司`, ...data },
  ...input,
});

export interface GivenLedger {
  readonly engine: GraphEngine;
  readonly store: EventStore;
  readonly readModel: ReadModel;
  readonly clock: { readonly now: () => Date; readonly monotonicMs: () => number; readonly pass: (ms: number) => void };
  /** Calls that the read model got since the start, by method. */
  readonly calls: () => Readonly<Record<string, number>>;
  readonly faults: unknown[];
  /** Appends and folds. */
  readonly record: (inputs: readonly EventInput[]) => Promise<void>;
  readonly fold: () => Promise<void>;
  readonly ask: (text: string, variables?: Readonly<Record<string, unknown>>) => Promise<Answer>;
}

export interface Answer {
  // oxlint-disable-next-line typescript/no-explicit-any -- A test says itself what it expects inside.
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

const READS = ['get', 'getMany', 'scan', 'count', 'states'] as const;

/** The read model, with every read counted. */
export const counted = (readModel: ReadModel) => {
  const counts: Record<string, number> = {};
  const reads = Object.fromEntries(
    READS.map((method) => [
      method,
      (...args: unknown[]) => {
        counts[method] = (counts[method] ?? 0) + 1;
        return (readModel[method] as (...args: unknown[]) => unknown)(...args);
      },
    ]),
  );
  return { readModel: { ...readModel, ...reads }, counts: () => ({ ...counts }) };
};

export const givenLedger = async (
  inputs: readonly EventInput[],
  documents: readonly string[] = [],
): Promise<GivenLedger> => {
  const given = await openMemory(inputs, projections);
  const { readModel, counts } = counted(given.readModel);
  const faults: unknown[] = [];
  const engine = graphEngine({
    schema,
    readModel,
    eventStore: given.store,
    projections,
    clock: given.clock,
    marks: () => ({ generated: false, testClock: false }),
    documents,
    onFault: (fault) => faults.push(fault),
  });
  const fold = async (): Promise<void> => {
    await catchUp({ ...given, owner: `fold ${given.clock.monotonicMs()}` });
  };
  await fold();
  return {
    ...given,
    readModel,
    engine,
    faults,
    fold,
    calls: counts,
    record: async (more) => {
      await appendAll(given.store, more);
      await fold();
    },
    ask: async (text, variables = {}) => {
      const { compiled, errors } = compileDocument(schema, text);
      const answer = compiled === undefined ? { errors } : await engine.run(compiled, variables, 'test');
      return JSON.parse(JSON.stringify(answer)) as Answer;
    },
  };
};
