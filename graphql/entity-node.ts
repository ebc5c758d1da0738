// Finds an entity, now or as of a past day, and its history.
import { type EntityView, entityOn } from '../projections/entity-view.ts';
import { factHistory, historyKey } from '../projections/fact-history.ts';
import { BY_KEY, ROWS_PER_PAGE_MAX } from '../projections/read-model.ts';
import { isPublicSubject } from './access.ts';
import { atText } from './as-of.ts';
import type { GraphContext, KnownProfile } from './context.ts';
import type { EntityId } from './node-id.ts';
import { type FactNode, factNode } from './types/fact.ts';
import type { NodeShape } from './types/node-interface.ts';

/** An entity as it was read. `asOf`: position of the last fact known of it; `knownTo` the same for a read of the past. */
export interface EntityNode extends NodeShape {
  readonly type: 'Entity';
  readonly id: EntityId;
  readonly view: EntityView;
  readonly asOf: bigint;
  readonly knownTo?: bigint | undefined;
}

/** Undefined when the ledger knew no such entity then, or the public may not know of it. */
export const loadEntity = async (id: EntityId, { loaders, today }: GraphContext): Promise<EntityNode | undefined> => {
  const { subject, at } = id;
  if (!isPublicSubject(subject)) return undefined;
  const isKnownThen = at?.knownOn !== undefined || at?.position !== undefined;
  if (isKnownThen) {
    const known: KnownProfile | undefined = await loaders.knownProfile.load(`${subject}/${atText(at)}`);
    if (known === undefined) return undefined;
    const { profile, knownTo } = known;
    return { type: 'Entity', id, view: entityOn(profile, at.validOn), asOf: knownTo, knownTo };
  }
  const profile = await loaders.profile.load(subject);
  if (profile === undefined) return undefined;
  return { type: 'Entity', id, view: entityOn(profile, at?.validOn ?? today), asOf: BigInt(profile.position) };
};

/** Facts of an entity that everybody may read, newest first, behind a position. */
export const historyBefore = async (
  { id: { subject }, knownTo }: EntityNode,
  before: bigint | undefined,
  limit: number,
  { readModel }: GraphContext,
): Promise<readonly FactNode[]> => {
  const facts: FactNode[] = [];
  let after = before ?? (knownTo === undefined ? undefined : knownTo + 1n);
  for (;;) {
    const rows = await readModel.scan(factHistory, {
      index: BY_KEY,
      equal: [],
      prefix: `${subject} `,
      after: after === undefined ? undefined : [historyKey(subject, after)],
      descending: true,
      limit,
    });
    facts.push(...rows.map(({ doc }) => factNode(doc, knownTo)).filter((fact) => fact !== undefined));
    after = rows.at(-1)?.doc.position;
    if (facts.length >= limit || rows.length < limit) return facts.slice(0, limit);
  }
};

/** How many facts the history has; null when it is longer than one page of the read model, which is not counted out. */
export const historyCount = async (entity: EntityNode, context: GraphContext): Promise<number | null> => {
  const facts = await historyBefore(entity, undefined, ROWS_PER_PAGE_MAX, context);
  return facts.length < ROWS_PER_PAGE_MAX ? facts.length : null;
};
