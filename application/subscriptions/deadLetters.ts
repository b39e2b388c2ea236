import { z } from 'zod';
import { originOf, copyFor } from './redelivery.ts';
import type { Copies, DeadLetter, DeadLetterQueues, Origin, ParkedMessage, Parking } from './ports.ts';

const maximumParked = 500;
const messagesAtOnce = 100;
const maximumRounds = 5;

export type Undelivered = Omit<Origin, 'properties'> & {
  readonly subscription: string;
  /** `parked` by the app, since it can never be applied; `deadLettered` by Service Bus. */
  readonly state: 'parked' | 'deadLettered';
  readonly reason: string;
  readonly description: string | undefined;
  /** JSON or text, or how that begins. */
  readonly body: string;
};

/** Where a page ends: it stays where it is while messages come and go. */
export const letterPlace = z.discriminatedUnion('state', [
  z.object({ state: z.literal('parked'), parkedAt: z.string(), subscription: z.string(), id: z.string() }),
  z.object({ state: z.literal('deadLettered'), subscription: z.string(), sequenceNumber: z.string() }),
]);
type LetterPlace = z.infer<typeof letterPlace>;

/** Both throw ServiceUnavailable. */
export type DeadLetters = {
  /**
   * A page of those of one subscription, or of all: first what is parked, then the dead letters of one subscription after
   * the other, each the oldest first. `next` is absent on the last page.
   */
  list(
    subscription: string | undefined,
    limit: number,
    after?: LetterPlace,
  ): Promise<{ readonly items: readonly Undelivered[]; readonly next: LetterPlace | undefined }>;
  /**
   * Sends what is parked and dead-lettered again, to that subscription alone, and then removes it: what is sent twice is
   * dropped by positions. What still cannot be applied is parked as the same message as before. `more`: it ended at its bounds.
   */
  resubmit(subscription: string): Promise<{ readonly resubmitted: number; readonly more: boolean }>;
};

type Options = {
  readonly parking: Parking;
  readonly queues: DeadLetterQueues;
  readonly topic: Copies;
  readonly subscriptions: readonly string[];
  readonly newId: () => string;
};

export const createDeadLetters = ({ parking, queues, topic, subscriptions, newId }: Options): DeadLetters => {
  /** Returns those that were sent. */
  const send = async <Message extends Origin & { readonly body: unknown }>(
    subscription: string,
    messages: readonly Message[],
  ): Promise<readonly Message[]> => {
    if (messages.length === 0) return [];
    const copies = new Map(messages.map((message) => [copyFor(subscription, newId(), message), message]));
    const unsent = new Set(await topic.sendCopies([...copies.keys()]));
    return [...copies].filter(([copy]) => !unsent.has(copy)).map(([, message]) => message);
  };

  return {
    async list(subscription, limit, after) {
      // One more than is shown tells whether there is a next page.
      const wanted = limit + 1;
      const reached = after?.state === 'deadLettered' ? after : { subscription: '', sequenceNumber: undefined };
      const found =
        after?.state === 'deadLettered' ? [] : (await parking.list(subscription, wanted, after)).map(parkedItem);
      const names = subscription === undefined ? subscriptions : subscriptions.filter((name) => name === subscription);
      for (const name of names.filter((each) => each >= reached.subscription).sort()) {
        if (found.length === wanted) break;
        const from = name === reached.subscription ? reached.sequenceNumber : undefined;
        const letters = await queues.peek(name, wanted - found.length, from);
        found.push(...letters.map((letter) => deadLetteredItem(name, letter)));
      }
      const shown = found.slice(0, limit);
      return { items: shown.map(({ item }) => item), next: found.length === wanted ? shown.at(-1)?.place : undefined };
    },

    async resubmit(subscription) {
      let resubmitted = 0;
      const seen = new Set<string>();
      let parked = await parking.list(subscription, messagesAtOnce);
      while (parked.length > 0 && resubmitted < maximumParked) {
        // What was too long to be kept whole stays, and so does what is parked again at once; both are in nobody's way.
        const whole = parked.filter(({ id, body }) => body !== undefined && !seen.has(id));
        for (const { id } of whole) seen.add(id);
        const sent = await send(subscription, whole);
        for (const message of sent) await parking.remove(message);
        resubmitted += sent.length;
        parked = await parking.list(subscription, messagesAtOnce, parked.at(-1));
      }
      const more = parked.length > 0;

      for (let round = 0; round < maximumRounds; round += 1) {
        const taken = await queues.take(subscription, messagesAtOnce, (letters) => send(subscription, letters));
        if (taken === 0) return { resubmitted, more };
        resubmitted += taken;
      }
      return { resubmitted, more: true };
    },
  };
};

type Placed = { readonly place: LetterPlace; readonly item: Undelivered };

const parkedItem = (message: ParkedMessage): Placed => {
  const { parkedAt, subscription, id, reason, text } = message;
  return {
    place: { state: 'parked', parkedAt, subscription, id },
    item: { subscription, state: 'parked', reason, description: undefined, body: text, ...shownOrigin(message) },
  };
};

const deadLetteredItem = (subscription: string, letter: DeadLetter): Placed => {
  const { sequenceNumber, reason, description, body } = letter;
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
  return {
    place: { state: 'deadLettered', subscription, sequenceNumber },
    item: { subscription, state: 'deadLettered', reason, description, body: text, ...shownOrigin(letter) },
  };
};

const shownOrigin = (message: Origin) => {
  const { messageId, enqueuedAt, deliveryCount } = originOf(message);
  return { messageId, enqueuedAt, deliveryCount };
};
