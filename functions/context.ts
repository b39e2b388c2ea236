import type { OwnerOf } from '../application/identity.ts';
import { subscriberListener, viewListener, type Listener } from '../application/subscriptions/listener.ts';
import type { Subscriber } from '../application/subscriptions/subscriber.ts';
import type { AggregateKind } from '../eventSourcing/aggregate.ts';
import { aggregateRegistry, type AggregateRegistry } from '../eventSourcing/aggregateRegistry.ts';
import type { View } from '../eventSourcing/view.ts';

type Named = { readonly name: string };

/** A bounded context, such as the bank, as the app serves it: all that the kit does not know. */
export type Context = {
  /** The kinds of its aggregates. */
  readonly registry: AggregateRegistry;
  readonly views: readonly View[];
  /** All who hear its events. */
  readonly listeners: readonly Listener[];
  /** Its database, and its topic, which is the only one. */
  readonly topology: {
    readonly cosmos: { readonly database: string; readonly containers: readonly Named[] };
    readonly serviceBus: {
      readonly topics: readonly (Named & {
        readonly subscriptions: readonly (Named & { readonly switched?: boolean })[];
      })[];
    };
  };
  readonly ownerOf: OwnerOf;
  /** The fields of an event's data by which subscribers may filter its messages, beside those that every message has. */
  readonly filterable: (data: unknown) => Readonly<Record<string, string | number>>;
};

/** A context, but for its topology, which follows from it. */
export type DefinedContext = Omit<Context, 'topology'>;

/**
 * Declares a context whose views and subscribers have a subscription each. No aggregate is a customer's own, and nobody filters messages by the
 * data of events, unless it says otherwise.
 */
export const defineContext = ({
  aggregates,
  views,
  subscribers,
  ownerOf = () => undefined,
  filterable = () => ({}),
}: Pick<Context, 'views'> &
  Partial<Pick<Context, 'ownerOf' | 'filterable'>> & {
    readonly aggregates: readonly AggregateKind[];
    readonly subscribers: readonly Subscriber[];
  }): DefinedContext => ({
  registry: aggregateRegistry(aggregates),
  views,
  listeners: [...views.map((view) => viewListener(view)), ...subscribers.map(subscriberListener)],
  ownerOf,
  filterable,
});

/** The topic of a context. */
export const topicOf = ({ topology }: Pick<Context, 'topology'>) => {
  const [topic, ...others] = topology.serviceBus.topics;
  if (!topic || others.length > 0) throw new Error('A context has one topic');
  return topic;
};
