import type { AggregateRegistry } from '../../eventSourcing/aggregateRegistry.ts';
import { UnknownEvent } from '../../eventSourcing/event.ts';
import type { View } from '../../eventSourcing/view.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Signatures } from '../publishing/signature.ts';
import { settleDoubted } from './doubtedMessages.ts';
import type { Listener, Subscription } from './listener.ts';
import type { ReceivedMessage } from './origin.ts';
import { beginPatience, type Patience } from './patience.ts';
import type { Parking } from './ports.ts';
import { readBatch, type Delivery, type Failed, type ReadMessage } from './readBatch.ts';
import type { Subscriber } from './subscriber.ts';

/** Handles deliveries for one subscriber. Returns those that it can never handle. Throws a failure that may pass. */
export type RunSubscriber = (
  subscriber: Subscriber,
  deliveries: readonly Delivery[],
  patience: Patience,
) => Promise<readonly Failed[]>;

/** A view's part of a batch. */
export type ViewPart = {
  readonly view: View;
  readonly deliveries: readonly Delivery[];
  /** Whether the batch also has events that this program does not know, and that the view may follow. */
  readonly hasUnknown: boolean;
};

/**
 * Feeds the views of a subscription, also if a batch has nothing for them: a view may have to note that it misses something. Returns
 * the deliveries that a view can never fold. Throws a failure that may pass: the batch then comes again.
 */
export type FeedViews = (
  subscription: string,
  parts: readonly ViewPart[],
  patience: Patience,
) => Promise<readonly (Failed & { readonly listener: string })[]>;

type Options = {
  readonly registry: AggregateRegistry;
  readonly feedViews: FeedViews;
  readonly runSubscriber: RunSubscriber;
  readonly signatures: Pick<Signatures, 'verify'>;
  readonly parking: Pick<Parking, 'park' | 'tally'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly pause: (attempt: number) => Promise<void>;
  /** How long the app retries before it gives the batch back: half the lock, which is five minutes. */
  readonly patienceMs?: number;
};

/**
 * Handles a batch of messages for all listeners of a subscription, side by side. Parks a message that a listener can never handle,
 * for that listener and with the reason; it holds nobody up. A message that the app did not sign reaches no listener. Throws any other
 * failure that outlasts the patience: Service Bus then delivers the whole batch again, and each listener drops the events that it has
 * handled already.
 */
export const createMessageHandler = (options: Options) => {
  const { registry, feedViews, runSubscriber, signatures, parking, clock, log, pause, patienceMs = 150_000 } = options;

  return async (subscription: Subscription, messages: readonly ReceivedMessage[]): Promise<void> => {
    const patience = beginPatience({ clock, pause, patienceMs });
    const { genuine: batch, doubted } = readBatch(registry, signatures.verify, messages);

    const park = (listener: string, { message, failure }: Failed): Promise<void> => {
      const { messageId } = message;
      const reason = failure.message;
      // A reason may have many lines, the log has one for each message.
      log('error', `Parked message ${messageId} of ${listener}: ${reason.replaceAll(/\s+/g, ' ')}`, {
        message: messageId,
        listener,
      });
      return patience.retry(() => parking.park(listener, { ...message, reason }));
    };

    /**
     * The deliveries for a listener; parks what it can never handle. `hasUnknown`: only newer programs can read some of the others.
     */
    const read = async (listener: Listener) => {
      const own = batch.filter((each) => each.listener === undefined || each.listener === listener.name);
      const deliveries: Delivery[] = [];
      let hasUnknown = false;
      for (const each of own) {
        if ('event' in each) deliveries.push(each);
        else if (!isFollowed(listener, each)) continue;
        else if (listener.kind === 'view' && each.unreadable instanceof UnknownEvent) hasUnknown = true;
        else await park(listener.name, { message: each.message, failure: each.unreadable });
      }
      return { deliveries, hasUnknown };
    };

    const serveViews = async (): Promise<void> => {
      const views = subscription.listeners.flatMap((listener) => (listener.kind === 'view' ? [listener] : []));
      if (views.length === 0) return;
      const parts = await Promise.all(
        views.map(async (listener) => ({ view: listener.view, ...(await read(listener)) })),
      );
      const unknown = parts.filter(({ hasUnknown }) => hasUnknown).map(({ view }) => view.name);
      if (unknown.length > 0)
        log('warn', `Newer code wrote some events, and will fold them into ${unknown.join(', ')}`);
      for (const { listener, ...failed } of await feedViews(subscription.name, parts, patience)) {
        await park(listener, failed);
      }
    };

    const serve = async (listener: Listener & { readonly kind: 'subscriber' }): Promise<void> => {
      const { deliveries } = await read(listener);
      if (deliveries.length === 0) return;
      for (const failed of await runSubscriber(listener.subscriber, deliveries, patience)) {
        await park(listener.name, failed);
      }
    };

    /** Parks copies for listeners that this instance does not know; a newer one may know them. */
    const parkStrays = async (): Promise<void> => {
      for (const { message, listener } of batch) {
        if (listener === undefined || subscription.listeners.some(({ name }) => name === listener)) continue;
        await park(listener, { message, failure: new Error(`Nobody on ${subscription.name} has this name`) });
      }
    };

    const subscribers = subscription.listeners.flatMap((listener) =>
      listener.kind === 'subscriber' ? [listener] : [],
    );
    const outcomes = await Promise.allSettled([serveViews(), ...subscribers.map(serve), parkStrays()]);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    await settleDoubted(options, subscription, messages, doubted, patience);
  };
};

/** A message of an unknown kind of aggregate may concern any listener. */
const isFollowed = ({ follows }: Listener, { aggregate }: ReadMessage): boolean =>
  aggregate === undefined || follows.includes(aggregate);
