import { join } from 'node:path';
import { z } from 'zod';
import { HostError } from './hostError.ts';
import { logLevels, toLogLevel } from './log.ts';
import { parseJson, readIfThere } from './settings.ts';
import { parseTimeSpan } from './timeSpan.ts';

const timeSpan = z.string().transform((text, context) => {
  const ms = parseTimeSpan(text);
  if (ms === undefined) context.addIssue(`"${text}" is not a time span such as "00:05:00"`);
  return ms ?? 0;
});

const serviceBus = z
  .object({
    maxConcurrentCalls: z.int().min(1).max(2000).default(16),
    // The client library can have at most 2048 messages open per receiver.
    maxMessageBatchSize: z.int().min(1).max(2000).default(1000),
    minMessageBatchSize: z.int().min(1).default(1),
    maxBatchWaitTime: timeSpan.default(30_000),
    autoCompleteMessages: z.boolean().default(true),
    maxAutoLockRenewalDuration: timeSpan.default(300_000),
    prefetchCount: z.int().min(0).default(0),
    maxConcurrentSessions: z.int().min(1).max(2000).default(8),
    maxConcurrentCallsPerSession: z.int().min(1).max(2000).default(1),
    // Azure waits for as long as the client tries, which is a minute by default.
    sessionIdleTimeout: timeSpan.default(60_000),
  })
  .refine(({ minMessageBatchSize, maxMessageBatchSize }) => minMessageBatchSize <= maxMessageBatchSize, {
    path: ['minMessageBatchSize'],
    error: 'is more than maxMessageBatchSize',
  });

const queues = z
  .object({
    maxPollingInterval: timeSpan.default(60_000),
    /** How long a message that failed stays hidden. */
    visibilityTimeout: timeSpan.default(0),
    batchSize: z.int().min(1).max(32).default(16),
    maxDequeueCount: z.int().min(1).default(5),
    newBatchThreshold: z.int().min(0).optional(),
    messageEncoding: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['base64', 'none']))
      .default('base64'),
  })
  .transform((given) => ({ ...given, newBatchThreshold: given.newBatchThreshold ?? Math.floor(given.batchSize / 2) }));

const logLevelName = z
  .string()
  .refine((name) => logLevels.some((level) => level === name.toLowerCase()), 'is not a log level')
  .transform(toLogLevel);

const hostJson = z.object({
  version: z.literal('2.0', 'must be "2.0"'),
  logging: z
    .object({
      logLevel: z.object({ default: logLevelName.default('information') }).prefault({}),
      // Means nothing outside Azure, so it deserves no warning.
      applicationInsights: z.unknown().optional(),
    })
    .prefault({}),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      queues: queues.prefault({}),
      serviceBus: serviceBus.prefault({}),
    })
    .prefault({}),
  // Chooses the format in which Azure's host sends its own telemetry. This host sends none.
  telemetryMode: z.enum(['ApplicationInsights', 'OpenTelemetry']).optional(),
  // Chooses the versions of extensions. This host brings its own.
  extensionBundle: z.unknown().optional(),
});

/** host.json with the defaults of Azure filled in; durations are in ms. */
export type HostJson = z.output<typeof hostJson>;
export type ServiceBusOptions = HostJson['extensions']['serviceBus'];
export type QueueOptions = HostJson['extensions']['queues'];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The paths in `given` that the schema does not know, so that they are missing in `read`. */
const unknownKeys = (given: unknown, read: unknown, path = ''): string[] =>
  isObject(given) && isObject(read)
    ? Object.keys(given).flatMap((key) =>
        key in read ? unknownKeys(given[key], read[key], `${path}${key}.`) : [`${path}${key}`],
      )
    : [];

const warningsAbout = (given: unknown, read: HostJson): string[] => {
  const unknown = unknownKeys(given, read);
  const { prefetchCount } = read.extensions.serviceBus;
  return [
    ...(unknown.length > 0 ? [`host.json: not supported here and ignored: ${unknown.join(', ')}`] : []),
    ...(prefetchCount > 0 ? ['host.json: prefetchCount is not supported and ignored'] : []),
  ];
};

export const parseHostJson = (given: unknown): { hostJson: HostJson; warnings: readonly string[] } => {
  const parsed = hostJson.safeParse(given);
  if (!parsed.success) throw new HostError(`host.json: ${z.prettifyError(parsed.error)}`);
  return { hostJson: parsed.data, warnings: warningsAbout(given, parsed.data) };
};

/** Reads host.json of the app in that folder. Without the file, the defaults hold, and a warning says so. */
export const loadHostJson = async (appRoot: string): Promise<{ hostJson: HostJson; warnings: readonly string[] }> => {
  const path = join(appRoot, 'host.json');
  const text = await readIfThere(path);
  if (text !== undefined) return parseHostJson(parseJson(text, path));
  return { ...parseHostJson({ version: '2.0' }), warnings: [`There is no ${path}: its defaults are used.`] };
};
