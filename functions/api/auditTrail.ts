import { z } from 'zod';
import { readCommitPage, type EventStore } from '../../application/eventStore.ts';
import type { Caller } from '../../application/identity.ts';
import type { AggregateKind } from '../../eventSourcing/aggregate.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import type { EncodedEvent } from '../../eventSourcing/event.ts';
import { position, version } from '../../projections/fields.ts';
import type { ContextServices } from '../services.ts';
import { query, type Endpoint } from '../http/endpoint.ts';
import { notFound } from '../http/problem.ts';
import { answerQuery } from '../http/query.ts';
import { idRoute, pageOf, pageQuery, type queryHeaders } from '../http/schemas.ts';
import { eventAnswers } from './eventAnswer.ts';
import { isWithinReach } from './withinReach.ts';

const recorded = z.object({
  id: position,
  version,
  occurredAt: z.iso.datetime(),
  actor: z.string().meta({ description: 'Who did it; to customers, `bank` where it was not they' }),
  correlationId: z.string(),
  causationId: z
    .string()
    .meta({ description: 'To customers, the account alone where the cause is an event of another one' }),
  traceparent: z.string(),
});

/** What the events of a kind show beside what is stored. */
export type Further = {
  readonly shape: z.ZodRawShape;
  readonly of: (event: EncodedEvent) => object;
};

const eventsQuery = pageQuery.extend({
  order: z
    .enum(['oldest', 'newest'], { error: 'must be oldest or newest' })
    .default('oldest')
    .describe('Which event comes first'),
});

/** The events of one aggregate, oldest first or newest first: as they are stored, but for amounts. */
export const auditTrail = (
  { name: aggregate, label, events: definitions }: Pick<AggregateKind, 'name' | 'label' | 'events'>,
  get: string,
  further?: Further,
): Endpoint<typeof idRoute, typeof eventsQuery, typeof queryHeaders, z.ZodType, ContextServices> => {
  const { schemas, dataOf } = eventAnswers(definitions);
  const kind = `${aggregate.charAt(0).toUpperCase()}${aggregate.slice(1)}`;
  const events = schemas.map((schema) => recorded.extend({ ...schema.shape, ...further?.shape }));
  const [first] = events;
  const event = (first && events.length === 1 ? first : z.union(events)).meta({ id: `${kind}Event` });

  return query({
    get,
    access: 'ownQuery',
    summary: `The audit trail of ${label}, oldest event first unless asked otherwise`,
    params: idRoute,
    query: eventsQuery,
    refuses: ['NotFound'],
    answers: { status: 200, body: pageOf(event).meta({ id: `${kind}EventsPage` }) },
    async handle(services, { params: { id }, query: { limit, cursor, order }, headers, caller }) {
      const { cursors, eventStore } = services;
      const list = `events of ${aggregate} ${id}${order === 'newest' ? ', newest first' : ''}`;
      const scope = { list, generation: 'events' };
      const place = cursors.read(scope, z.int(), cursor);
      if ('refusal' in place) return place.refusal;

      if (!(await isWithinReach(services, [id], caller))) return notFound();
      const read = order === 'newest' ? readNewest : readOldest;
      const { kind: found, events: page, next } = await read(eventStore, id, place.key, limit);
      if (place.key === undefined && found !== aggregate) return notFound();
      const items = page.map((each) => ({
        ...{ ...each, ...(caller.onlyFor !== undefined && forCustomer(caller, id, each)) },
        ...{ data: dataOf(each), ...further?.of(each) },
      }));
      const nextCursor = next === undefined ? undefined : cursors.write(scope, next);
      return answerQuery({ items, nextCursor }, headers['if-none-match']);
    },
  });
};

const eventOfAggregate = /^([0-9a-f-]{36}):\d+$/;

/**
 * Customers are not told the names of the bank's employees, nor how many events another account has: of an event there that caused one
 * here, as a receiver's verdict does, they learn the account alone.
 */
const forCustomer = ({ name }: Caller, id: string, { actor, causationId }: Pick<Commit, 'actor' | 'causationId'>) => {
  const [, cause] = eventOfAggregate.exec(causationId) ?? [];
  return {
    actor: actor === name ? actor : 'bank',
    causationId: cause === undefined || cause === id ? causationId : cause,
  };
};

type Store = Pick<EventStore, 'readCommits' | 'newestVersion'>;
type TrailPage = {
  /** The kind of the aggregate; undefined where it has no events here. */
  readonly kind: string | undefined;
  readonly events: readonly ReturnType<typeof eventsOf>[number][];
  /** The version at which the next page begins. */
  readonly next: number | undefined;
};

/** The events after a version, oldest first. */
const readOldest = async (store: Store, id: string, after = 0, limit: number): Promise<TrailPage> => {
  const commits = await readCommitPage(store, id, after, limit + 1);
  const found = commits.flatMap(eventsOf).filter(({ version: each }) => each > after);
  const events = found.slice(0, limit);
  return { kind: commits[0]?.aggregate, events, next: found.length > limit ? events.at(-1)?.version : undefined };
};

/** The events before a version, newest first: versions have no gaps, so that a page is a range of them. */
const readNewest = async (store: Store, id: string, before: number | undefined, limit: number): Promise<TrailPage> => {
  const end = before ?? (await store.newestVersion(id)) + 1;
  const after = Math.max(0, end - 1 - limit);
  const commits = await readCommitPage(store, id, after, limit);
  const events = commits.flatMap(eventsOf).filter(({ version: each }) => each > after && each < end);
  return { kind: commits[0]?.aggregate, events: events.toReversed(), next: after > 0 ? after + 1 : undefined };
};

const eventsOf = ({ events, occurredAt, actor, correlationId, causationId, traceparent }: Commit) =>
  events.map((event) => ({ ...event, occurredAt, actor, correlationId, causationId, traceparent }));
