// What a resolver gets: ports to read from, the day, and loaders that live for one request.
import type { Day } from '../src/day.ts';
import type { EventStore } from '../src/ledger/event-store.ts';
import { entityProfile, type EntityProfile } from '../projections/entity-profile.ts';
import { profileAsOf } from '../projections/entity-view.ts';
import { factHistory, type HistoryRow } from '../projections/fact-history.ts';
import type { Projection } from '../projections/projection.ts';
import { BY_KEY, type ReadModel, ROWS_PER_PAGE_MAX } from '../projections/read-model.ts';
import { isPublicFact } from './access.ts';
import { parseAtText, wasKnown } from './as-of.ts';
import { type BatchLoader, batchLoader } from './batch-loader.ts';
import { no } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { PositionWatch } from './position-watch.ts';

/** What resolvers may ask of the read model: they never write. */
export type ReadableModel = Pick<ReadModel, 'get' | 'getMany' | 'scan' | 'count' | 'states'>;
export type ReadableStore = Pick<EventStore, 'head' | 'readAll'>;

/** What the ledger says of itself: `generated` data of a demonstration, `testClock` written under a fixed day. */
export interface LedgerMarks {
  readonly generated: boolean;
  readonly testClock: boolean;
}

/** A profile as it was known, and the position of the last public fact that was known of the subject. */
export interface KnownProfile {
  readonly profile: EntityProfile;
  readonly knownTo: bigint;
}

export interface Loaders {
  /** Current profile of a subject. */
  readonly profile: BatchLoader<string, EntityProfile | undefined>;
  /** Row of the history by its key. */
  readonly factByKey: BatchLoader<string, HistoryRow | undefined>;
  /** Row of the history by the id of its event; one statement an event. */
  readonly factByEvent: BatchLoader<string, HistoryRow | undefined>;
  /** Rows whose events relate to this event; one statement an event. */
  readonly factsRelatedTo: BatchLoader<string, readonly HistoryRow[]>;
  /** Profile as it was known; the key is the subject, a slash and `atText`. */
  readonly knownProfile: BatchLoader<string, KnownProfile | undefined>;
}

export interface GraphContext {
  readonly readModel: ReadableModel;
  readonly eventStore: ReadableStore;
  /** Day of asking, Asia/Shanghai. */
  readonly today: Day;
  readonly now: Date;
  readonly marks: LedgerMarks;
  readonly positions: PositionWatch;
  readonly requestId: string;
  readonly loaders: Loaders;
}

export type ContextInput = Omit<GraphContext, 'loaders'>;

/** A context for one request; the caller makes a new one for each. */
export const createContext = (input: ContextInput): GraphContext =>
  Object.assign({ loaders: loadersOf(input.readModel) }, input);

/** Facts that relate to one fact; more are never stated of one event. */
const RELATED_MAX = 100;

const loadersOf = (readModel: ReadableModel): Loaders => ({
  profile: batchLoader((subjects) => manyOf(readModel, entityProfile, subjects)),
  factByKey: batchLoader((keys) => manyOf(readModel, factHistory, keys)),
  factByEvent: eachBy(async (id) => (await scanBy(readModel, 'by_id', id, 1))[0]),
  factsRelatedTo: eachBy((id) => scanBy(readModel, 'by_relation', id, RELATED_MAX)),
  knownProfile: eachBy((key) => knownProfile(readModel, key)),
});

const manyOf = async <Doc>(readModel: ReadableModel, projection: Projection<Doc>, keys: readonly string[]) => {
  const found = await readModel.getMany(projection, keys);
  return keys.map((key) => found.get(key));
};

/** A loader that asks for each key by itself, all at once. */
const eachBy = <Value>(load: (key: string) => Promise<Value>): BatchLoader<string, Value> =>
  batchLoader((keys) => Promise.all(keys.map(load)));

const scanBy = async (
  readModel: ReadableModel,
  index: string,
  id: string,
  limit: number,
): Promise<readonly HistoryRow[]> => {
  const rows = await readModel.scan(factHistory, { index, equal: [id], limit });
  return rows.map(({ doc }) => doc);
};

/**
 * Folds the subject's own history with the fold of the live projection, up to what was known.
 * @throws GraphQLError TOO_COSTLY for a history longer than one read may fold.
 */
const knownProfile = async (readModel: ReadableModel, key: string): Promise<KnownProfile | undefined> => {
  const [subject = '', text = ''] = key.split('/');
  const at = parseAtText(text) ?? {};
  const history = (await wholeHistory(readModel, subject)).filter(({ event, position: place }) =>
    wasKnown(at, { position: place, recordedAt: event.recordedAt }),
  );
  const profile = profileAsOf(history, {});
  const knownTo = history.findLast(({ event: { type } }) => isPublicFact({ type, subject }))?.position;
  return profile === undefined || knownTo === undefined ? undefined : { profile, knownTo };
};

const wholeHistory = async (readModel: ReadableModel, subject: string) => {
  const history: HistoryRow[] = [];
  let after: readonly [string] | undefined;
  while (history.length < LIMITS.asOfFactsMax) {
    const scan = { index: BY_KEY, equal: [], prefix: `${subject} `, after, limit: ROWS_PER_PAGE_MAX };
    const rows = await readModel.scan(factHistory, scan);
    history.push(...rows.map(({ doc }) => doc));
    if (rows.length < ROWS_PER_PAGE_MAX) return history;
    after = [rows.at(-1)?.key ?? ''];
  }
  throw no(
    'TOO_COSTLY',
    `the subject has more than ${LIMITS.asOfFactsMax} facts: ask for the present, or for its history`,
  );
};
