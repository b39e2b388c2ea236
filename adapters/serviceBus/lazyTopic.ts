import type { Connection } from '../identity/connection.ts';
import type { PropertiesOf } from './message.ts';
import type { ServiceBusTopic } from './topic.ts';

/**
 * The topic, opened when somebody first uses it: instances that only answer queries, or only feed views, start without the
 * client library.
 */
export const lazyTopic = (connection: Connection, propertiesOf: PropertiesOf, topicName: string): ServiceBusTopic => {
  let opening: Promise<ServiceBusTopic> | undefined;
  const open = async () => (await import('./topic.ts')).openTopic(connection, propertiesOf, topicName);
  const topic = () => (opening ??= open());
  return {
    send: async (messages) => (await topic()).send(messages),
    sendCopies: async (copies) => (await topic()).sendCopies(copies),
    ping: async () => (await topic()).ping(),
    close: async () => (await opening)?.close(),
  };
};
