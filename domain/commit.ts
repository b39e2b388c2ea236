import { z } from 'zod';
import { account } from './account/account.ts';
import type { AccountEvent } from './account/events.ts';
import { aggregateNames, type AggregateName } from './aggregate.ts';
import { customer } from './customer/customer.ts';
import type { CustomerEvent } from './customer/events.ts';
import { decodeEvent, type EventDefinition } from './event.ts';

export const aggregateName = z.enum(aggregateNames);

/** The events of each kind, as they are defined. */
export const eventsOf: Readonly<Record<AggregateName, readonly EventDefinition[]>> = {
  customer: customer.events,
  account: account.events,
};

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
  aggregate: aggregateName,
  /** The aggregate's version after it. */
  version: z.int().min(1),
  commandId: z.string().min(1),
  /** A hash of the command: the same command id with another command is a mistake of the caller's. */
  fingerprint: z.string(),
  events: z.array(committedEvent).min(1),
  occurredAt: instant,
  actor: z.string(),
  /** The request's. */
  correlationId: z.string(),
  causationId: z.string(),
  traceparent: z.string(),
});
export type Commit = z.infer<typeof commit>;

/** Facts about an event beside its type and data. */
export type Recorded = {
  readonly id: string;
  readonly aggregate: AggregateName;
  readonly aggregateId: string;
  readonly version: number;
  readonly occurredAt: string;
};
export type BankEvent = CustomerEvent | AccountEvent;
export type RecordedEvent = BankEvent & Recorded;

/** A commit's events, oldest first, upcast and validated. Throws UnreadableEvent. */
export const eventsOfCommit = (source: Commit): RecordedEvent[] =>
  source.events.map((event) => decodeRecorded({ ...source, ...event }));

/** Throws UnreadableEvent. */
export const decodeRecorded = (
  encoded: Recorded & { readonly type: string; readonly schemaVersion: number; readonly data?: unknown },
): RecordedEvent => {
  const { id, aggregate, aggregateId, version, occurredAt, type, schemaVersion, data } = encoded;
  const event: BankEvent = decodeEvent(eventsOf[aggregate], { type, schemaVersion, data }) as BankEvent;
  return { ...event, id, aggregate, aggregateId, version, occurredAt };
};

export const eventId = (aggregateId: string, version: number): string => `${aggregateId}:${version}`;
