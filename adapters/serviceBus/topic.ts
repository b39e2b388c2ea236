import type { ServiceBusMessage, ServiceBusMessageBatch } from '@azure/service-bus';
import type { Copies, Copy } from '../../application/subscriptions/ports.ts';
import type { Topic } from '../../application/publishing/ports.ts';
import type { Message } from '../../domain/message.ts';
import type { Connection } from '../identity/connection.ts';
import { openClient, serviceBusCall, topicName } from './client.ts';

export type ServiceBusTopic = Topic &
  Copies & {
    /** Throws unless the topic answers. */
    ping(): Promise<void>;
    close(): Promise<void>;
  };

/** Of a message, and of its session, which is a part of it. */
const maximumIdLength = 128;

/** The topic of the topology. What is sent together is as large as the service allows. */
export const openTopic = (connection: Connection): ServiceBusTopic => {
  const client = openClient(connection);
  const sender = client.createSender(topicName);

  /** Fills batch after batch. One that does not fit into an empty one can never be sent. */
  const send = async <Sent extends Message | Copy>(messages: readonly Sent[]): Promise<readonly Sent[]> => {
    const unsendable: Sent[] = [];
    let batch: ServiceBusMessageBatch | undefined;
    for (const message of messages) {
      // The client would throw, and with it all others would stay unsent.
      if (message.messageId.length > maximumIdLength) {
        unsendable.push(message);
        continue;
      }
      batch ??= await sender.createMessageBatch();
      if (batch.tryAddMessage(encode(message))) continue;
      if (batch.count > 0) {
        await sender.sendMessages(batch);
        batch = await sender.createMessageBatch();
        if (batch.tryAddMessage(encode(message))) continue;
      }
      unsendable.push(message);
    }
    if (batch && batch.count > 0) await sender.sendMessages(batch);
    return unsendable;
  };

  return {
    send: (messages) => serviceBusCall(() => send(messages)),
    sendCopies: (copies) => serviceBusCall(() => send(copies)),
    async ping() {
      await serviceBusCall(() => sender.createMessageBatch());
    },
    close: () => client.close(),
  };
};

const encode = ({ body, applicationProperties, ...message }: Message | Copy): ServiceBusMessage => ({
  ...message,
  applicationProperties: { ...applicationProperties },
  body,
});
