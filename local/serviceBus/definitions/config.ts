import { z } from 'zod';
import { parseDuration } from './durations.ts';
import { entityName, entryName } from './entityNames.ts';
import { ruleSchema } from '../rules/rule.ts';

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue(`'${text}' is not a duration of days, hours, minutes and seconds, like PT1H30M`);
  return z.NEVER;
});

const positive = (limit: string) =>
  duration
    .refine((ms) => ms > 0, 'must be longer than nothing')
    .refine((ms) => ms <= (parseDuration(limit) ?? 0), `is at most ${limit}`);

const timeToLive = duration.refine((ms) => ms > 0, 'must be longer than nothing').default(3_600_000);

/** Settings beyond the emulator's format, which administration clients can set. */
const additions = {
  Status: z.enum(['Active', 'Disabled', 'SendDisabled', 'ReceiveDisabled']).default('Active'),
  UserMetadata: z.string().max(1024).default(''),
};
const deliverySettings = {
  DeadLetteringOnMessageExpiration: z.boolean().default(false),
  DefaultMessageTimeToLive: timeToLive,
  ForwardDeadLetteredMessagesTo: z.string().default(''),
  ForwardTo: z.string().default(''),
  LockDuration: positive('PT5M').default(60_000),
  MaxDeliveryCount: z.int().min(1).max(2000).default(10),
  RequiresSession: z.boolean().default(false),
  ...additions,
};
const mostMegabytes = 81_920;
const sendSettings = {
  /** Azure takes a few sizes only, from 1024 on; tests fill smaller ones. */
  MaxSizeInMegabytes: z.int().min(1).max(mostMegabytes).default(1024),
  DuplicateDetectionHistoryTimeWindow: positive('P7D').default(20_000),
  EnablePartitioning: z.boolean().default(false),
  RequiresDuplicateDetection: z.boolean().default(false),
  ...additions,
};

const shortestIdleMs = 300_000;
const autoDeleteOnIdle = duration.refine((ms) => ms >= shortestIdleMs, 'is at least PT5M').default(Infinity);

export const subscriptionSchema = z.strictObject({
  Name: entryName,
  Properties: z.strictObject({ ...deliverySettings, AutoDeleteOnIdle: autoDeleteOnIdle }).prefault({}),
  Rules: unique(z.array(ruleSchema)).default([]),
});
export const topicSchema = z.strictObject({
  Name: entityName,
  Properties: z.strictObject({ DefaultMessageTimeToLive: timeToLive, ...sendSettings }).prefault({}),
  Subscriptions: unique(z.array(subscriptionSchema)).default([]),
});
export const queueSchema = z.strictObject({
  Name: entityName,
  Properties: z.strictObject({ ...deliverySettings, ...sendSettings }).prefault({}),
});
const namespace = z
  .strictObject({
    Name: z.string().min(1),
    Queues: unique(z.array(queueSchema)).default([]),
    Topics: unique(z.array(topicSchema)).default([]),
  })
  .refine(({ Queues, Topics }) => haveUniqueNames([...Queues, ...Topics]), 'a topic and a queue have the same name')
  .superRefine(({ Queues, Topics }, context) => {
    const names = new Set([...Queues, ...Topics].map(({ Name }) => Name.toLowerCase()));
    for (const { Properties } of [...Queues, ...Topics.flatMap(({ Subscriptions }) => Subscriptions)]) {
      for (const to of [Properties.ForwardTo, Properties.ForwardDeadLetteredMessagesTo]) {
        if (to !== '' && !names.has(to.toLowerCase())) context.addIssue(`there is no '${to}' to forward messages to`);
      }
    }
  });

/** The configuration file of Microsoft's Service Bus emulator. Durations are ISO 8601. */
export const emulatorConfig = z.strictObject({
  UserConfig: z.strictObject({
    Namespaces: z.array(namespace).length(1, 'there is exactly one namespace'),
    Logging: z.strictObject({ Type: z.enum(['File', 'Console']) }).optional(),
  }),
});

/** The file before parsing: settings with a default are optional. */
export type EmulatorConfig = z.input<typeof emulatorConfig>;

/** The namespace after parsing: with all defaults, and with durations in ms, Infinity for no limit. */
export type Namespace = z.output<typeof namespace>;

/** Throws an error that names every wrong or unknown entry. */
export function parseConfig(config: unknown): Namespace {
  const parsed = emulatorConfig.safeParse(config);
  const [only] = parsed.data?.UserConfig.Namespaces ?? [];
  if (parsed.success && only) return only;
  throw new Error(
    `The Service Bus configuration cannot be used:\n${parsed.error ? z.prettifyError(parsed.error) : ''}`,
  );
}

function unique<Item extends z.ZodType<{ Name: string }>>(items: z.ZodArray<Item>) {
  return items.refine(haveUniqueNames, 'two entries have the same name; case does not count');
}

function haveUniqueNames(items: readonly { Name: string }[]): boolean {
  return new Set(items.map(({ Name }) => Name.toLowerCase())).size === items.length;
}
