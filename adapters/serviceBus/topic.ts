import type { ServiceBusMessage, ServiceBusMessageBatch } from '@azure/service-bus';
import type { Copies } from '../../application/subscriptions/ports.ts';
import type { Topic } from '../../application/publishing/ports.ts';
import type { Connection } from '../identity/connection.ts';
import { openClient, serviceBusCall } from './client.ts';
import { toCopy, toMessage, type PropertiesOf } from './message.ts';

export type ServiceBusTopic = Topic &
  Copies & {
    /** Throws unless the topic answers. */
    ping(): Promise<void>;
    close(): Promise<void>;
  };

/** The service's limit for the id of a message, and for that of its session, which is a part of it. */
const maximumIdLength = 128;

/** A topic of the topology. Fills each batch up to the service's size limit. */
export const openTopic = (connection: Connection, propertiesOf: PropertiesOf, topicName: string): ServiceBusTopic => {
  const client = openClient(connection);
  const sender = client.createSender(topicName);

  /** Fills batch after batch. Returns the items whose messages do not fit into an empty batch: those can never be sent. */
  const send = async <Item>(
    items: readonly Item[],
    toMessageOf: (item: Item) => ServiceBusMessage,
  ): Promise<readonly Item[]> => {
    const unsendable: Item[] = [];
    let batch: ServiceBusMessageBatch | undefined;
    for (const item of items) {
      const message = toMessageOf(item);
      // The client would throw, and would send none of the others.
      if (String(message.messageId).length > maximumIdLength) {
        unsendable.push(item);
        continue;
      }
      batch ??= await sender.createMessageBatch();
      if (batch.tryAddMessage(message)) continue;
      if (batch.count > 0) {
        await sender.sendMessages(batch);
        batch = await sender.createMessageBatch();
        if (batch.tryAddMessage(message)) continue;
      }
      unsendable.push(item);
    }
    if (batch && batch.count > 0) await sender.sendMessages(batch);
    return unsendable;
  };

  return {
    send: (events) => serviceBusCall(() => send(events, (event) => toMessage(event, propertiesOf))),
    sendCopies: (copies) => serviceBusCall(() => send(copies, (copy) => toCopy(copy, propertiesOf))),
    async ping() {
      await serviceBusCall(() => sender.createMessageBatch());
    },
    close: () => client.close(),
  };
};
