import { app, type InvocationContext } from '@azure/functions';
import { z } from 'zod';
import type { ReceivedMessage } from '../../application/subscriptions/origin.ts';
import type { ContextServices } from '../services.ts';

/** Registers a function for each subscription that is on, which serves all listeners of it. */
export const registerListeners = ({ topic, subscriptions, handleMessages }: ContextServices): void => {
  for (const subscription of subscriptions) {
    app.serviceBusTopic(`listen-${subscription.name}`, {
      connection: 'SERVICEBUS',
      topicName: topic,
      subscriptionName: subscription.name,
      cardinality: 'many',
      handler: (messages, context) => handleMessages(subscription, receivedMessages(messages, context)),
    });
  }
};

const batch = z.array(z.unknown());
/** Message ids arrive parsed as JSON: "42" as 42. */
const messageIds = z.array(z.unknown().transform(String)).catch([]);
/** No message takes the properties of others away, and with them their signatures. */
const propertiesOfBatch = z.array(z.record(z.string(), z.unknown()).catch({})).catch([]);
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
    messageId: ids[index] ?? '',
    enqueuedAt: enqueued[index],
    deliveryCount: deliveries[index],
    properties: properties[index],
  }));
};
