import type { EmulatorConfig } from '../../serviceBus/definitions/config.ts';
import { parseDuration } from '../../serviceBus/definitions/durations.ts';
import type { Topology } from './topology.ts';

type EmulatorTopic = NonNullable<EmulatorConfig['UserConfig']['Namespaces'][number]['Topics']>[number];

const toEmulatorTopic = (topic: Topology['serviceBus']['topics'][number]): EmulatorTopic => {
  const timeToLive = topic.defaultMessageTimeToLive !== undefined && {
    DefaultMessageTimeToLive: topic.defaultMessageTimeToLive,
  };
  return {
    Name: topic.name,
    Properties: {
      ...timeToLive,
      ...(topic.maxSizeInMegabytes !== undefined && { MaxSizeInMegabytes: topic.maxSizeInMegabytes }),
      ...(topic.duplicateDetectionHistoryTimeWindow !== undefined && {
        RequiresDuplicateDetection: true,
        DuplicateDetectionHistoryTimeWindow: topic.duplicateDetectionHistoryTimeWindow,
      }),
    },
    Subscriptions: topic.subscriptions.map((subscription) => ({
      Name: subscription.name,
      Properties: {
        // The shorter time of topic and subscription wins, and the emulator's default for a subscription is an hour.
        ...timeToLive,
        // As infra/modules/subscription.bicep has it.
        DeadLetteringOnMessageExpiration: true,
        ...(subscription.lockDuration !== undefined && { LockDuration: subscription.lockDuration }),
        ...(subscription.maxDeliveryCount !== undefined && { MaxDeliveryCount: subscription.maxDeliveryCount }),
      },
      Rules: subscription.rules.map((rule) => ({
        Name: rule.name,
        Properties:
          'sql' in rule
            ? { FilterType: 'Sql' as const, SqlFilter: { SqlExpression: rule.sql } }
            : { FilterType: 'Correlation' as const, CorrelationFilter: { Properties: rule.properties } },
      })),
    })),
  };
};

/** The Service Bus part of the topology in the format of Microsoft's emulator. */
export const toEmulatorConfig = ({ topics }: Topology['serviceBus']): EmulatorConfig => ({
  UserConfig: { Namespaces: [{ Name: 'local', Topics: topics.map(toEmulatorTopic) }] },
});

/** The limits of Microsoft's emulator. */
const emulatorLimits = { timeToLive: 'PT1H', duplicateWindow: 'PT5M', maxDeliveryCount: 10 };

const atMost = (duration: string | undefined, limit: string): string | undefined =>
  duration === undefined || (parseDuration(duration) ?? Infinity) <= (parseDuration(limit) ?? 0) ? duration : limit;

/** The same within the limits of Microsoft's emulator, which are below those of Azure. */
export const toMicrosoftsConfig = ({ topics }: Topology['serviceBus']): object => {
  const { UserConfig } = toEmulatorConfig({
    topics: topics.map((topic) => ({
      ...topic,
      // Its format does not have it.
      maxSizeInMegabytes: undefined,
      defaultMessageTimeToLive: atMost(topic.defaultMessageTimeToLive, emulatorLimits.timeToLive),
      duplicateDetectionHistoryTimeWindow: atMost(
        topic.duplicateDetectionHistoryTimeWindow,
        emulatorLimits.duplicateWindow,
      ),
      subscriptions: topic.subscriptions.map((subscription) => ({
        ...subscription,
        maxDeliveryCount: Math.min(subscription.maxDeliveryCount ?? 10, emulatorLimits.maxDeliveryCount),
      })),
    })),
  });
  const namespaces = UserConfig.Namespaces.map((namespace) => ({ ...namespace, Name: 'sbemulatorns', Queues: [] }));
  return { UserConfig: { Namespaces: namespaces, Logging: { Type: 'Console' } } };
};
