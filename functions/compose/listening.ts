import { randomUUID } from 'node:crypto';
import { serviceBusBacklogs } from '../../adapters/serviceBus/backlogs.ts';
import { serviceBusDeadLetterQueues } from '../../adapters/serviceBus/deadLetterQueues.ts';
import { observedMessages } from '../../adapters/telemetry/observedMessages.ts';
import type { Bank } from '../../application/commands/bank/bank.ts';
import type { Emailing } from '../../application/email/emailing.ts';
import { createDeadLetters } from '../../application/subscriptions/deadLetters.ts';
import { createMessageHandler } from '../../application/subscriptions/handleMessages.ts';
import { createOnce } from '../../application/subscriptions/handled.ts';
import { addresseesOf, subscriptionsOf, switchedOn } from '../../application/subscriptions/listener.ts';
import { statusOfSubscribers, statusOfViews } from '../../application/subscriptions/listenerStatus.ts';
import { createReactions } from '../../application/subscriptions/reaction.ts';
import { createSubscriberRunner } from '../../application/subscriptions/runSubscriber.ts';
import type { Reads } from '../../application/subscriptions/subscriber.ts';
import type { TellWebhooks } from '../../application/webhooks/tell.ts';
import { createFeeder } from '../../application/views/feeder.ts';
import { bankRegistry } from '../../domain/registry.ts';
import topology from '../../infra/topology.json' with { type: 'json' };
import { listeners as allListeners } from '../../subscribers/registry.ts';
import type { Settings } from '../settings/settings.ts';
import type { Shared } from './shared.ts';
import type { ComposedStreaming } from './streaming.ts';
import type { ComposedViews } from './views.ts';

type Tools = {
  readonly bank: Bank;
  readonly reads: Reads;
  readonly emailing: Emailing;
  readonly tellWebhooks: TellWebhooks;
};

/** Serves all who hear events, and keeps the messages that they could not handle. */
export const composeListening = (
  {
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
  { bank, reads, emailing, tellWebhooks }: Tools,
  { SERVICEBUS, LISTENERS }: Pick<Settings, 'SERVICEBUS' | 'LISTENERS'>,
  streaming: ComposedStreaming,
) => {
  const listeners = switchedOn(allListeners, LISTENERS);
  const subscriptions = topology.serviceBus.topics
    .flatMap((each) => switchedOn(each.subscriptions, LISTENERS))
    .map(({ name }) => name);
  const heard = subscriptionsOf(listeners);
  const queues = serviceBusDeadLetterQueues(SERVICEBUS);
  const backlogs = serviceBusBacklogs(SERVICEBUS);
  const statuses = [
    statusOfViews(listViews),
    statusOfSubscribers({ subscriptions: heard, backlogs, parking, clock, except: streaming?.name }),
    async () => (streaming ? [await streaming.status()] : []),
  ];
  return {
    subscriptions: heard,
    listListeners: async () => (await Promise.all(statuses.map((status) => status()))).flat(),
    addressees: addresseesOf(listeners, subscriptions),
    deadLetters: createDeadLetters({
      ...{ eventStore, parking, queues, topic, listeners, subscriptions, log },
      newId: randomUUID,
    }),
    handleMessages: telemetry.observe(
      createMessageHandler({
        registry: bankRegistry,
        feedViews: recording.feeder(projector, (recorded) =>
          createFeeder({ projector: recorded, generations, clock, log, pause }),
        ),
        runSubscriber: recording.subscribers(
          createSubscriberRunner({
            once: createOnce(handled),
            execute: createReactions({ execute: bank.execute, newId: randomUUID }),
            stream: async () => streaming?.wake(),
            ...{ history, topic, reads, email: emailing, tellWebhooks, clock },
          }),
        ),
        ...{ signatures, parking, clock, log, pause },
      }),
      observedMessages,
    ),
  };
};
