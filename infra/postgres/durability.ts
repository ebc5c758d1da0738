/**
 * Refuses a PostgreSQL server that could lose what it confirmed. A ledger answers "recorded" only for what survives a
 * power cut, and that needs three settings of the server, whoever runs it.
 * Source: PostgreSQL documentation, sections "Asynchronous Commit" and "Write Ahead Log" of the server configuration.
 */

/** The slice of a `pg` client or pool that is used. */
interface Querying {
  readonly query: (sql: string) => Promise<{ readonly rows: readonly unknown[] }>;
}

interface Setting {
  readonly name: string;
  readonly value: string;
  /** Where the value comes from, as in pg_settings.source. */
  readonly source: string;
  readonly version_num: number;
  readonly database: string;
  readonly role: string;
}

/** Oldest server that is tested; fifteen is what long-lived Linux distributions still carry. */
const versionMin = 15;

/** synchronous_commit: `local` and stronger wait for the disk of this server, `off` does not. */
const unsafeValue: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
};

/** The server cannot hold a ledger. The message names each reason and the statement that removes it. */
export class UnsafePostgresError extends Error {
  override readonly name = 'UnsafePostgresError';
  /** Names of the unsafe settings; `server_version` for a server that is too old. */
  readonly unsafe: readonly string[];

  constructor(unsafe: readonly string[], message: string) {
    super(message);
    this.unsafe = unsafe;
  }
}

/** Asks the session of `client`. @throws UnsafePostgresError when the server is too old or a setting is unsafe. */
export const refuseUnsafeSettings = async (client: Querying): Promise<void> => {
  const { rows } = await client.query(settingsQuery);
  const settings = rows as readonly Setting[];
  const version = Math.floor((settings[0]?.version_num ?? 0) / 10_000);
  const unsafe = settings.filter(({ name, value }) => value === unsafeValue[name]);
  const problems = unsafe.map(
    (setting) => `${setting.name} is ${setting.value} (set by: ${setting.source}): ${remedy(setting)}`,
  );
  const tooOld = version < versionMin ? [`PostgreSQL ${version} is too old: use ${versionMin} or newer`] : [];
  if (problems.length + tooOld.length === 0) return;
  throw new UnsafePostgresError(
    [...(tooOld.length > 0 ? ['server_version'] : []), ...unsafe.map(({ name }) => name)],
    `This PostgreSQL server could lose what it confirmed. ${[...tooOld, ...problems].join('. ')}.`,
  );
};

const settingsQuery = `
  SELECT name, setting AS value, source, current_setting('server_version_num')::int AS version_num,
         quote_ident(current_database()) AS database, quote_ident(session_user::text) AS role
    FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name`;

/** A value for one database or role hides the server's own, so it must be taken back where it was set. */
const remedy = ({ name, source, database, role }: Setting): string => {
  switch (source) {
    case 'database':
      return `run ALTER DATABASE ${database} RESET ${name};`;
    case 'user':
      return `run ALTER ROLE ${role} RESET ${name};`;
    case 'database user':
      return `run ALTER ROLE ${role} IN DATABASE ${database} RESET ${name};`;
    case 'client':
    case 'session':
      return `take it out of DATABASE_URL and PGOPTIONS, or run RESET ${name};`;
    case 'command line':
      return `take "-c ${name}" out of the server's command line and restart it`;
    default:
      return `run ALTER SYSTEM SET ${name} = on; SELECT pg_reload_conf();`;
  }
};
