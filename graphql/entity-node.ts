// Finds an entity, now or as of a past day, and its history.
import type { EntityProfile } from '../projections/entity-profile.ts';
import { entityOn, type EntityView } from '../projections/entity-view.ts';
import { factHistory, historyKey } from '../projections/fact-history.ts';
import { BY_KEY, ROWS_PER_PAGE_MAX } from '../projections/read-model.ts';
import type { Day } from '../src/day.ts';
import { isPublicSubject } from './access.ts';
import { atText } from './as-of.ts';
import type { GraphContext } from './context.ts';
import { no } from './errors.ts';
import type { EntityId } from './node-id.ts';
import { type FactNode, factNode } from './types/fact.ts';
import type { NodeShape } from './types/node-interface.ts';

/**
 * An entity as it was read. `position`: of the last fact known of it. `knownTo`, for a read of what was known in the past:
 * of the last public fact known then.
 */
export interface EntityNode extends NodeShape {
  readonly type: 'Entity';
  readonly id: EntityId;
  readonly view: EntityView;
  readonly position: bigint;
  readonly knownTo?: bigint | undefined;
}

/** Undefined when nothing public was known of it then, or the public may not know of it. */
export const loadEntity = async (id: EntityId, context: GraphContext): Promise<EntityNode | undefined> => {
  const { subject, at } = id;
  const { loaders, today } = context;
  if (!isPublicSubject(subject)) return undefined;
  if (at?.position !== undefined) await awaitPosition(at.position, context);
  if (at?.knownOn !== undefined || at?.position !== undefined) {
    const known = await loaders.knownProfile.load(`${subject}/${atText(at)}`);
    return known && entityNode(id, known.profile, at.validOn, known.knownTo);
  }
  const profile = await loaders.profile.load(subject);
  if (profile === undefined) return undefined;
  const node = entityNode(id, profile, at?.validOn ?? today);
  // Facts that are not public yet, of an entity that no register spoke of, must not show by its presence.
  const isPublic = profile.statements.length > 0 || (await historyBefore(node, undefined, 1, context)).length > 0;
  return isPublic ? node : undefined;
};

/** @throws GraphQLError BAD_USER_INPUT for a position past the ledger's last, BEHIND for one not answered for yet. */
const awaitPosition = async (position: bigint, { eventStore, positions }: GraphContext): Promise<void> => {
  if (position <= (await positions.floor())) return;
  if (position > (await eventStore.head()))
    throw no('BAD_USER_INPUT', 'at.position lies past the last event of the ledger');
  if (!(await positions.reach(position))) throw no('BEHIND', 'the answer would not reflect at.position yet: ask again');
};

const entityNode = (id: EntityId, profile: EntityProfile, day: Day, knownTo?: bigint): EntityNode => ({
  type: 'Entity',
  id,
  view: entityOn(profile, day),
  position: BigInt(profile.position),
  ...(knownTo === undefined ? {} : { knownTo }),
});

/**
 * A position with which the same is read again: the one asked for; of the last public fact that was known; now, how far
 * everything was read, which tells nothing of facts that are not public.
 */
export const asOfPosition = async (
  { id: { at }, position, knownTo }: EntityNode,
  { positions }: GraphContext,
): Promise<bigint> => {
  if (at?.position !== undefined) return at.position;
  if (knownTo !== undefined) return knownTo;
  const floor = await positions.floor();
  return floor > position ? floor : position;
};

/** Facts of an entity that everybody may read, newest first, behind a position. */
export const historyBefore = async (
  { id: { subject }, knownTo }: EntityNode,
  before: bigint | undefined,
  limit: number,
  { readModel }: GraphContext,
): Promise<readonly FactNode[]> => {
  const facts: FactNode[] = [];
  let pageRows = limit;
  let after = before ?? (knownTo === undefined ? undefined : knownTo + 1n);
  for (;;) {
    const rows = await readModel.scan(factHistory, {
      index: BY_KEY,
      equal: [],
      prefix: `${subject} `,
      after: after === undefined ? undefined : [historyKey(subject, after)],
      descending: true,
      limit: pageRows,
    });
    facts.push(...rows.map(({ doc }) => factNode(doc, knownTo)).filter((fact) => fact !== undefined));
    after = rows.at(-1)?.doc.position;
    if (facts.length >= limit || rows.length < pageRows) return facts.slice(0, limit);
    pageRows = ROWS_PER_PAGE_MAX; // Facts that are not public stand between: looked past in few statements.
  }
};

/** How many facts the history has; null when it is longer than one page of the read model, which is not counted out. */
export const historyCount = async (entity: EntityNode, context: GraphContext): Promise<number | null> => {
  const facts = await historyBefore(entity, undefined, ROWS_PER_PAGE_MAX, context);
  return facts.length < ROWS_PER_PAGE_MAX ? facts.length : null;
};
