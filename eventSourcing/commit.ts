import { z } from 'zod';
import { decodeEvent, type EventDefinition } from './event.ts';

/** ISO 8601 in UTC with milliseconds, so that text order is time order. */
export const instant = z.iso.datetime({ precision: 3 });

const committedEvent = z.strictObject({
  /** `<aggregateId>:<version>` */
  id: z.string(),
  type: z.string(),
  schemaVersion: z.int().min(1),
  version: z.int().min(1),
  data: z.unknown(),
});

/** What one command appended to one aggregate, atomically; never changed once written. */
export const commit = z.strictObject({
  aggregateId: z.string().min(1),
  /** The name of the aggregate's kind. */
  aggregate: z.string().min(1),
  /** The aggregate's version after it. */
  version: z.int().min(1),
  commandId: z.string().min(1),
  /** A hash of the command: it tells a retry from another command under the same id, which is the caller's mistake. */
  fingerprint: z.string(),
  events: z.array(committedEvent).min(1),
  occurredAt: instant,
  actor: z.string(),
  /** Of the request that brought the command. */
  correlationId: z.string(),
  causationId: z.string(),
  traceparent: z.string(),
});
export type Commit = z.infer<typeof commit>;

/** Facts about an event beside its type and data. */
export type Recorded = {
  readonly id: string;
  readonly aggregate: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly occurredAt: string;
};
export type AnyEvent = { readonly type: string; readonly data: unknown };
export type RecordedEvent<Event extends AnyEvent = AnyEvent> = Event & Recorded;

/** An event as a commit or a message carries it, not yet checked. */
export type EncodedRecord = Recorded & {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data?: unknown;
};

/** Upcasts and validates the event. Throws UnreadableEvent. */
export const decodeRecord = (
  definitions: readonly EventDefinition[],
  { id, aggregate, aggregateId, version, occurredAt, type, schemaVersion, data }: EncodedRecord,
): RecordedEvent => ({
  ...decodeEvent(definitions, { type, schemaVersion, data }),
  id,
  aggregate,
  aggregateId,
  version,
  occurredAt,
});

/** A commit's events, oldest first, upcast and validated. Throws UnreadableEvent. */
export const decodeCommit = (definitions: readonly EventDefinition[], source: Commit): RecordedEvent[] =>
  source.events.map((event) => decodeRecord(definitions, { ...source, ...event }));

/** The aggregate and the version that an event's id names. */
export const eventIdParts = (id: string): { readonly aggregateId: string; readonly version: number } => {
  const [aggregateId = '', version = ''] = id.split(':');
  return { aggregateId, version: Number(version) };
};

export const eventId = (aggregateId: string, version: number): string => `${aggregateId}:${version}`;
