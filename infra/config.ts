// Settings: the one reader of the environment. All mistakes are reported at once, each with its fix.
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { isDay } from '../src/day.ts';
import { isConformingUscc } from '../src/uscc.ts';

const PORT_MAX = 65_535;
const DEMO_ENTITIES_MAX = 2_000_000;

const text = z.string().trim().min(1);
const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'a whole number in digits')
    .transform(Number)
    .pipe(z.number().int().min(least, `${least} or more`).max(most, `${most} or less`));

/** One line a setting: how it is read. The description becomes a row of docs/settings.md. */
const settings = z.object({
  HUIXIN_DATA_DIR: text
    .default('.huixin')
    .describe('Data folder: the embedded database and nothing that opens sealed texts.'),
  HUIXIN_KEY_FILE: text
    .optional()
    .describe('File with the key-encryption key. Default: the user’s configuration folder, never the data folder.'),
  HUIXIN_MODE: z
    .enum(['development', 'production'])
    .default('development')
    .describe('`production` refuses HUIXIN_CLOCK and unsafe settings.'),
  HUIXIN_CLOCK: z
    .string()
    .refine(isDay, 'a day as YYYY-MM-DD')
    .optional()
    .describe('Fixed "today", for tests. The folder is marked as test and needs it from then on.'),
  HUIXIN_OPERATOR: z
    .string()
    .refine(isConformingUscc, 'a unified social credit code with a right check character')
    .optional()
    .describe('Unified social credit code of the body that runs this ledger.'),
  HUIXIN_DEMO_ENTITIES: integer(1, DEMO_ENTITIES_MAX)
    .default(2_000)
    .describe('Organisations in the generated city of `huixin demo`.'),
  HUIXIN_SEED: integer(0, Number.MAX_SAFE_INTEGER).default(1).describe('Seed of the generated city.'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'postgres://user:password@host:port/database')
    .optional()
    .describe('PostgreSQL 15 or newer to use instead of the embedded one.'),
  HOST: text.default('127.0.0.1').describe('Address to listen on.'),
  PORT: integer(0, PORT_MAX).default(4000).describe('Port to listen on; 0 takes a free one.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe line that is logged.'),
  XDG_CONFIG_HOME: text.optional().describe('The user’s configuration folder (XDG); holds the default key file.'),
  XDG_CACHE_HOME: text.optional().describe('The user’s cache folder (XDG); holds the unpacked database programs.'),
});

/** Settings whose engines this version cannot drive: set, they would silently be ignored, so they are refused. */
const NOT_YET = ['EVENTSTORE_URL', 'ELASTICSEARCH_URL'] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Config {
  readonly dataDir: string;
  readonly keyFile: string;
  readonly mode: 'development' | 'production';
  readonly fixedToday: string | undefined;
  readonly operator: string | undefined;
  readonly demoEntities: number;
  readonly seed: number;
  readonly databaseUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly homeDir: string;
  readonly cacheDir: string | undefined;
}

/** Every mistake in the settings, one a line. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** @throws ConfigError naming every wrong setting, what was wanted and how to mend it; never a value that may be secret. */
export const readConfig = (environment: Environment): Config => {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  const mistakes = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${String(issue.path[0])}: wanted ${wanted(issue)}`);
  for (const name of NOT_YET) {
    if (given[name] !== undefined) mistakes.push(`${name}: this version has no adapter for that engine; unset it`);
  }
  if (parsed.success && parsed.data.HUIXIN_MODE === 'production' && parsed.data.HUIXIN_CLOCK !== undefined) {
    mistakes.push('HUIXIN_CLOCK: not in production; unset it or set HUIXIN_MODE=development');
  }
  const paths = parsed.success ? pathsOf(parsed.data) : undefined;
  if (paths !== undefined && isInside(paths.keyFile, paths.dataDir)) {
    mistakes.push(
      'HUIXIN_KEY_FILE: not inside HUIXIN_DATA_DIR, or a copy of the data holds the key to it; move it elsewhere',
    );
  }
  if (!parsed.success || paths === undefined || mistakes.length > 0) {
    throw new ConfigError(
      `Mend these settings and start again:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`,
    );
  }
  const { data } = parsed;
  return {
    ...paths,
    mode: data.HUIXIN_MODE,
    fixedToday: data.HUIXIN_CLOCK,
    operator: data.HUIXIN_OPERATOR,
    demoEntities: data.HUIXIN_DEMO_ENTITIES,
    seed: data.HUIXIN_SEED,
    databaseUrl: data.DATABASE_URL,
    host: data.HOST,
    port: data.PORT,
    logLevel: data.LOG_LEVEL,
    cacheDir: data.XDG_CACHE_HOME,
  };
};

const pathsOf = (data: z.infer<typeof settings>): Pick<Config, 'homeDir' | 'dataDir' | 'keyFile'> => {
  const homeDir = homedir();
  const ownFolder = join(data.XDG_CONFIG_HOME ?? join(homeDir, '.config'), 'huixin');
  return {
    homeDir,
    dataDir: resolve(data.HUIXIN_DATA_DIR),
    keyFile: resolve(data.HUIXIN_KEY_FILE ?? join(ownFolder, 'keys.json')),
  };
};

const isInside = (path: string, folder: string): boolean => {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

const wanted = (issue: z.core.$ZodIssue): string => issue.message.replace(/^Invalid option: expected /, '');

/** The settings as an operator may see them: no password. */
export const redactedConfig = ({
  databaseUrl,
  ...config
}: Config): Readonly<Record<string, string | number | undefined>> => ({
  ...config,
  databaseUrl: databaseUrl === undefined ? undefined : redactedUrl(databaseUrl),
});

const redactedUrl = (url: string): string => {
  try {
    const parsed = new URL(url);
    if (parsed.password !== '') parsed.password = 'redacted';
    if (parsed.search !== '') parsed.search = '?redacted'; // A password may stand among the parameters too.
    return parsed.href;
  } catch {
    return 'redacted';
  }
};

/** Rows of the generated reference: name, default, meaning. */
export const settingRows = (): readonly (readonly [name: string, fallback: string, meaning: string])[] =>
  Object.entries(settings.shape).map(([name, schema]) => {
    const fallback = settings.shape[name as keyof typeof settings.shape].safeParse(undefined);
    return [
      name,
      fallback.success && fallback.data !== undefined ? String(fallback.data) : '',
      schema.description ?? '',
    ];
  });
