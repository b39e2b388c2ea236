import { parseDuration, formatDuration } from '../definitions/durations.ts';
import type { Target } from '../broker/broker.ts';
import { queueSchema, subscriptionSchema, topicSchema } from '../definitions/config.ts';
import type { Definition } from '../definitions/definitions.ts';
import { catchAllRule } from '../rules/rule.ts';
import { readRule } from './ruleDescription.ts';
import { BadRequest } from './refusal.ts';
import { childOf, textOf, xml, type XmlElement } from './xml.ts';

type Kind = Definition['kind'];

/** The defaults of Azure. The configuration file has the emulator's defaults, which differ. */
const azureDefaults = { DefaultMessageTimeToLive: formatDuration(Infinity) };
const duplicateDefaults = { DuplicateDetectionHistoryTimeWindow: 'PT10M' };

const read: Record<string, (text: string) => unknown> = {
  AutoDeleteOnIdle: String,
  LockDuration: String,
  RequiresDuplicateDetection: toBoolean,
  RequiresSession: toBoolean,
  DefaultMessageTimeToLive: String,
  DeadLetteringOnMessageExpiration: toBoolean,
  DuplicateDetectionHistoryTimeWindow: String,
  MaxDeliveryCount: Number,
  MaxSizeInMegabytes: Number,
  Status: String,
  ForwardTo: withoutHost,
  ForwardDeadLetteredMessagesTo: withoutHost,
  UserMetadata: String,
  EnablePartitioning: toBoolean,
};
/** Accepted without an effect. */
const ignored = new Set([
  'EnableBatchedOperations',
  'SupportOrdering',
  'EntityAvailabilityStatus',
  'MaxMessageSizeInKilobytes',
  'DeadLetteringOnFilterEvaluationExceptions',
  'DefaultRuleDescription',
]);
/** Accepted only with the value that switches the feature off; a subscription may be deleted when it is idle. */
const refusedUnless: Record<string, (element: XmlElement, kind: Kind) => boolean> = {
  AutoDeleteOnIdle: ({ text }, kind) => kind !== 'subscription' && parseDuration(text) === Infinity,
  EnableExpress: ({ text }) => text === 'false',
  AuthorizationRules: ({ children }) => children.length === 0,
};

/** Throws a BadRequest or a ZodError that names every wrong or unsupported setting. */
export function readDefinition(
  kind: Kind,
  [name, topic = '']: readonly [string, string?],
  description: XmlElement,
): Definition {
  const Properties = {
    ...azureDefaults,
    ...(kind !== 'subscription' && duplicateDefaults),
    ...readProperties(kind, description),
  };
  switch (kind) {
    case 'queue':
      return { kind, ...queueSchema.parse({ Name: name, Properties }) };
    case 'topic': {
      const parsed = topicSchema.parse({ Name: name, Properties });
      return { kind, Name: parsed.Name, Properties: parsed.Properties };
    }
    case 'subscription': {
      const first = childOf(description, 'DefaultRuleDescription');
      const parsed = subscriptionSchema.parse({ Name: name, Properties });
      const Rules = [first ? readRule(textOf(first, 'Name') ?? catchAllRule.Name, first) : catchAllRule];
      return { kind, topic, ...parsed, Rules };
    }
  }
}

function readProperties(kind: Kind, { children }: XmlElement): Record<string, unknown> {
  const entries = children.flatMap((element) => {
    const { name, text } = element;
    if (ignored.has(name) || refusedUnless[name]?.(element, kind)) return [];
    const reader = read[name];
    if (!reader) throw new BadRequest(`${name} (${text}) is not supported here.`);
    return [[name, reader(text)] as const];
  });
  return Object.fromEntries(entries);
}

function toBoolean(text: string): boolean {
  return text === 'true';
}

function withoutHost(address: string): string {
  return address.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/^\/+|\/+$/g, '');
}

export const descriptionName: Record<Kind, string> = {
  queue: 'QueueDescription',
  topic: 'TopicDescription',
  subscription: 'SubscriptionDescription',
};

/** Writes the content of an entity's description. `host` is the host name that the client uses. */
export function writeDescription(target: Target & { readonly definition: Definition }, host: string): string[] {
  const { definition, topic, entity } = target;
  const properties: Record<string, string | number | boolean> = definition.Properties;
  const settings = Object.entries(properties).flatMap(([name, value]) => {
    if (value === '') return [];
    if (name.startsWith('Forward')) return [xml(name, `sb://${host}/${String(value)}`)];
    const isDuration = typeof value === 'number' && !name.startsWith('Max');
    return [xml(name, isDuration ? formatDuration(value) : String(value))];
  });
  const time = (name: string, ms: number) => xml(name, new Date(ms).toISOString());
  const deadLetters = entity?.deadLetters?.size ?? 0;
  const scheduled = topic?.scheduledCount ?? 0;
  return [
    ...settings,
    xml('EnableBatchedOperations', 'true'),
    xml('EnableExpress', 'false'),
    xml('SupportOrdering', 'true'),
    ...(definition.kind === 'subscription'
      ? [xml('DeadLetteringOnFilterEvaluationExceptions', 'false'), xml('EnablePartitioning', 'false')]
      : [
          xml('SizeInBytes', String(topic?.sizeInBytes ?? 0)),
          xml('MaxMessageSizeInKilobytes', '256'),
          xml('AutoDeleteOnIdle', formatDuration(Infinity)),
        ]),
    xml('EntityAvailabilityStatus', 'Available'),
    time('CreatedAt', target.createdAt),
    time('UpdatedAt', target.updatedAt),
    time('AccessedAt', Math.max(target.updatedAt, entity?.idleSince ?? 0)),
    ...(topic && definition.kind === 'topic' ? [xml('SubscriptionCount', String(topic.subscriptions.size))] : []),
    xml('MessageCount', String((entity?.size ?? 0) + deadLetters + scheduled)),
    writeCounts({
      ActiveMessageCount: entity?.activeCount ?? 0,
      DeadLetterMessageCount: deadLetters,
      ScheduledMessageCount: scheduled,
      TransferMessageCount: 0,
      TransferDeadLetterMessageCount: 0,
    }),
  ];
}

const countsNamespace = 'http://schemas.microsoft.com/netservices/2011/06/servicebus';

const writeCounts = (counts: Record<string, number>) =>
  xml(
    'CountDetails',
    Object.entries(counts).map(([name, count]) => xml(`d2p1:${name}`, String(count))),
    { 'xmlns:d2p1': countsNamespace },
  );
