import { eventId, type Commit, type RecordedEvent } from '../../eventSourcing/commit.ts';
import type { Clock } from '../clock.ts';
import type { Outcome } from '../commands/commandRequest.ts';
import type { Execute } from '../commands/handlers.ts';
import type { Topic } from '../publishing/ports.ts';
import type { FeedViews, RunSubscriber } from '../subscriptions/handleMessages.ts';
import { listenerOf } from '../subscriptions/origin.ts';
import type { Delivery } from '../subscriptions/readBatch.ts';
import { traceIdOf, traceparentIn } from '../trace.ts';
import type { Projector } from '../views/projector.ts';
import { createFlows, type Flows, type Step } from './flows.ts';
import { createSeconds, type Seconds } from './seconds.ts';

/** Keeps in memory what this instance does, by wrapping the ports through which it does it. */
export type Recording = Pick<Seconds, 'list'> &
  Pick<Flows, 'find'> & {
    readonly execute: <Rejection>(execute: Execute<Rejection>) => Execute<Rejection>;
    readonly committed: (commits: readonly Commit[]) => void;
    readonly topic: (topic: Topic) => Topic;
    /** The feeder made with a projector: knows when a view has folded an event that came by a message. */
    readonly feeder: (projector: Projector, create: (projector: Projector) => FeedViews) => FeedViews;
    readonly subscribers: (run: RunSubscriber) => RunSubscriber;
  };

export const createRecording = (clock: Clock): Recording => {
  const seconds = createSeconds(clock);
  const flows = createFlows(clock);
  const heard = ({ message, event }: Delivery, step: Step['step'], name: string) =>
    flows.add(traceIdOf(traceparentIn(message.body)), { step, name, event: event.id });

  return {
    list: seconds.list,
    find: flows.find,

    execute: (execute) => async (aggregate, id, request) => {
      const begun = performance.now();
      let isRefused = true;
      flows.add(request.correlationId, { step: 'request', name: request.command.type });
      try {
        const result = await execute(aggregate, id, request);
        isRefused = !isCarriedOut(result);
        return result;
      } finally {
        seconds.command(performance.now() - begun, isRefused);
      }
    },

    committed(commits) {
      for (const { correlationId, events } of commits) {
        seconds.events(events.length);
        for (const { type, id } of events) flows.add(correlationId, { step: 'commit', name: type, event: id });
      }
    },

    topic: (topic) => ({
      ...topic,
      async send(messages) {
        const unsendable = await topic.send(messages);
        for (const message of messages) {
          if (unsendable.includes(message)) continue;
          const { traceparent, type, id } = message;
          flows.add(traceIdOf(traceparent), { step: 'message', name: type, event: id });
        }
        return unsendable;
      },
    }),

    feeder(projector, create) {
      /** The deliveries under way, and the views that have folded them. */
      const underWay = new Map<string, { readonly delivery: Delivery; readonly views: Set<string> }>();
      const folded = (view: string, event: RecordedEvent) => {
        const found = underWay.get(eventId(event.aggregateId, event.version));
        // Another generation of the view may have folded it, too.
        if (!found || found.views.has(view)) return;
        found.views.add(view);
        heard(found.delivery, 'view', view);
        if (listenerOf(found.delivery.message) === undefined)
          seconds.folded(clock.now() - Date.parse(event.occurredAt));
      };
      const feed = create({
        ...projector,
        async apply(generation, key, events) {
          const applied = await projector.apply(generation, key, events);
          for (const event of events) if (!applied.failures.has(event.aggregateId)) folded(generation.name, event);
          return applied;
        },
      });
      return async (subscription, parts, patience) => {
        const ids = new Set<string>();
        for (const delivery of parts.flatMap(({ deliveries }) => deliveries)) {
          const id = eventId(delivery.event.aggregateId, delivery.event.version);
          ids.add(id);
          if (!underWay.has(id)) underWay.set(id, { delivery, views: new Set() });
        }
        try {
          return await feed(subscription, parts, patience);
        } finally {
          for (const id of ids) underWay.delete(id);
        }
      };
    },

    subscribers: (run) => async (subscriber, deliveries, patience) => {
      const failed = await run(subscriber, deliveries, patience);
      for (const delivery of deliveries) {
        const isHeard = subscriber.types?.includes(delivery.event.type) ?? true;
        const isFailed = failed.some(({ message }) => message === delivery.message);
        if (isHeard && !isFailed) heard(delivery, 'subscriber', subscriber.name);
      }
      return failed;
    },
  };
};

const isCarriedOut = ({ outcome }: Outcome<unknown>): boolean => outcome === 'done' || outcome === 'unchanged';
