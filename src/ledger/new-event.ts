// Makes the event of a statement that was decided on. Members of inner objects stand in canonical order from the start,
// so that encoding need not sort them; a member that is absent is undefined and left out of the text.
import type { Cipher } from '../seal/cipher.ts';
import type { SubjectKey } from '../seal/key-vault.ts';
import { sealAll, type Prepared } from '../seal/seal.ts';
import { eventId, type Relates, type Source, type UnrecordedEvent, type Valid } from './event.ts';

const NONCE_BYTES = 16;

export interface NewEvent {
  readonly prepared: Prepared;
  readonly source: Source;
  readonly revision: number;
  readonly relates: Relates | undefined;
  readonly keys: ReadonlyMap<string, SubjectKey>;
}

export const newEvent = (
  { prepared, source, revision, relates, keys }: NewEvent,
  means: { readonly cipher: Cipher; readonly randomBytes: (count: number) => Uint8Array },
): UnrecordedEvent => {
  const { fact, definition, stream } = prepared;
  const id = eventId(stream, revision, source);
  return {
    v: 1,
    id,
    stream,
    revision,
    type: definition.type,
    schema: definition.schema,
    about: fact.about,
    valid: validOf(prepared, source),
    source,
    relates,
    nonce: Buffer.from(means.randomBytes(NONCE_BYTES)).toString('base64url'),
    data: fact.data,
    original: fact.original,
    sealed: sealAll(prepared, keys, { eventId: id, ...means }),
  };
};

/** The stated days; where the first is not stated, the type may know it, and a snapshot is valid from the day it was made. */
const validOf = ({ fact, definition }: Prepared, source: Source): Valid | undefined => {
  const { valid } = fact;
  const from =
    valid?.from ??
    definition.validFrom?.(fact.data) ??
    (definition.repeat === 'changes' ? source.assertedOn : undefined);
  if (from === undefined && valid === undefined) return undefined;
  return valid?.until === undefined ? { from } : { from, until: valid.until };
};

/** The source of one statement: what its whole batch shares, and its place. */
export const sourceAt = (
  { actor, agency, assertedOn, batch, form, kind }: Omit<Source, 'line' | 'n'>,
  line: number,
  n: number,
): Source => ({ actor, agency, assertedOn, batch, form, kind, line, n: n === 0 ? undefined : n });
