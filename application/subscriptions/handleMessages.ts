import type { AggregateRegistry } from '../../eventSourcing/aggregateRegistry.ts';
import type { View } from '../../eventSourcing/view.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Listener, Subscription } from './listener.ts';
import type { ReceivedMessage } from './origin.ts';
import { beginPatience, type Patience } from './patience.ts';
import type { Parking } from './ports.ts';
import { readBatch, type Delivery, type Failed, type ReadMessage } from './readBatch.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * Handles deliveries for one listener. Returns those that the listener can never handle. Throws a failure that may pass: the batch
 * then comes again. The app calls it with no deliveries, too, if a batch has only messages that nobody can read: a view may have
 * to note that it misses something.
 */
export type Hear<Who> = (who: Who, deliveries: readonly Delivery[], patience: Patience) => Promise<readonly Failed[]>;

type Options = {
  readonly registry: AggregateRegistry;
  readonly feedView: Hear<View>;
  readonly runSubscriber: Hear<Subscriber>;
  readonly parking: Pick<Parking, 'park'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly pause: (attempt: number) => Promise<void>;
  /** How long the app retries before it gives the batch back: half the lock, which is five minutes. */
  readonly patienceMs?: number;
};

/**
 * Handles a batch of messages for all listeners of a subscription, side by side. Parks a message that a listener can never handle,
 * for that listener and with the reason; it holds nobody up. Throws any other failure that outlasts the patience: Service Bus
 * then delivers the whole batch again, and each listener drops the events that it has handled already.
 */
export const createMessageHandler = (options: Options) => {
  const { registry, feedView, runSubscriber, parking, clock, log, pause, patienceMs = 150_000 } = options;

  return async (subscription: Subscription, messages: readonly ReceivedMessage[]): Promise<void> => {
    const patience = beginPatience({ clock, pause, patienceMs });
    const batch = readBatch(registry, messages);

    const park = (listener: string, { message, failure }: Failed): Promise<void> => {
      const { messageId } = message;
      const reason = failure.message;
      log('error', `Parked message ${messageId} of ${listener}: ${reason}`, {
        message: messageId,
        subscription: listener,
      });
      return patience.retry(() => parking.park(listener, { ...message, reason }));
    };

    const serve = async (listener: Listener): Promise<void> => {
      const own = batch.filter((read) => read.listener === undefined || read.listener === listener.name);
      if (own.length === 0) return;
      const deliveries: Delivery[] = [];
      for (const read of own) {
        if ('event' in read) deliveries.push(read);
        else if (isFollowed(listener, read)) {
          await park(listener.name, { message: read.message, failure: read.unreadable });
        }
      }
      const failed =
        listener.kind === 'view'
          ? await feedView(listener.view, deliveries, patience)
          : await runSubscriber(listener.subscriber, deliveries, patience);
      for (const each of failed) await park(listener.name, each);
    };

    /** Parks copies for listeners that this instance does not know; a newer one may know them. */
    const parkStrays = async (): Promise<void> => {
      for (const { message, listener } of batch) {
        if (listener === undefined || subscription.listeners.some(({ name }) => name === listener)) continue;
        await park(listener, { message, failure: new Error(`Nobody on ${subscription.name} has this name`) });
      }
    };

    const outcomes = await Promise.allSettled([...subscription.listeners.map(serve), parkStrays()]);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  };
};

/** A message of an unknown kind of aggregate may concern any listener. */
const isFollowed = ({ follows }: Listener, { aggregate }: ReadMessage): boolean =>
  aggregate === undefined || follows.includes(aggregate);
