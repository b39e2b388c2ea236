import { z } from 'zod';
import { connection, partsOf, type Environment } from './connectionSettings.ts';
import { email, smtp } from './emailSettings.ts';
import { telemetrySettings } from './telemetrySettings.ts';
import { tokens } from './tokenSettings.ts';

export const flag = z
  .string()
  .regex(/^(true|false)?$/, { error: 'must be true or false' })
  .optional()
  .transform((text) => text === 'true');

/** The settings of every context; these of its listeners can be switched. */
export const contextSettings = (switched: readonly string[]) => ({
  COSMOS: connection({
    connectionString: {
      pattern: /^AccountEndpoint=https?:\/\/[^;]+;AccountKey=[^;]+;?$/,
      example: 'AccountEndpoint=https://…;AccountKey=…',
    },
    address: {
      suffix: '__accountEndpoint',
      pattern: /^https:\/\/[^/?#\s]+\/?$/,
      example: 'https://….documents.azure.com:443/',
    },
  }),
  SERVICEBUS: connection({
    connectionString: {
      pattern: /^Endpoint=sb:\/\/[^;]+;SharedAccessKeyName=[^;]+;SharedAccessKey=[^;]+/,
      example: 'Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…',
    },
    address: {
      suffix: '__fullyQualifiedNamespace',
      pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i,
      example: '….servicebus.windows.net',
    },
  }),
  AzureWebJobsStorage: connection({
    connectionString: {
      pattern: /^UseDevelopmentStorage=true(;|$)|(^|;)AccountName=[^;]+;(.*;)?AccountKey=[^;]+/,
      example: 'DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…',
    },
    address: { suffix: '__accountName', pattern: /^[a-z0-9]{3,24}$/, example: 'mystorageaccount' },
  }),
  /** Secrets, separated by commas: the first signs the cursors of lists, quotes and the messages of events, all verify. */
  CURSOR_KEY: z
    .string({ error: 'is missing: a secret of 16 characters or more, which signs cursors, quotes and messages' })
    // Azure leaves the reference itself there if it cannot read the vault: anybody could sign with that.
    .refine((text) => !text.startsWith('@Microsoft.KeyVault('), {
      error: 'is a secret of Key Vault that cannot be read',
    })
    .transform((text) => text.split(',').map((secret) => secret.trim()))
    .refine((secrets): secrets is [string, ...string[]] => secrets.every(({ length }) => length >= 16), {
      error: 'must have 16 characters or more; so must each of several, separated by commas',
    }),
  AUTH: tokens,
  SMTP: smtp,
  EMAIL: email,
  /** Requests of one caller to one instance, on average; 0 is no limit. */
  RATE_LIMIT_PER_MINUTE: z
    .string()
    .regex(/^\d{0,7}$/, { error: 'must be a number of requests, or 0 for no limit' })
    .optional()
    .transform((text = '') => (text === '' ? 6_000 : Number(text))),
  /** The switched listeners that are on, separated by commas. The subscriptions of all others do not exist. */
  LISTENERS: z
    .string()
    .optional()
    .transform((text = '') => text.split(',').flatMap((name) => name.trim() || []))
    .refine((names) => names.every((name) => switched.includes(name)), {
      error: `may name only listeners that can be switched: ${switched.join(', ') || 'there are none'}`,
    }),
  /** Commands without an idempotency key are refused. */
  REQUIRE_IDEMPOTENCY_KEYS: flag,
  ...telemetrySettings,
});
export type ContextSettings = z.infer<z.ZodObject<ReturnType<typeof contextSettings>>>;

/** Reads the settings that every context has, and those of a context's own. Throws as `readEnvironment` does. */
export const settingsReader = <Own extends z.ZodRawShape>(own: Own) => {
  const settings = z.object({ ...contextSettings([]), ...own });
  return (environment: Environment) => readEnvironment(settings, environment);
};

/**
 * The settings of this process. The local host sets its storage, and what else is named, only after it has loaded the app: these are
 * read again whenever somebody asks for them.
 */
export const settingsOfProcess = <Settings extends ContextSettings>(
  read: (environment: Environment) => Settings,
  ...alsoLate: readonly (keyof Settings)[]
): Settings => {
  const settings = read(process.env);
  for (const name of ['AzureWebJobsStorage', ...alsoLate] as const)
    Object.defineProperty(settings, name, { get: () => read(process.env)[name] });
  return settings;
};

/** Settings of which each is made of several variables, whose names begin with its own. */
const compound = ['COSMOS', 'SERVICEBUS', 'AzureWebJobsStorage', 'AUTH', 'EMAIL'] as const;

/** Throws one error that lists every problem, but no values. `further`: other settings of several variables. */
export const readEnvironment = <Settings>(
  settings: z.ZodType<Settings>,
  environment: Environment,
  further: readonly string[] = [],
): Settings => {
  const parts = [...compound, ...further].map((name) => [name, partsOf(environment, name)] as const);
  const result = settings.safeParse({ ...environment, ...Object.fromEntries(parts) });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join('')} ${message}`);
  throw new Error(`Settings are missing or wrong:\n${problems.join('\n')}`);
};
