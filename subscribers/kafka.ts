import { defineSubscriber } from '../application/subscriptions/subscriber.ts';
import { bankAggregates } from '../domain/registry.ts';

/** Wakes the streamer, which copies the event store's change feed to Kafka: what it sends comes from there, not from messages. */
export const kafka = defineSubscriber({
  name: 'kafka',
  follows: bankAggregates,
  switched: true,
  inAnyOrder: true,
  handle: (_, { stream }) => stream(),
});
