// A recorder in memory for tests: fixed clock, counted randomness, everything in reach.
import { memoryEventStore } from '../infra/stores/memory-event-store.ts';
import { memoryKeyVault } from '../infra/stores/memory-key-vault.ts';
import type { Day } from '../src/day.ts';
import { factDefinition } from '../src/facts/index.ts';
import type { Fact, FactDefinition } from '../src/fact.ts';
import { uuidOfText } from '../src/ledger/event.ts';
import { record, type Outcome, type Recorder, type Stated } from '../src/ledger/record.ts';
import { aesGcm } from '../src/seal/cipher.ts';

export const TODAY: Day = '2026-11-22';
export const AGENCY = '11440300MB2C92168F';
export const SUBJECT = 'uscc:91440300192317458F';

/** Bytes that count up: never the same twice, always the same in every run. */
export const countingBytes = (): ((count: number) => Uint8Array) => {
  let next = 0;
  return (count) => {
    const bytes = Buffer.alloc(count);
    bytes.writeUInt32BE(next, count - 4);
    next += 1;
    return bytes;
  };
};

export const memoryRecorder = (): Recorder & { store: ReturnType<typeof memoryEventStore> } => ({
  store: memoryEventStore({ now: () => new Date(`${TODAY}T04:00:00.000Z`) }),
  vault: memoryKeyVault(),
  cipher: aesGcm,
  randomBytes: countingBytes(),
});

export const definitionOf = (type: string): FactDefinition => {
  const definition = factDefinition(type);
  if (definition === undefined) throw new Error(`no fact type ${type}`);
  return definition;
};

/** A registration of the usual subject. */
export const registration = (name: string, more: Partial<Fact> = {}): Fact => ({
  type: 'EntityRegistered',
  about: [{ subject: SUBJECT, role: 'subject' }],
  data: { name },
  seal: {},
  ...more,
});

/** One file: its facts stand on lines 2, 3, …; `asOf` is the day it was made. */
export interface HandedIn {
  readonly facts: readonly Fact[];
  readonly asOf?: Day;
  /** What makes its bytes its own; the same text is the same file again. */
  readonly file?: string;
  readonly agency?: string;
}

export const handIn = (
  recorder: Recorder,
  { facts, asOf = TODAY, file, agency = AGENCY }: HandedIn,
): Promise<readonly Outcome[]> => {
  const batch = uuidOfText(file ?? JSON.stringify([agency, asOf, facts]));
  const stated = facts.map((fact, index): Stated => ({ fact, definition: definitionOf(fact.type), line: index + 2 }));
  const source = { kind: 'agency' as const, agency, form: 'test@1', assertedOn: asOf, batch };
  return record(recorder, stated, { source, today: TODAY });
};
