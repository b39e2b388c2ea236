import { eventId, type RecordedEvent } from '../../eventSourcing/commit.ts';
import { instantOf, present, type Clock } from '../clock.ts';
import type { Emailing } from '../email/emailing.ts';
import { forEachOf } from '../forEachOf.ts';
import type { History } from '../history.ts';
import type { RunSubscriber } from './handleMessages.ts';
import type { Once } from './handled.ts';
import { cloudEvent } from '../publishing/message.ts';
import type { TellWebhooks } from '../webhooks/tell.ts';
import { copyFor } from './copyFor.ts';
import { listenerOf } from './origin.ts';
import type { Copies } from './ports.ts';
import type { ExecuteReaction } from './reaction.ts';
import type { Delivery, Failed } from './readBatch.ts';
import { triesOf } from './origin.ts';
import { Unhandleable, type Reads, type Tools } from './subscriber.ts';

const aggregatesAtOnce = 16;
const eventsAtOnce = 100;
/** By so much Service Bus's clock may be ahead of this instance's. */
const skewMs = 30_000;
/** How long a subscriber waits for an event that the event store does not have. */
const aheadMs = 2_000;

type Options = {
  readonly once: Once;
  readonly execute: ExecuteReaction;
  readonly history: Pick<History, 'next'>;
  readonly topic: Copies;
  readonly reads: Reads;
  readonly email: Emailing;
  readonly stream: Tools['stream'];
  readonly tellWebhooks: TellWebhooks;
  /** The properties of an event's message, beside those that every message has. */
  readonly filterable: (data: unknown) => Readonly<Record<string, string | number>>;
  readonly clock: Clock;
};

/**
 * Hands a subscriber the events that it follows: those of one aggregate one after another, unless it takes them in any order; those of
 * several side by side.
 */
export const createSubscriberRunner =
  ({ once, execute, history, topic, reads, email, stream, tellWebhooks, filterable, clock }: Options): RunSubscriber =>
  async (subscriber, deliveries, patience) => {
    const { name, follows, types, above, inAnyOrder = false, remembersForSeconds } = subscriber;
    // Service Bus applies no filter to a copy that the app sends to one listener.
    const isAbove = ({ data }: RecordedEvent): boolean => {
      if (!above) return true;
      const properties = filterable(data);
      return Object.entries(above).every(([property, bound]) => Number(properties[property]) > bound);
    };
    const followed = deliveries.filter(
      ({ event }) => follows.includes(event.aggregate) && (types?.includes(event.type) ?? true) && isAbove(event),
    );
    const inTurn = Map.groupBy(followed, ({ event }) => (inAnyOrder ? event.id : event.aggregateId));
    const failed: Failed[] = [];

    const toolsFor = ({ message, event }: Delivery): Tools => {
      const handling = { listener: name, eventId: eventId(event.aggregateId, event.version), remembersForSeconds };
      const doOnce = (work: () => Promise<void>) => once(handling, work, patience);
      const hearAgain = async (at: string, tries?: number): Promise<void> => {
        const copied = cloudEvent.parse(message.body);
        const address = { subscription: subscriber.subscription ?? name, listener: name };
        const unsent = await topic.sendCopies([{ ...copyFor(address, copied, message, at), tries }]);
        if (unsent.length > 0) throw new Unhandleable(`A copy of ${copied.id} is too large to be sent`);
      };
      return {
        ...reads,
        once: doOnce,
        execute: (commands) => execute(name, { message, event }, commands),
        stream,
        now: () => present(clock),
        hearAgain: (at) => hearAgain(listenerOf(message) === name ? atAnother(at, clock.now()) : at),
        email: (write) => email({ event, tries: triesOf(message), patience, once: doOnce, hearAgain }, write),
        tellWebhooks: () => tellWebhooks(cloudEvent.parse(message.body), triesOf(message) !== undefined),
        async stored() {
          for (let attempt = 1; ; attempt += 1) {
            const [found] = await history.next(event.aggregateId, event.version - 1, 1);
            if (found) return found;
            if (!(await patience.waitWithin(aheadMs, attempt))) {
              throw new Unhandleable(`The event store does not have ${handling.eventId}`);
            }
          }
        },
      };
    };

    await forEachOf(inTurn.values(), inAnyOrder ? eventsAtOnce : aggregatesAtOnce, async (oneByOne) => {
      for (const delivery of oneByOne.toSorted((a, b) => a.event.version - b.event.version)) {
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

/**
 * The instant for an event that came again too early: by what is left, the clocks differ. It is another one each time, since Service Bus
 * drops what it takes for a repeat.
 */
const atAnother = (at: string, now: number): string => {
  const leftMs = Date.parse(at) - now;
  return leftMs > 0 && leftMs < skewMs ? instantOf(Date.parse(at) + leftMs) : at;
};

const isUnhandleable = (error: unknown): error is Unhandleable => error instanceof Unhandleable;
