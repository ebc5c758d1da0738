// What ended a command, in one sentence for people, and the exit code that says so to programs.
import { ReadModelUnavailable } from '../projections/read-model.ts';
import { EventStoreIntegrityError, EventStoreUnavailable } from '../src/ledger/event-store.ts';
import { KmsUnavailable } from '../src/seal/key-vault.ts';
import { EXIT, Interrupted, UsageError, type ExitCode } from './commands/command.ts';
import { ConfigError } from './config.ts';
import { EmbeddedPostgresError } from './postgres/embedded-postgres-error.ts';
import { UnsafePostgresError } from './postgres/durability.ts';
import { KeyVaultMismatch } from './stores/key-vault-duties.ts';
import { KeyFileError } from './stores/kms-file.ts';
import { ClockRefused } from './stores/ledger-marks.ts';
import { MigrationMismatch } from './stores/migrate.ts';

type ErrorClass = abstract new (...args: never[]) => Error;

const USAGE: readonly ErrorClass[] = [ConfigError, UsageError, ClockRefused, KeyFileError];
const INTEGRITY: readonly ErrorClass[] = [EventStoreIntegrityError, MigrationMismatch];
const DOWN: readonly ErrorClass[] = [
  EventStoreUnavailable,
  ReadModelUnavailable,
  EmbeddedPostgresError,
  UnsafePostgresError,
  KeyVaultMismatch,
  KmsUnavailable,
  Interrupted,
];

/** Codes of the operating system and SQLSTATEs: the network, the disk or the database, not this program. */
const OUTSIDE_CODE = /^(?:E[A-Z]+|[0-9A-Z]{5})$/;

/**
 * Only errors that are named for it mean that stored data contradicts itself; a fault that nobody foresaw counts as a
 * dependency that cannot be used, because running the command again may do.
 */
export const explainFailure = (
  error: unknown,
  isDebugging = false,
): { readonly message: string; readonly code: ExitCode } => {
  const isOne = (classes: readonly ErrorClass[]): boolean => classes.some((one) => error instanceof one);
  const message = messageOf(error);
  if (isOne(USAGE)) return { message, code: EXIT.usage };
  if (isOne(INTEGRITY)) return { message, code: EXIT.integrity };
  if (isOne(DOWN)) return { message, code: EXIT.dependencyDown };
  if (error instanceof Error && 'code' in error && OUTSIDE_CODE.test(String(error.code)))
    return { message, code: EXIT.dependencyDown };
  const stack = error instanceof Error && isDebugging ? `\n${error.stack ?? ''}` : '';
  const advice = isDebugging ? '' : '; LOG_LEVEL=debug shows where';
  return { message: `unexpected fault: ${message}${advice}${stack}`, code: EXIT.dependencyDown };
};

/** An error of several attempts may have no words of its own. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error.name;
};
