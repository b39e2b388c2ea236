import type { CorrelationFilterConfig } from './ruleConfig.ts';
import type { Envelope, PropertyName } from '../broker/message.ts';
import type { Value } from '../broker/value.ts';

/** All conditions together, each for equality in type and value: the text '1' is not the number 1, and case counts. */
export function correlationMatcher(filter: CorrelationFilterConfig): (message: Envelope) => boolean {
  const system: [PropertyName, string | undefined][] = [
    ['contentType', filter.ContentType],
    ['correlationId', filter.CorrelationId],
    ['subject', filter.Label],
    ['messageId', filter.MessageId],
    ['replyTo', filter.ReplyTo],
    ['replyToSessionId', filter.ReplyToSessionId],
    ['sessionId', filter.SessionId],
    ['to', filter.To],
  ];
  const wanted = system.filter(([, value]) => value !== undefined);
  const properties = Object.entries(filter.Properties);
  return (message) =>
    wanted.every(([field, value]) => message[field] === value) &&
    properties.every(([key, value]) => sameValue(message.applicationProperties.get(key), value));
}

// All numeric types of AMQP are one here: the client library picks among them by value, not by intent.
const sameValue = (actual: Value | undefined, wanted: string | number | boolean) => actual === wanted;
