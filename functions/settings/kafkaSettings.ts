import { z } from 'zod';
import { connection } from './connectionSettings.ts';

const parts = z.record(z.string(), z.string());

const address = connection({
  connectionString: {
    pattern:
      /^(Endpoint=sb:\/\/[^;]+;SharedAccessKeyName=[^;]+;SharedAccessKey=[^;]+|[^\s,:;=]+:\d+(,[^\s,:;=]+:\d+)*$)/,
    example: 'localhost:9092,… or Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…',
  },
  address: {
    suffix: '__fullyQualifiedNamespace',
    pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i,
    example: '….servicebus.windows.net',
  },
});

/** Kafka names topics with these characters alone. */
const topicPattern = /^[\w.-]{0,100}\{aggregate\}[\w.-]{0,100}$/;

/**
 * The brokers to which the listener `kafka` sends: their addresses, or Event Hubs by a connection string or a managed identity; and the
 * name of the topic for each kind of aggregate. Undefined where nothing is set.
 */
export const brokers = parts.transform(({ __topic: topic = 'events_{aggregate}', ...own }, context) => {
  const refuse = (setting: string, message: string) =>
    context.addIssue({ code: 'custom', path: [setting], message, input: undefined });
  if (!topicPattern.test(topic)) refuse('__topic', 'must be the name of a topic, such as "events_{aggregate}"');
  if (Object.keys(own).length === 0) return undefined;
  const result = address.safeParse(own);
  if (result.success) return { connection: result.data, topic };
  for (const { path, message } of result.error.issues) refuse(path.join(''), message);
  return z.NEVER;
});
