import { z } from 'zod';
import type { EventStore } from '../eventStore.ts';
import { forEachOf } from '../forEachOf.ts';
import type { Log } from '../log.ts';
import { storedMessage } from '../publishing/storedMessage.ts';
import { addressOf, ownName, type Listener } from './listener.ts';
import { listenerOf, originOf } from './origin.ts';
import type { Address, Copies, Copy, DeadLetter, DeadLetterQueues, Origin, ParkedMessage, Parking } from './ports.ts';

const maximumParked = 500;
const messagesAtOnce = 100;
const maximumRounds = 5;
const readsAtOnce = 16;

export type Undelivered = Omit<Origin, 'properties'> & {
  /** Only a parked message has an id: by it, an operator sends that one message again, or removes it. */
  readonly id: string | undefined;
  /** The listener that it was for. The `subscriptionName`, if it was for several who share it, or for none of the app's. */
  readonly listener: string;
  /** `parked` by the app, which can never handle it; `deadLettered` by Service Bus. */
  readonly state: 'parked' | 'deadLettered';
  readonly reason: string;
  readonly description: string | undefined;
  /** JSON or text, or the beginning of it. */
  readonly body: string;
  /** How many messages it stands for, where it stands for all that came for one reason in one minute. */
  readonly count?: number | undefined;
};

/** Where a page ends. It stays in place while messages come and go. */
export const letterPlace = z.discriminatedUnion('state', [
  z.object({ state: z.literal('parked'), parkedAt: z.string(), listener: z.string(), id: z.string() }),
  z.object({ state: z.literal('deadLettered'), subscription: z.string(), sequenceNumber: z.string() }),
]);
type LetterPlace = z.infer<typeof letterPlace>;

/** All throw ServiceUnavailable. */
export type DeadLetters = {
  /**
   * A page of one listener's messages, or of all: first the parked ones, then the dead letters of one subscription after the
   * other, the oldest first in each. Listeners who share a subscription share its dead letters. The last page has no `next`.
   */
  list(
    name: string | undefined,
    limit: number,
    after?: LetterPlace,
  ): Promise<{ readonly items: readonly Undelivered[]; readonly next: LetterPlace | undefined }>;
  /**
   * Sends the events of a listener's parked messages again, as the event store has them, to it alone; and those of its subscription's
   * dead letters, to all who share that, except a copy that was for one of them. Then removes the messages. Listeners drop the
   * events that they have handled. The app parks a message that still cannot be handled as the same message as before. A parked
   * message stays where the store does not have its event, or where it stands for many; a dead letter is parked then.
   * `more`: this call reached its bounds.
   */
  resubmit(name: string): Promise<Resubmitted>;
  /** The same with one parked message, also one that stands for many. Undefined where the listener has none with this id. */
  resubmitOne(name: string, id: string): Promise<Resubmitted | EventGone | undefined>;
  /** Removes one parked message for good. False where the listener has none with this id. */
  discard(name: string, id: string): Promise<boolean>;
};
/** The event store has no such event: nobody can send it again, but somebody can discard the message. */
export type EventGone = 'eventGone';
export type Resubmitted = { readonly resubmitted: number; readonly more: boolean };

type Options = {
  readonly eventStore: Pick<EventStore, 'readCommits'>;
  readonly parking: Pick<Parking, 'list' | 'load' | 'park' | 'remove'>;
  readonly queues: DeadLetterQueues;
  readonly topic: Copies;
  readonly listeners: readonly Listener[];
  /** All subscriptions of the topic: those of the app, and any others. */
  readonly subscriptions: readonly string[];
  readonly newId: () => string;
  readonly log: Log;
};

export const createDeadLetters = ({
  eventStore,
  parking,
  queues,
  topic,
  listeners,
  subscriptions,
  newId,
  log,
}: Options): DeadLetters => {
  /** Returns the messages whose events it could send, and those whose events are gone from the store. */
  const send = async <Message extends Carrier>(
    messages: readonly Message[],
    addressFor: (message: Message) => Address,
  ): Promise<{ readonly sent: readonly Message[]; readonly gone: readonly Message[] }> => {
    const copies = new Map<Message, Copy>();
    await forEachOf(messages, readsAtOnce, async (message) => {
      const event = await storedMessage(eventStore, eventIdOf(message));
      if (event)
        copies.set(message, { ...addressFor(message), messageId: newId(), event, original: originOf(message) });
    });
    const inOrder = messages.flatMap((message) => copies.get(message) ?? []);
    const unsent = new Set(inOrder.length > 0 ? await topic.sendCopies(inOrder) : []);
    return {
      sent: [...copies].filter(([, copy]) => !unsent.has(copy)).map(([message]) => message),
      gone: messages.filter((message) => !copies.has(message)),
    };
  };

  const nameFor = (subscription: string, letter: DeadLetter): string =>
    listenerOf(letter) ??
    ownName({ name: subscription, listeners: listeners.filter((each) => each.subscription === subscription) });

  return {
    async list(name, limit, after) {
      // One item more than the page shows, to know whether there is a next page.
      const wanted = limit + 1;
      const reached = after?.state === 'deadLettered' ? after : { subscription: '', sequenceNumber: undefined };
      const found = after?.state === 'deadLettered' ? [] : (await parking.list(name, wanted, after)).map(parkedItem);
      const asked = name === undefined ? undefined : addressOf(listeners, name).subscription;
      const shown = subscriptions.filter((each) => asked === undefined || each === asked);
      for (const subscription of shown.filter((each) => each >= reached.subscription).sort()) {
        if (found.length === wanted) break;
        const from = subscription === reached.subscription ? reached.sequenceNumber : undefined;
        const letters = await queues.peek(subscription, wanted - found.length, from);
        found.push(...letters.map((letter) => deadLetteredItem(subscription, nameFor(subscription, letter), letter)));
      }
      const page = found.slice(0, limit);
      return { items: page.map(({ item }) => item), next: found.length === wanted ? page.at(-1)?.place : undefined };
    },

    async resubmitOne(name, id) {
      const message = await parking.load(name, id);
      if (!message) return undefined;
      const { sent, gone } = await send([message], () => addressOf(listeners, name));
      if (gone.length > 0) return 'eventGone';
      for (const each of sent) await parking.remove(each);
      return { resubmitted: sent.length, more: false };
    },

    async discard(name, id) {
      const message = await parking.load(name, id);
      if (!message) return false;
      await parking.remove(message);
      const { messageId, reason } = message;
      log('warn', `Discarded message ${messageId} of ${name}: ${reason}`, { message: messageId, listener: name });
      return true;
    },

    async resubmit(name) {
      const address = addressOf(listeners, name);
      const { subscription } = address;
      let resubmitted = 0;
      const seen = new Set<string>();
      let parked = await parking.list(name, messagesAtOnce);
      while (parked.length > 0 && resubmitted < maximumParked) {
        // A message that is parked again at once stays.
        const single = parked.filter(({ id, count }) => count === undefined && !seen.has(id));
        for (const { id } of single) seen.add(id);
        const { sent } = await send(single, () => address);
        for (const message of sent) await parking.remove(message);
        resubmitted += sent.length;
        parked = await parking.list(name, messagesAtOnce, parked.at(-1));
      }
      const more = parked.length > 0;

      for (let round = 0; round < maximumRounds; round += 1) {
        const taken = await queues.take(subscription, messagesAtOnce, async (letters) => {
          const { sent, gone } = await send(letters, (letter) => ({ subscription, listener: listenerOf(letter) }));
          for (const letter of gone) await parking.park(name, { ...letter, ...originOf(letter), reason: goneReason });
          resubmitted += sent.length;
          return [...sent, ...gone];
        });
        if (taken === 0) return { resubmitted, more };
      }
      return { resubmitted, more: true };
    },
  };
};

/** A message that carries an event, as far as one can trust it. */
type Carrier = Origin & { readonly body: unknown };

const goneReason = 'Service Bus gave it up, and the event store does not have its event';
const withId = z.object({ id: z.string() });

/** A message that was not kept whole has the id of its event all the same: as its own. */
const eventIdOf = (message: Carrier): string => withId.safeParse(message.body).data?.id ?? originOf(message).messageId;

type Placed = { readonly place: LetterPlace; readonly item: Undelivered };

const parkedItem = (message: ParkedMessage): Placed => {
  const { parkedAt, listener, id, reason, text, count } = message;
  return {
    place: { state: 'parked', parkedAt, listener, id },
    item: { id, listener, state: 'parked', reason, description: undefined, body: text, count, ...shownOrigin(message) },
  };
};

const deadLetteredItem = (subscription: string, listener: string, letter: DeadLetter): Placed => {
  const { sequenceNumber, reason, description, body } = letter;
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
  return {
    place: { state: 'deadLettered', subscription, sequenceNumber },
    item: { id: undefined, listener, state: 'deadLettered', reason, description, body: text, ...shownOrigin(letter) },
  };
};

const shownOrigin = (message: Origin) => {
  const { messageId, enqueuedAt, deliveryCount } = originOf(message);
  return { messageId, enqueuedAt, deliveryCount };
};
