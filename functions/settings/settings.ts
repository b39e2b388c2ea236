import { z } from 'zod';
import { isTimeZone } from '../../projections/bankTimeZone.ts';
import { kafka } from '../../subscribers/kafka.ts';
import { listeners } from '../../subscribers/registry.ts';
import { consoleSettings } from './consoleSettings.ts';
import { connection, partsOf, type Environment } from './connectionSettings.ts';
import { email, emailProblem, smtp } from './emailSettings.ts';
import { brokers } from './kafkaSettings.ts';
import { telemetrySettings } from './telemetrySettings.ts';
import { tokens } from './tokenSettings.ts';

const switched = listeners.filter((listener) => listener.switched).map(({ name }) => name);

const flag = z
  .string()
  .regex(/^(true|false)?$/, { error: 'must be true or false' })
  .optional()
  .transform((text) => text === 'true');

const settings = z
  .object({
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
    /** A transfer that is on its way for longer has lost its message, or nobody can settle it: the reconciler tries. */
    TRANSFERS_LATE_AFTER_SECONDS: z
      .string()
      .regex(/^([1-9]\d{0,4})?$/, { error: 'must be a number of seconds' })
      .optional()
      .transform((text = '') => (text === '' ? 60 : Number(text))),
    /** Commands without an idempotency key are refused. */
    REQUIRE_IDEMPOTENCY_KEYS: flag,
    /** Lets webhooks be on this machine, and by plain HTTP. */
    WEBHOOKS_ALLOW_LOCAL: flag,
    /** The app's own host, which no webhook may have. Azure sets it, and so does the local host. */
    WEBSITE_HOSTNAME: z
      .string()
      .optional()
      .transform((text) => (text === '' ? undefined : text))
      .refine((text) => text === undefined || /^[\w.-]+(:\d{1,5})?$/.test(text), { error: 'must be a host' }),
    /** `projections/bankTimeZone.ts` reads it, too. */
    BANK_TIME_ZONE: z
      .string()
      .optional()
      .transform((text = '') => (text === '' ? 'UTC' : text))
      .refine(isTimeZone, { error: 'must be the IANA name of a time zone, such as Europe/Berlin' }),
    CONSOLE: consoleSettings,
    KAFKA: brokers,
    ...telemetrySettings,
  })
  .superRefine((given, context) => {
    const { AUTH, CONSOLE } = given;
    const [setting, problem] = emailProblem(given) ?? [];
    if (setting !== undefined)
      context.addIssue({ code: 'custom', path: [setting], message: problem, input: undefined });
    if (!AUTH || !CONSOLE || CONSOLE.clientId) return;
    const message = 'is missing, but the console is on, and tokens are the door';
    context.addIssue({ code: 'custom', path: ['CONSOLE', '_CLIENT_ID'], message, input: undefined });
  })
  .refine(({ LISTENERS, KAFKA }) => KAFKA !== undefined || !LISTENERS.includes(kafka.name), {
    path: ['KAFKA'],
    error: 'is missing, but LISTENERS names kafka',
  });
export type Settings = z.infer<typeof settings>;

/** Throws one error that lists every problem, but no values. */
export const readSettings = (environment: Environment): Settings => {
  const result = settings.safeParse({
    ...environment,
    COSMOS: partsOf(environment, 'COSMOS'),
    SERVICEBUS: partsOf(environment, 'SERVICEBUS'),
    AzureWebJobsStorage: partsOf(environment, 'AzureWebJobsStorage'),
    AUTH: partsOf(environment, 'AUTH'),
    CONSOLE: partsOf(environment, 'CONSOLE'),
    EMAIL: partsOf(environment, 'EMAIL'),
    KAFKA: partsOf(environment, 'KAFKA'),
  });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join('')} ${message}`);
  throw new Error(`Settings are missing or wrong:\n${problems.join('\n')}`);
};
