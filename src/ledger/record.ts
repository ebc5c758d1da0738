// The only write path: a stated fact is compared with what its source last stated, becomes an event, and is appended.
import type { Day } from '../day.ts';
import { refusal, type Fact, type FactDefinition, type Refusal } from '../fact.ts';
import type { Cipher } from '../seal/cipher.ts';
import type { KeyVault, SubjectKey } from '../seal/key-vault.ts';
import { hashesOf, isRefusal, keysOfAll, prepare, type Prepared } from '../seal/seal.ts';
import { canonicalOrder, NotCanonical } from './canonical-json.ts';
import type { EventData, LedgerEvent, Source, UnrecordedEvent } from './event.ts';
import { EVENTS_PER_STREAM_MAX, type AppendRequest, type EventStore } from './event-store.ts';
import { newEvent, sourceAt } from './new-event.ts';
import { placeIn } from './place.ts';
import { relationOf, type Relation, type Statement } from './statement.ts';

/** Statements of one call at most. */
export const STATEMENTS_PER_CALL_MAX = 5_000;
/** Tries when another writer was first. */
const TRIES_MAX = 3;
/** From this revision on a stream keeps its last places for news: unchanged statements are no longer noted. */
const CONFIRMATIONS_END = EVENTS_PER_STREAM_MAX - 100;

/** What recording needs from outside. */
export interface Recorder {
  readonly store: Pick<EventStore, 'append' | 'readStreams'>;
  readonly vault: KeyVault;
  readonly cipher: Cipher;
  readonly randomBytes: (count: number) => Uint8Array;
}

/** A validated fact with its type and its place in what was handed in. */
export interface Stated {
  readonly fact: Fact;
  readonly definition: FactDefinition;
  readonly line: number;
  readonly n?: number | undefined;
}

/** What became of a statement. `alreadyThere` may still have noted a later day (`confirms`); then it has a position. */
export type Outcome =
  | { readonly outcome: 'recorded' | 'changed' | 'corrected'; readonly position: bigint; readonly event: string }
  | { readonly outcome: 'alreadyThere'; readonly position?: bigint | undefined }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };

/** What all statements of one call share. `today` is the day of recording in Asia/Shanghai. */
export interface Handover {
  readonly source: Omit<Source, 'line' | 'n'>;
  readonly today: Day;
}

/**
 * Records statements in their order and answers one outcome each. Many are handled per round trip: one read of all streams,
 * one append. On `EventStoreUnavailable` the whole call may be repeated: what was written is recognised by its place.
 * The caller guarantees at most STATEMENTS_PER_CALL_MAX statements, each parsed by `parseFact` or a form, and that statements
 * of one batch come in the order of their places.
 */
export const record = async (
  recorder: Recorder,
  stated: readonly Stated[],
  handover: Handover,
): Promise<readonly Outcome[]> => recordPrepared(recorder, prepareStatements(recorder, stated), handover);

/** Statements fit to be recorded. `streams`: all that they touch, so that a caller knows what may be recorded at once. */
export interface PreparedStatements {
  readonly stated: readonly Stated[];
  readonly streams: ReadonlySet<string>;
  readonly waiting: ReadonlyMap<string, readonly Waiting[]>;
  /** By index; those that wait have none yet. */
  readonly refused: readonly (Outcome | undefined)[];
}

/** First half of `record`: what can be done without any store. */
export const prepareStatements = (recorder: Recorder, stated: readonly Stated[]): PreparedStatements => {
  if (stated.length > STATEMENTS_PER_CALL_MAX) {
    throw new RangeError(
      `one call records at most ${STATEMENTS_PER_CALL_MAX} statements, ${stated.length} were stated`,
    );
  }
  const refused: (Outcome | undefined)[] = [];
  const waiting = new Map<string, Waiting[]>();
  for (const [index, one] of stated.entries()) {
    const prepared = prepareOne(one, recorder);
    if (isRefusal(prepared)) {
      refused[index] = { outcome: 'refused', refusal: prepared };
      continue;
    }
    const group = waiting.get(prepared.stream);
    if (group === undefined) waiting.set(prepared.stream, [{ index, stated: one, prepared }]);
    else group.push({ index, stated: one, prepared });
  }
  return { stated, streams: new Set(waiting.keys()), waiting, refused };
};

/** Second half of `record`; may be repeated with the same statements. */
export const recordPrepared = async (
  recorder: Recorder,
  prepared: PreparedStatements,
  handover: Handover,
): Promise<readonly Outcome[]> => {
  const waiting = new Map(prepared.waiting);
  const outcomes = [...prepared.refused] as Outcome[];
  const keys = await keysOfAll(
    [...waiting.values()].flat().map((one) => one.prepared),
    recorder.vault,
  );
  for (let tries = 1; waiting.size > 0; tries += 1) {
    await recordOnce({ recorder, handover, keys, outcomes, waiting, isLastTry: tries === TRIES_MAX });
  }
  return outcomes;
};

interface Waiting {
  readonly index: number;
  readonly stated: Stated;
  readonly prepared: Prepared;
}

interface Round {
  readonly recorder: Recorder;
  readonly handover: Handover;
  readonly keys: ReadonlyMap<string, SubjectKey>;
  readonly outcomes: Outcome[];
  /** By stream; a stream leaves it when its statements are settled. */
  readonly waiting: Map<string, readonly Waiting[]>;
  readonly isLastTry: boolean;
}

const recordOnce = async ({ recorder, handover, keys, outcomes, waiting, isLastTry }: Round): Promise<void> => {
  const streams = await recorder.store.readStreams([...waiting.keys()]);
  const plans: { request: AppendRequest; decided: readonly Decided[] }[] = [];
  for (const [stream, group] of waiting) {
    const before = streams.get(stream) ?? NO_EVENTS;
    const decided = decideAll(group, before, { recorder, handover, keys });
    const events: UnrecordedEvent[] = [];
    for (const { waiting: one, event, outcome } of decided) {
      if (event !== undefined) events.push(event);
      if (outcome !== undefined) outcomes[one.index] = outcome;
    }
    if (events.length === 0) waiting.delete(stream);
    else plans.push({ request: { stream, expected: before.length - 1, events }, decided });
  }
  const appended = plans.length === 0 ? [] : await recorder.store.append(plans.map(({ request }) => request));
  for (const [index, { request, decided }] of plans.entries()) {
    const { stream } = request;
    const result = appended[index];
    if (result?.outcome === 'appended') {
      let position = result.first;
      for (const { waiting: one, event, counts } of decided) {
        if (event === undefined) continue;
        outcomes[one.index] = { outcome: counts, position, event: event.id };
        position += 1n;
      }
      waiting.delete(stream);
    } else if (isLastTry) {
      for (const { waiting: one } of decided) outcomes[one.index] = { outcome: 'refused', refusal: CONFLICT };
      waiting.delete(stream);
    }
  }
};

const NO_EVENTS: readonly Statement[] = [];

const CONFLICT = refusal(
  'conflict',
  `other writers were first ${TRIES_MAX} times in a row`,
  'hand the same statement in again',
);

/** A statement with its event, or with the outcome that needs none. */
interface Decided {
  readonly waiting: Waiting;
  readonly counts: 'recorded' | 'changed' | 'corrected' | 'alreadyThere';
  readonly event?: UnrecordedEvent | undefined;
  readonly outcome?: Outcome | undefined;
}

type Means = Pick<Round, 'recorder' | 'handover' | 'keys'>;

/** Decides the statements of one stream in order, each upon what the ones before it made of the stream. */
const decideAll = (group: readonly Waiting[], before: readonly Statement[], means: Means): readonly Decided[] => {
  const stream = [...before];
  return group.map((waiting) => {
    const decided = decideOne(waiting, stream, means);
    if (decided.event !== undefined) stream.push({ event: decided.event });
    return decided;
  });
};

const decideOne = (waiting: Waiting, stream: readonly Statement[], { recorder, handover, keys }: Means): Decided => {
  const { stated, prepared } = waiting;
  const { fact, definition } = prepared;
  const source = sourceAt(handover.source, stated.line, stated.n ?? 0);
  const settled = (outcome: Outcome): Decided => ({ waiting, counts: 'alreadyThere', outcome });
  const place = placeIn(stream, source);
  if (place === 'there') return settled({ outcome: 'alreadyThere' });

  const isFirst = stream.length === 0 && fact.relates === undefined;
  const relation = isFirst ? FIRST : relationOf({ fact, definition, source, hashes: hashesOf(prepared, keys) }, stream);
  if (relation.kind === 'known' || (relation.kind === 'confirms' && stream.length >= CONFIRMATIONS_END)) {
    return settled({ outcome: 'alreadyThere' });
  }
  if (stream.length >= EVENTS_PER_STREAM_MAX) return settled({ outcome: 'refused', refusal: STREAM_FULL });
  const no = definition.decide?.(fact, ownEvents(stream, source.agency), handover.today);
  if (no !== undefined) return settled({ outcome: 'refused', refusal: no });
  if (place === 'passed') return settled({ outcome: 'alreadyThere' });

  const event = newEvent(
    { prepared, source, revision: stream.length, relates: relation.relates, keys },
    { cipher: recorder.cipher, randomBytes: recorder.randomBytes },
  );
  return { waiting, counts: COUNTS[relation.kind], event };
};

const FIRST: Relation = { kind: 'first' };

const COUNTS = {
  first: 'recorded',
  earlier: 'changed',
  changes: 'changed',
  ends: 'changed',
  retracts: 'changed',
  corrects: 'corrected',
  confirms: 'alreadyThere',
} as const;

const STREAM_FULL = refusal(
  'stream-full',
  `this record already has ${EVENTS_PER_STREAM_MAX} events, the most one may have`,
  'ask the operator: a record that changes this often is usually two records under one number',
);

/** What the same agency stated: only its own word can contradict it. */
const ownEvents = (stream: readonly Statement[], agency: string): readonly LedgerEvent[] =>
  stream.flatMap(({ event }) => (event.source.agency === agency ? [event as LedgerEvent] : []));

/** Canonical, prepared, or the refusal that says why not. */
const prepareOne = ({ fact, definition }: Stated, { vault }: Recorder): Prepared | Refusal => {
  try {
    const data = canonicalOrder(fact.data) as EventData;
    if (fact.original !== undefined) canonicalOrder(fact.original);
    return prepare(data === fact.data ? fact : { ...fact, data }, definition, vault.kms);
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error;
    return refusal(
      'not-canonical',
      `the statement cannot be stored exactly: ${error.message}`,
      'send well-formed text and whole numbers',
      error.path,
    );
  }
};
