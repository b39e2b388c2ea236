import { eventId } from '../../eventSourcing/commit.ts';
import { forEachOf } from '../forEachOf.ts';
import type { History } from '../history.ts';
import type { RunSubscriber } from './handleMessages.ts';
import type { Once } from './handled.ts';
import type { ExecuteReaction } from './reaction.ts';
import type { Delivery, Failed } from './readBatch.ts';
import { Unhandleable, type Tools } from './subscriber.ts';

const aggregatesAtOnce = 16;
/** How long a subscriber waits for an event that the event store does not have. */
const aheadMs = 2_000;

type Options = { readonly once: Once; readonly execute: ExecuteReaction; readonly history: Pick<History, 'next'> };

/** Hands a subscriber the events that it follows: those of one aggregate one after another, those of several side by side. */
export const createSubscriberRunner =
  ({ once, execute, history }: Options): RunSubscriber =>
  async (subscriber, deliveries, patience) => {
    const { name, follows, remembersForSeconds } = subscriber;
    const followed = deliveries.filter(({ event }) => follows.includes(event.aggregate));
    const byAggregate = Map.groupBy(followed, ({ event }) => event.aggregateId);
    const failed: Failed[] = [];

    const toolsFor = ({ message, event }: Delivery): Tools => ({
      once: (work) =>
        once(
          { listener: name, eventId: eventId(event.aggregateId, event.version), remembersForSeconds },
          work,
          patience,
        ),
      execute: (commands) => execute(name, { message, event }, commands),
      async stored() {
        for (let attempt = 1; ; attempt += 1) {
          const [found] = await history.next(event.aggregateId, event.version - 1, 1);
          if (found) return found;
          if (!(await patience.waitWithin(aheadMs, attempt))) {
            throw new Unhandleable(`The event store does not have ${eventId(event.aggregateId, event.version)}`);
          }
        }
      },
    });

    await forEachOf(byAggregate.values(), aggregatesAtOnce, async (ofAggregate) => {
      for (const delivery of ofAggregate.toSorted((a, b) => a.event.version - b.event.version)) {
        try {
          await patience.retry(() => subscriber.handle(delivery.event, toolsFor(delivery)), isUnhandleable);
        } catch (error) {
          if (!isUnhandleable(error)) throw error;
          failed.push({ message: delivery.message, failure: error });
        }
      }
    });
    return failed;
  };

const isUnhandleable = (error: unknown): error is Unhandleable => error instanceof Unhandleable;
