// Ids of nodes: opaque to callers, base64url of the type and what finds the node again.
import { parseSubjectId } from '../src/subject.ts';
import { type At, atText, isPositionText, parseAtText } from './as-of.ts';

/** An entity, read now or as of a past day: the id carries which, so that it gives the same answer again. */
export interface EntityId {
  readonly type: 'Entity';
  readonly subject: string;
  readonly at?: At | undefined;
}

/** A fact by its event. `key` is its row in the history; `knownTo` the last position that was known when it was read. */
export interface FactId {
  readonly type: 'Fact';
  readonly event: string;
  readonly key: string;
  readonly knownTo?: bigint | undefined;
}

const ID_CHARACTERS_MAX = 400;
/** A key of the history: subject, space, position. */
const KEY = /^[\w:.-]{1,120} \d{19}$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Written once here and read back below; the parts hold no slash. */
export const encodeNodeId = (id: EntityId | FactId): string => {
  const parts =
    id.type === 'Entity'
      ? ['Entity', id.subject, ...(id.at === undefined ? [] : [atText(id.at)])]
      : ['Fact', id.event, id.key, ...(id.knownTo === undefined ? [] : [String(id.knownTo)])];
  return Buffer.from(parts.join('/')).toString('base64url');
};

/** Undefined when the text is no id of ours. */
export const decodeNodeId = (id: string): EntityId | FactId | undefined => {
  if (id.length > ID_CHARACTERS_MAX) return undefined;
  const [type, first = '', second, third, ...others] = Buffer.from(id, 'base64url').toString().split('/');
  if (others.length > 0) return undefined;
  if (type === 'Entity' && third === undefined) return entityId(first, second);
  if (type === 'Fact' && second !== undefined && UUID.test(first) && KEY.test(second))
    return factId(first, second, third);
  return undefined;
};

const entityId = (subject: string, text: string | undefined): EntityId | undefined => {
  if (parseSubjectId(subject) === undefined) return undefined;
  if (text === undefined) return { type: 'Entity', subject };
  const at = parseAtText(text);
  return at === undefined ? undefined : { type: 'Entity', subject, at };
};

const factId = (event: string, key: string, knownTo: string | undefined): FactId | undefined => {
  if (knownTo === undefined) return { type: 'Fact', event, key };
  return isPositionText(knownTo) ? { type: 'Fact', event, key, knownTo: BigInt(knownTo) } : undefined;
};
