import { z } from 'zod';
import { readCommitPage } from '../../application/eventStore.ts';
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

const recorded = z.object({
  id: position,
  version,
  occurredAt: z.iso.datetime(),
  actor: z.string(),
  correlationId: z.string(),
  causationId: z.string(),
  traceparent: z.string(),
});

/** What the events of a kind show beside what is stored. */
export type Further = {
  readonly shape: z.ZodRawShape;
  readonly of: (event: EncodedEvent) => object;
};

/** The events of one aggregate, oldest first: as they are stored, but for amounts. */
export const auditTrail = (
  { name: aggregate, label, events: definitions }: Pick<AggregateKind, 'name' | 'label' | 'events'>,
  get: string,
  further?: Further,
): Endpoint<typeof idRoute, typeof pageQuery, typeof queryHeaders, z.ZodType, ContextServices> => {
  const { schemas, dataOf } = eventAnswers(definitions);
  const kind = `${aggregate.charAt(0).toUpperCase()}${aggregate.slice(1)}`;
  const events = schemas.map((schema) => recorded.extend({ ...schema.shape, ...further?.shape }));
  const [first] = events;
  const event = (first && events.length === 1 ? first : z.union(events)).meta({ id: `${kind}Event` });

  return query({
    get,
    access: 'events',
    summary: `The audit trail of ${label}, oldest event first`,
    params: idRoute,
    query: pageQuery,
    refuses: ['NotFound'],
    answers: { status: 200, body: pageOf(event).meta({ id: `${kind}EventsPage` }) },
    async handle({ cursors, eventStore }, { params, query: { limit, cursor }, headers }) {
      const scope = { list: `events of ${aggregate} ${params.id}`, generation: 'events' };
      const after = cursors.read(scope, z.int(), cursor);
      if ('refusal' in after) return after.refusal;

      const commits = await readCommitPage(eventStore, params.id, after.key ?? 0, limit + 1);
      if (after.key === undefined && commits[0]?.aggregate !== aggregate) return notFound();
      const found = commits.flatMap(eventsOf).filter((event) => event.version > (after.key ?? 0));
      const items = found.slice(0, limit).map((each) => ({ ...each, data: dataOf(each), ...further?.of(each) }));
      const nextCursor = found.length > limit ? cursors.write(scope, items.at(-1)?.version) : undefined;
      return answerQuery({ items, nextCursor }, headers['if-none-match']);
    },
  });
};

const eventsOf = ({ events, occurredAt, actor, correlationId, causationId, traceparent }: Commit) =>
  events.map((event) => ({ ...event, occurredAt, actor, correlationId, causationId, traceparent }));
