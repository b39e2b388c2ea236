import type { EmulatorConfig } from './serviceBus/config.ts';
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
      ...(topic.duplicateDetectionHistoryTimeWindow !== undefined && {
        RequiresDuplicateDetection: true,
        DuplicateDetectionHistoryTimeWindow: topic.duplicateDetectionHistoryTimeWindow,
      }),
    },
    Subscriptions: topic.subscriptions.map((subscription) => ({
      Name: subscription.name,
      Properties: {
        // The shorter one holds, and a subscription of the emulator that names none keeps messages for an hour.
        ...timeToLive,
        ...(subscription.lockDuration !== undefined && { LockDuration: subscription.lockDuration }),
        ...(subscription.maxDeliveryCount !== undefined && { MaxDeliveryCount: subscription.maxDeliveryCount }),
      },
      Rules: subscription.rules.map((rule) => ({
        Name: rule.name,
        Properties: {
          FilterType: 'Correlation' as const,
          CorrelationFilter: { Properties: rule.properties },
        },
      })),
    })),
  };
};

/** The Service Bus part of the topology in the format of Microsoft's emulator. */
export const toEmulatorConfig = ({ topics }: Topology['serviceBus']): EmulatorConfig => ({
  UserConfig: { Namespaces: [{ Name: 'local', Topics: topics.map(toEmulatorTopic) }] },
});
