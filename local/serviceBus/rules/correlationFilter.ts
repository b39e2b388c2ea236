import type { CorrelationFilterConfig } from './ruleConfig.ts';
import type { Envelope, PropertyName } from '../broker/message.ts';
import type { Value } from '../broker/value.ts';

/** Matches when all conditions hold. Each compares type and value: '1' is not 1, and case matters. */
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

// Compares all numeric types alike, because the client library chooses the type of a number by its value.
const sameValue = (actual: Value | undefined, wanted: string | number | boolean) => actual === wanted;
