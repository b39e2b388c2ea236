import { randomUUID } from 'node:crypto';
import { serviceBusBacklogs } from '../../adapters/serviceBus/backlogs.ts';
import { serviceBusDeadLetterQueues } from '../../adapters/serviceBus/deadLetterQueues.ts';
import { observedMessages } from '../../adapters/telemetry/observedMessages.ts';
import type { Emailing } from '../../application/email/emailing.ts';
import { createDeadLetters } from '../../application/subscriptions/deadLetters.ts';
import { createMessageHandler } from '../../application/subscriptions/handleMessages.ts';
import { createOnce } from '../../application/subscriptions/handled.ts';
import { addresseesOf, subscriptionsOf, switchedOn } from '../../application/subscriptions/listener.ts';
import { statusOfSubscribers, statusOfViews } from '../../application/subscriptions/listenerStatus.ts';
import { createReactions } from '../../application/subscriptions/reaction.ts';
import { createSubscriberRunner } from '../../application/subscriptions/runSubscriber.ts';
import type { Reads } from '../../application/subscriptions/subscriber.ts';
import { createFeeder } from '../../application/views/feeder.ts';
import { topicOf } from '../context.ts';
import type { Extensions } from './extensions.ts';
import type { Shared } from './shared.ts';
import type { ComposedViews } from './views.ts';

type Tools = { readonly reads: Reads; readonly emailing: Emailing };

/** Serves all who hear events, and keeps the messages that they could not handle. */
export const composeListening = (
  {
    context,
    settings: { SERVICEBUS, LISTENERS },
    telemetry,
    recording,
    stores: { eventStore, history, parking, handled },
    topic,
    signatures,
    clock,
    log,
    pause,
  }: Shared,
  { projector, generations, services: { listViews } }: ComposedViews,
  { reads, emailing }: Tools,
  { execute, webhooks, streaming }: Extensions,
) => {
  const topology = topicOf(context);
  const listeners = switchedOn(context.listeners, LISTENERS);
  const subscriptions = switchedOn(topology.subscriptions, LISTENERS).map(({ name }) => name);
  const heard = subscriptionsOf(listeners);
  const queues = serviceBusDeadLetterQueues(SERVICEBUS, topology.name);
  const backlogs = serviceBusBacklogs(SERVICEBUS, topology.name);
  const statuses = [
    statusOfViews(listViews),
    statusOfSubscribers({ subscriptions: heard, backlogs, parking, clock, except: streaming?.name }),
    async () => webhooks?.status() ?? [],
    async () => (streaming ? [await streaming.status()] : []),
  ];
  return {
    topic: topology.name,
    subscriptions: heard,
    listListeners: async () => (await Promise.all(statuses.map((status) => status()))).flat(),
    addressees: addresseesOf(listeners, subscriptions),
    deadLetters: createDeadLetters({
      ...{ eventStore, parking, queues, topic, listeners, subscriptions, log },
      newId: randomUUID,
    }),
    handleMessages: telemetry.observe(
      createMessageHandler({
        registry: context.registry,
        feedViews: recording.feeder(projector, (recorded) =>
          createFeeder({ projector: recorded, generations, clock, log, pause }),
        ),
        runSubscriber: recording.subscribers(
          createSubscriberRunner({
            once: createOnce(handled),
            execute: createReactions({ execute, newId: randomUUID }),
            stream: async () => streaming?.wake(),
            tellWebhooks: async (...told) => webhooks?.tell(...told),
            ...{ history, topic, reads, email: emailing, filterable: context.filterable, clock },
          }),
        ),
        ...{ signatures, parking, clock, log, pause },
      }),
      observedMessages,
    ),
  };
};
