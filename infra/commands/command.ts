// What every command shares: how it speaks, and which exit code says what.
import type { Config } from '../config.ts';

/** Exit codes of the command line; part of the outside contract. */
export const EXIT = { done: 0, doneWithRefusals: 1, usage: 2, dependencyDown: 3, integrity: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Where a command writes: answers to `out`, progress and remarks to `err`. */
export interface Console {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person watches stderr: then progress is drawn. */
  readonly isTerminal: boolean;
}

export interface CommandContext {
  readonly config: Config;
  readonly console: Console;
  /** `--json`: one JSON object on stdout, nothing else. */
  readonly json: boolean;
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** A mistake in how a command was called. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The work was stopped by the person who started it; started again, it goes on. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/** Bigints as decimal text, as everywhere outside. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) => (typeof member === 'bigint' ? String(member) : member));
