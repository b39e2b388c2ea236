import type { Connection } from '../identity/connection.ts';
import type { ServiceBusTopic } from './topic.ts';

/**
 * The topic, opened when it is first used: instances that only answer queries, or only project, start without the
 * client library.
 */
export const lazyTopic = (connection: Connection): ServiceBusTopic => {
  let opening: Promise<ServiceBusTopic> | undefined;
  const open = async () => (await import('./topic.ts')).openTopic(connection);
  const topic = () => (opening ??= open());
  return {
    send: async (messages) => (await topic()).send(messages),
    sendCopies: async (copies) => (await topic()).sendCopies(copies),
    ping: async () => (await topic()).ping(),
    close: async () => (await opening)?.close(),
  };
};
