import { z } from 'zod';

/** The longest delay that a broker's clock can hold: the cloud's "for ever" is beyond it. */
const foreverMs = 365 * 1000 * 24 * 3_600_000;

const duration = z.string().transform((text, context) => {
  const match = /^P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!match) {
    context.addIssue(`'${text}' is not a duration of days, hours, minutes and seconds, like PT1H30M`);
    return z.NEVER;
  }
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part || 0));
  const ms = Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
  return ms >= foreverMs ? Infinity : ms;
});

const positive = (limit: string) =>
  duration.refine((ms) => ms > 0, 'must be longer than nothing').refine(atMost(limit), `is at most ${limit}`);

function atMost(limit: string) {
  const limitMs = duration.parse(limit);
  return (ms: number) => ms <= limitMs;
}

const notYet = (feature: string) => `${feature} is not supported yet`;
const noForwarding = (name: string) => z.string().max(0, notYet(name)).default('');
const noSessions = z
  .boolean()
  .refine((required) => !required, notYet('RequiresSession'))
  .default(false);

const timeToLive = duration.refine((ms) => ms > 0, 'must be longer than nothing').default(3_600_000);
const duplicateWindow = positive('P7D').default(20_000);

const deliverySettings = {
  DeadLetteringOnMessageExpiration: z.boolean().default(false),
  DefaultMessageTimeToLive: timeToLive,
  ForwardDeadLetteredMessagesTo: noForwarding('ForwardDeadLetteredMessagesTo'),
  ForwardTo: noForwarding('ForwardTo'),
  LockDuration: positive('PT5M').default(60_000),
  MaxDeliveryCount: z.int().min(1).max(2000).default(10),
  RequiresSession: noSessions,
};
const duplicateSettings = {
  DuplicateDetectionHistoryTimeWindow: duplicateWindow,
  RequiresDuplicateDetection: z.boolean().default(false),
};

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9$](?:[A-Za-z0-9._/~-]*[A-Za-z0-9])?$/,
    'has letters, digits and . - _ / ~, and ends in none of these',
  );
const childName = name.max(50).regex(/^[^/]*$/, 'must not contain a slash');

const correlationFilter = z
  .strictObject({
    ContentType: z.string().optional(),
    CorrelationId: z.string().optional(),
    Label: z.string().optional(),
    MessageId: z.string().optional(),
    ReplyTo: z.string().optional(),
    ReplyToSessionId: z.string().optional(),
    SessionId: z.string().optional(),
    To: z.string().optional(),
    Properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  })
  .refine(
    ({ Properties, ...system }) =>
      Object.keys(Properties).length > 0 || Object.values(system).some((value) => value !== undefined),
    'needs at least one condition',
  );

const noAction = z.strictObject({ SqlExpression: z.string().max(0, notYet("A rule's Action")).optional() }).optional();

const rule = z.strictObject({
  Name: childName,
  Properties: z.discriminatedUnion('FilterType', [
    z.strictObject({ FilterType: z.literal('Correlation'), CorrelationFilter: correlationFilter, Action: noAction }),
    z.strictObject({
      FilterType: z.literal('Sql'),
      SqlFilter: z.strictObject({ SqlExpression: z.string().min(1).max(1024) }),
      Action: noAction,
    }),
  ]),
});

const subscription = z.strictObject({
  Name: childName,
  Properties: z.strictObject(deliverySettings).prefault({}),
  Rules: unique(z.array(rule)).default([]),
});
const topic = z.strictObject({
  Name: name.max(260),
  Properties: z.strictObject({ DefaultMessageTimeToLive: timeToLive, ...duplicateSettings }).prefault({}),
  Subscriptions: unique(z.array(subscription)).default([]),
});
const queue = z.strictObject({
  Name: name.max(260),
  Properties: z.strictObject({ ...deliverySettings, ...duplicateSettings }).prefault({}),
});
const namespace = z
  .strictObject({
    Name: z.string().min(1),
    Queues: unique(z.array(queue)).default([]),
    Topics: unique(z.array(topic)).default([]),
  })
  .refine(({ Queues, Topics }) => haveUniqueNames([...Queues, ...Topics]), 'a topic and a queue have the same name');

/** The configuration file of Microsoft's Service Bus emulator. Durations are ISO 8601. */
export const emulatorConfig = z.strictObject({
  UserConfig: z.strictObject({
    Namespaces: z.array(namespace).length(1, 'there is exactly one namespace'),
    Logging: z.strictObject({ Type: z.enum(['File', 'Console']) }).optional(),
  }),
});

/** The file as it is written; all that has a default may be left out. */
export type EmulatorConfig = z.input<typeof emulatorConfig>;

/** The namespace with all defaults filled in and durations in ms, Infinity for ever. */
export type Namespace = z.output<typeof namespace>;
export type TopicConfig = Namespace['Topics'][number];
export type SubscriptionConfig = TopicConfig['Subscriptions'][number];
export type QueueConfig = Namespace['Queues'][number];
export type RuleConfig = SubscriptionConfig['Rules'][number];
export type CorrelationFilterConfig = Extract<
  RuleConfig['Properties'],
  { FilterType: 'Correlation' }
>['CorrelationFilter'];

/** Throws an error that names every entry that is wrong, unknown, or not supported yet. */
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
