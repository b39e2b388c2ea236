import type { Stream } from '../../application/streaming/ports.ts';
import type { Connection } from '../identity/connection.ts';
import { brokersOf } from './connection.ts';
import type { TopicTemplate } from './record.ts';

/** The stream, opened when somebody first sends: other instances start without the client library. */
export const lazyStream = (connection: Connection, template: TopicTemplate): Stream => {
  let opening: Promise<Stream> | undefined;
  const open = async () => (await import('./stream.ts')).openKafka(brokersOf(connection), template);
  return {
    append: async (events, signal) => (await (opening ??= open())).append(events, signal),
    close: async () => (await opening)?.close(),
  };
};
