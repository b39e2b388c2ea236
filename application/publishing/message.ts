import { z } from 'zod';
import type { AggregateRegistry } from '../../eventSourcing/aggregateRegistry.ts';
import { instant, type Commit, type RecordedEvent } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';

/**
 * An integration message: a CloudEvents 1.0 envelope. It has no attribute that is also a property of Service Bus messages
 * (`subject`, `correlationid` …), since the Functions host lets body fields of such names hide the message's own.
 */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  time: instant,
  datacontenttype: z.literal('application/json'),
  aggregate: z.string().min(1),
  aggregateid: z.uuid(),
  aggregateversion: z.int().min(1),
  schemaversion: z.int().min(1),
  traceparent: z.string(),
  data: z.unknown(),
});
export type CloudEvent = z.infer<typeof cloudEvent>;

/** A message for each event of a commit, as the commit stores it: of the schema version in which it was written. */
export const messagesOf = ({ aggregate, aggregateId, occurredAt, traceparent, events }: Commit): CloudEvent[] =>
  events.map(({ id, type, version, schemaVersion, data }) => ({
    specversion: '1.0',
    id,
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
  }));

/** The event that a message's body carries. Throws UnreadableEvent, which says what is wrong with the body. */
export const readMessage = (registry: Pick<AggregateRegistry, 'decode'>, body: unknown): RecordedEvent => {
  const result = cloudEvent.safeParse(body);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new UnreadableEvent(`Not an event of this bank: ${problems.join('; ')}`);
  }
  const { id, time, type, aggregate, aggregateid, aggregateversion, schemaversion, data } = result.data;
  return registry.decode({
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
