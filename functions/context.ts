import type { OwnerOf } from '../application/identity.ts';
import type { Listener } from '../application/subscriptions/listener.ts';
import type { AggregateRegistry } from '../eventSourcing/aggregateRegistry.ts';
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

/** The topic of a context. */
export const topicOf = ({ topology }: Pick<Context, 'topology'>) => {
  const [topic, ...others] = topology.serviceBus.topics;
  if (!topic || others.length > 0) throw new Error('A context has one topic');
  return topic;
};
