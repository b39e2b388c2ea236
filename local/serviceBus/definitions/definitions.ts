import type { z } from 'zod';
import { queueSchema, subscriptionSchema, topicSchema, type Namespace } from './config.ts';
import { formatDuration } from './durations.ts';
import { subscriptionPath } from './entityNames.ts';
import { catchAllRule } from '../rules/rule.ts';

export type QueueDefinition = { readonly kind: 'queue' } & z.output<typeof queueSchema>;
export type TopicDefinition = { readonly kind: 'topic' } & Omit<z.output<typeof topicSchema>, 'Subscriptions'>;
export type SubscriptionDefinition = { readonly kind: 'subscription'; readonly topic: string } & z.output<
  typeof subscriptionSchema
>;

/** The name and settings of an entity. */
export type Definition = QueueDefinition | TopicDefinition | SubscriptionDefinition;

/** A definition that a client has created, changed, or (undefined) deleted. */
export type Redefinition = {
  readonly path: string;
  /** The configured definition at that time, if there was one. */
  readonly basis: string | undefined;
  readonly definition: string | undefined;
};

export const pathOf = (definition: Definition): string =>
  definition.kind === 'subscription' ? subscriptionPath(definition.topic, definition.Name) : definition.Name;

const durations = new Set([
  'AutoDeleteOnIdle',
  'DefaultMessageTimeToLive',
  'DuplicateDetectionHistoryTimeWindow',
  'LockDuration',
]);

/** Writes a definition in the format of the configuration file. */
export const writeDefinition = (definition: Definition): string =>
  JSON.stringify(definition, (key, value: unknown) =>
    typeof value === 'number' && durations.has(key) ? formatDuration(value) : value,
  );

export function readDefinition(text: string): Definition {
  const { kind, topic, ...rest } = JSON.parse(text) as { kind: Definition['kind']; topic?: string };
  switch (kind) {
    case 'queue':
      return { kind, ...queueSchema.parse(rest) };
    case 'topic': {
      const { Name, Properties } = topicSchema.parse(rest);
      return { kind, Name, Properties };
    }
    case 'subscription':
      return { kind, topic: topic ?? '', ...subscriptionSchema.parse(rest) };
  }
}

/** Returns topics before their subscriptions. */
export const definitionsOf = ({ Queues, Topics }: Namespace): Definition[] => [
  ...Queues.map((queue) => ({ kind: 'queue' as const, ...queue })),
  ...Topics.map(({ Name, Properties }) => ({ kind: 'topic' as const, Name, Properties })),
  ...Topics.flatMap(({ Name, Subscriptions }) =>
    Subscriptions.map((subscription) => ({
      kind: 'subscription' as const,
      topic: Name,
      ...subscription,
      Rules: subscription.Rules.length > 0 ? subscription.Rules : [catchAllRule],
    })),
  ),
];

/**
 * Applies the clients' changes to the configured definitions. Ignores a change if the configured definition of that
 * entity has changed since.
 */
export function mergeDefinitions(configured: readonly Definition[], changes: Iterable<Redefinition>): Definition[] {
  const bases = new Map(
    configured.map((definition) => [pathOf(definition).toLowerCase(), writeDefinition(definition)]),
  );
  const merged = new Map(configured.map((definition) => [pathOf(definition).toLowerCase(), definition]));
  for (const { path, basis, definition } of changes) {
    if (bases.get(path.toLowerCase()) !== basis) continue;
    if (definition === undefined) merged.delete(path.toLowerCase());
    else merged.set(path.toLowerCase(), readDefinition(definition));
  }
  // Drops the subscriptions of topics that no longer exist. Sorts topics before subscriptions.
  return [...merged.values()]
    .filter((one) => one.kind !== 'subscription' || merged.get(one.topic.toLowerCase())?.kind === 'topic')
    .toSorted((one, other) => Number(one.kind === 'subscription') - Number(other.kind === 'subscription'));
}
