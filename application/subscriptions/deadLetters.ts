import { z } from 'zod';
import type { Log } from '../log.ts';
import { addressOf, subscriptionName, type Listener } from './listener.ts';
import { listenerOf, originOf } from './origin.ts';
import type { Address, Copies, DeadLetter, DeadLetterQueues, Origin, ParkedMessage, Parking } from './ports.ts';

const maximumParked = 500;
const messagesAtOnce = 100;
const maximumRounds = 5;

export type Undelivered = Omit<Origin, 'properties'> & {
  /** Of a parked message: it can be sent again, or removed, alone. */
  readonly id: string | undefined;
  /** The listener that it was for. The `subscriptionName`, if it was for several who share it, or for none of the app's. */
  readonly listener: string;
  /** `parked` by the app, which can never handle it; `deadLettered` by Service Bus. */
  readonly state: 'parked' | 'deadLettered';
  readonly reason: string;
  readonly description: string | undefined;
  /** JSON or text, or the beginning of it. */
  readonly body: string;
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
   * Sends a listener's parked messages again, to it alone; and the dead letters of its subscription, to all who share that, except
   * a copy that was for one of them. Then removes them. Listeners drop the events that they have handled. The app parks a
   * message that still cannot be handled as the same message as before. `more`: this call reached its bounds.
   */
  resubmit(name: string): Promise<Resubmitted>;
  /** Sends one parked message again, and removes it. Undefined where the listener has none with this id. */
  resubmitOne(name: string, id: string): Promise<Resubmitted | undefined>;
  /** Removes one parked message for good. False where the listener has none with this id. */
  discard(name: string, id: string): Promise<boolean>;
};
export type Resubmitted = { readonly resubmitted: number; readonly more: boolean };

type Options = {
  readonly parking: Pick<Parking, 'list' | 'load' | 'remove'>;
  readonly queues: DeadLetterQueues;
  readonly topic: Copies;
  readonly listeners: readonly Listener[];
  /** All subscriptions of the topic: those of the app, and any others. */
  readonly subscriptions: readonly string[];
  readonly newId: () => string;
  readonly log: Log;
};

export const createDeadLetters = ({
  parking,
  queues,
  topic,
  listeners,
  subscriptions,
  newId,
  log,
}: Options): DeadLetters => {
  /** Returns the messages that it could send. */
  const send = async <Message extends Origin & { readonly body: unknown }>(
    messages: readonly Message[],
    addressFor: (message: Message) => Address,
  ): Promise<readonly Message[]> => {
    if (messages.length === 0) return [];
    const copies = new Map(
      messages.map((message) => [
        { ...addressFor(message), messageId: newId(), body: message.body, original: originOf(message) },
        message,
      ]),
    );
    const unsent = new Set(await topic.sendCopies([...copies.keys()]));
    return [...copies].filter(([copy]) => !unsent.has(copy)).map(([, message]) => message);
  };

  const nameFor = (subscription: string, letter: DeadLetter): string => {
    const sharing = listeners.filter((each) => each.subscription === subscription);
    return (
      listenerOf(letter) ?? (sharing.length === 1 ? sharing[0]?.name : undefined) ?? subscriptionName(subscription)
    );
  };

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
      // A message that was too long to be kept whole stays.
      const sent = message.body === undefined ? [] : await send([message], () => addressOf(listeners, name));
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
        // A message that was too long to be kept whole stays, and so does one that is parked again at once.
        const whole = parked.filter(({ id, body }) => body !== undefined && !seen.has(id));
        for (const { id } of whole) seen.add(id);
        const sent = await send(whole, () => address);
        for (const message of sent) await parking.remove(message);
        resubmitted += sent.length;
        parked = await parking.list(name, messagesAtOnce, parked.at(-1));
      }
      const more = parked.length > 0;

      for (let round = 0; round < maximumRounds; round += 1) {
        const taken = await queues.take(subscription, messagesAtOnce, (letters) =>
          send(letters, (letter) => ({ subscription, listener: listenerOf(letter) })),
        );
        if (taken === 0) return { resubmitted, more };
        resubmitted += taken;
      }
      return { resubmitted, more: true };
    },
  };
};

type Placed = { readonly place: LetterPlace; readonly item: Undelivered };

const parkedItem = (message: ParkedMessage): Placed => {
  const { parkedAt, listener, id, reason, text } = message;
  return {
    place: { state: 'parked', parkedAt, listener, id },
    item: { id, listener, state: 'parked', reason, description: undefined, body: text, ...shownOrigin(message) },
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
