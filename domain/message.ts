import { z } from 'zod';
import { aggregateName, decodeRecorded, eventId, instant, type Commit, type RecordedEvent } from './commit.ts';
import { UnreadableEvent } from './event.ts';
import { money } from './money.ts';

/**
 * The body of every message: a CloudEvents 1.0 envelope. It has no attribute that is also a message property
 * (`subject`, `correlationid` …), since the Functions host lets body fields of such names hide the message's own.
 */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  time: instant,
  datacontenttype: z.literal('application/json'),
  aggregate: aggregateName,
  aggregateid: z.uuid(),
  aggregateversion: z.int().min(1),
  schemaversion: z.int().min(1),
  traceparent: z.string(),
  data: z.unknown(),
});
export type CloudEvent = z.infer<typeof cloudEvent>;

/** An integration message, in the words of Service Bus. */
export type Message = {
  readonly messageId: string;
  readonly correlationId: string;
  readonly sessionId: string;
  readonly subject: string;
  readonly contentType: 'application/cloudevents+json';
  readonly applicationProperties: Readonly<Record<string, string | number>>;
  readonly body: CloudEvent;
};

/** Of events that move money; others have no such field. */
const movement = z.object({ amount: money });

export const messagesOf = (commit: Commit): Message[] => commit.events.map((event) => messageOf(commit, event));

const messageOf = (commit: Commit, event: Commit['events'][number]): Message => {
  const { aggregate, aggregateId, occurredAt, traceparent } = commit;
  const { type, version, schemaVersion, data } = event;
  const moved = movement.safeParse(data).data?.amount;
  return {
    messageId: eventId(aggregateId, version),
    correlationId: aggregateId,
    sessionId: aggregateId,
    subject: type,
    contentType: 'application/cloudevents+json',
    applicationProperties: {
      type,
      aggregate,
      version,
      schemaVersion,
      occurredAt,
      traceparent,
      ...(moved && { amountMinor: moved.minor, currency: moved.currency }),
    },
    body: {
      specversion: '1.0',
      id: event.id,
      source: `urn:daybook:${aggregate}`,
      type,
      time: occurredAt,
      datacontenttype: 'application/json',
      aggregate,
      aggregateid: aggregateId,
      aggregateversion: version,
      schemaversion: schemaVersion,
      traceparent,
      data,
    },
  };
};

/** The event that a message's body carries. Throws UnreadableEvent, saying what is wrong with it. */
export const readMessage = (body: unknown): RecordedEvent => {
  const result = cloudEvent.safeParse(body);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new UnreadableEvent(`Not an event of this bank: ${problems.join('; ')}`);
  }
  const { id, time, type, aggregate, aggregateid, aggregateversion, schemaversion, data } = result.data;
  return decodeRecorded({
    id,
    aggregate,
    aggregateId: aggregateid,
    version: aggregateversion,
    occurredAt: time,
    type,
    schemaVersion: schemaversion,
    data,
  });
};
