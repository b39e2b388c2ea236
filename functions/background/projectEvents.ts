import { app, type InvocationContext } from '@azure/functions';
import { z } from 'zod';
import topology from '../../infra/topology.json' with { type: 'json' };
import { originOf } from '../../application/subscriptions/redelivery.ts';
import type { ReceivedMessage } from '../../application/subscriptions/handleMessages.ts';
import { projections } from '../../projections/registry.ts';
import type { Services } from '../services.ts';

const [topic] = topology.serviceBus.topics;
if (!topic) throw new Error('The topology has no topic');

export const registerProjections = ({ handleMessages }: Services): void => {
  for (const projection of projections) {
    app.serviceBusTopic(`project-${projection.name}`, {
      connection: 'SERVICEBUS',
      topicName: topic.name,
      subscriptionName: projection.name,
      cardinality: 'many',
      handler: (messages, context) => handleMessages(projection, receivedMessages(messages, context)),
    });
  }
};

const batch = z.array(z.unknown());
/** Message ids arrive parsed as JSON: "42" as 42. */
const messageIds = z.array(z.unknown().transform(String)).catch([]);
const propertiesOfBatch = z.array(z.record(z.string(), z.unknown())).catch([]);
const times = z.array(z.string()).catch([]);
const counts = z.array(z.number()).catch([]);

const receivedMessages = (messages: unknown, { triggerMetadata }: InvocationContext): ReceivedMessage[] => {
  const bodies = batch.parse(messages);
  const ids = messageIds.parse(triggerMetadata?.messageIdArray);
  const properties = propertiesOfBatch.parse(triggerMetadata?.applicationPropertiesArray);
  const enqueued = times.parse(triggerMetadata?.enqueuedTimeUtcArray);
  const deliveries = counts.parse(triggerMetadata?.deliveryCountArray);
  return bodies.map((body, index) => ({
    body,
    ...originOf({
      messageId: ids[index] ?? '',
      enqueuedAt: enqueued[index],
      deliveryCount: deliveries[index],
      properties: properties[index],
    }),
  }));
};
