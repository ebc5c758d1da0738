/** The one error of the embedded PostgreSQL: what was tried, what was wrong, and the way out. */

/** Closed list of reasons why the embedded PostgreSQL cannot be used. */
type EmbeddedPostgresErrorCode =
  | 'platform-package-missing'
  | 'cache-unusable'
  | 'no-user-to-run-as'
  | 'data-folder-unusable'
  | 'data-folder-out-of-reach'
  | 'other-major-version'
  | 'program-failed'
  | 'lock-timed-out'
  | 'server-did-not-answer'
  | 'server-processes-left';

/** A fault of the embedded PostgreSQL. `fix` is one sentence for the person who starts the program. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code: EmbeddedPostgresErrorCode;
  readonly fix: string;

  constructor(code: EmbeddedPostgresErrorCode, problem: string, fix: string, options?: ErrorOptions) {
    super(`${problem} ${fix}`, options);
    this.code = code;
    this.fix = fix;
  }
}

/** The way out that always exists. */
export const useOwnServer = 'Or set DATABASE_URL to a PostgreSQL server (15 or newer) of your own.';

/** The code of a Node system error ('ENOENT', …), if the value is one. */
export const systemErrorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
