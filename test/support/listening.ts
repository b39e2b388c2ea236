import type { ServiceBusClient } from '@azure/service-bus';
import type { View } from '../../eventSourcing/view.ts';
import type { HandledClaim, HandledEvents } from '../../application/subscriptions/handled.ts';
import { createMessageHandler } from '../../application/subscriptions/handleMessages.ts';
import { subscriptionsOf, viewListener, type Subscription } from '../../application/subscriptions/listener.ts';
import type { ReceivedMessage } from '../../application/subscriptions/origin.ts';
import { createFeeder } from '../../application/views/feeder.ts';
import { bankRegistry } from '../../domain/registry.ts';
import { trustingSignatures } from './signing.ts';
import { filterableOf } from '../../domain/filterable.ts';

type FeederOptions = Parameters<typeof createFeeder>[0];
type HandlerOptions = Parameters<typeof createMessageHandler>[0];
type Options = FeederOptions &
  Omit<HandlerOptions, 'registry' | 'feedViews' | 'runSubscriber' | 'signatures' | 'parking'> & {
    readonly parking: Pick<HandlerOptions['parking'], 'park'>;
  };

/** Handles batches of messages, which it takes for genuine, for one view, which has its subscription to itself. */
export const viewHandler = (options: Options) => {
  const handle = createMessageHandler({
    ...options,
    registry: bankRegistry,
    feedViews: createFeeder(options),
    runSubscriber: () => Promise.reject(new Error('There is no subscriber')),
    signatures: trustingSignatures,
    parking: { ...options.parking, tally: untold },
  });
  return async (view: View, messages: readonly ReceivedMessage[]): Promise<void> => {
    for (const subscription of subscriptionsOf([viewListener(view)])) await handle(subscription, messages);
  };
};

/** No message is in doubt. */
export const untold = () => Promise.reject(new Error('Every message is genuine'));

/** In memory, for tests of what stands on it; the real one has a contract test. */
export const handledInMemory = (): HandledEvents => {
  const items = new Map<string, 'claimed' | 'done'>();
  const idOf = ({ listener, eventId }: Pick<HandledClaim, 'listener' | 'eventId'>) => `${listener}:${eventId}`;
  return {
    claim(handling) {
      const found = items.get(idOf(handling));
      if (found) return Promise.resolve(found === 'done' ? 'done' : 'taken');
      items.set(idOf(handling), 'claimed');
      return Promise.resolve({ ...handling, etag: '' });
    },
    finish: (claim) => Promise.resolve(void items.set(idOf(claim), 'done')),
    release: (claim) => Promise.resolve(void items.delete(idOf(claim))),
  };
};

/** Takes batches, has them handled, and gives back those that were not, as the Functions host does, until somebody stops it. */
export const hostSubscription = (
  client: ServiceBusClient,
  subscription: Subscription,
  handle: (subscription: Subscription, messages: readonly ReceivedMessage[]) => Promise<void>,
) => {
  const receiver = client.createReceiver('bank-events', subscription.name);
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 100 });
      const received = messages.map(({ messageId, body, applicationProperties, enqueuedTimeUtc, deliveryCount }) => ({
        messageId: String(messageId),
        body: body as unknown,
        properties: applicationProperties,
        enqueuedAt: enqueuedTimeUtc?.toISOString(),
        deliveryCount,
      }));
      const isHandled = await handle(subscription, received).then(
        () => true,
        () => false,
      );
      for (const message of messages) {
        await (isHandled ? receiver.completeMessage(message) : receiver.abandonMessage(message));
      }
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
      await receiver.close();
    },
  };
};

/** For a subscriber that never asks to hear an event again, reads nothing and writes to nobody, at whatever time it is. */
export const nothingAgain = {
  topic: { sendCopies: () => Promise.reject(new Error('It hears nothing again')) },
  reads: {
    current: () => Promise.reject(new Error('It reads nothing')),
    row: () => Promise.reject(new Error('It reads nothing')),
  },
  email: () => Promise.reject(new Error('It writes to nobody')),
  tellWebhooks: () => Promise.reject(new Error('It tells no webhooks')),
  filterable: filterableOf,
  clock: { now: () => Date.now() },
};
