import { randomUUID } from 'node:crypto';
import { observedMessages } from '../../adapters/telemetry/observedMessages.ts';
import type { Bank } from '../../application/commands/bank/bank.ts';
import { createDeadLetters } from '../../application/subscriptions/deadLetters.ts';
import { createMessageHandler } from '../../application/subscriptions/handleMessages.ts';
import { createOnce } from '../../application/subscriptions/handled.ts';
import { addresseesOf, subscriptionsOf, switchedOn } from '../../application/subscriptions/listener.ts';
import type { DeadLetterQueues } from '../../application/subscriptions/ports.ts';
import { createReactions } from '../../application/subscriptions/reaction.ts';
import { createSubscriberRunner } from '../../application/subscriptions/runSubscriber.ts';
import { createFeeder } from '../../application/views/feeder.ts';
import { bankRegistry } from '../../domain/registry.ts';
import topology from '../../infra/topology.json' with { type: 'json' };
import { listeners as allListeners } from '../../subscribers/registry.ts';
import type { Shared } from './shared.ts';
import type { ComposedViews } from './views.ts';

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
  { projector, generations }: ComposedViews,
  bank: Bank,
  queues: DeadLetterQueues,
  switches: readonly string[],
) => {
  const listeners = switchedOn(allListeners, switches);
  const subscriptions = topology.serviceBus.topics
    .flatMap((each) => switchedOn(each.subscriptions, switches))
    .map(({ name }) => name);
  return {
    subscriptions: subscriptionsOf(listeners),
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
            ...{ history, topic, clock },
          }),
        ),
        ...{ signatures, parking, clock, log, pause },
      }),
      observedMessages,
    ),
  };
};
