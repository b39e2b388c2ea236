import { originOf, copyFor } from './redelivery.ts';
import type { Copies, DeadLetterQueues, Origin, Parking } from './ports.ts';

const maximumParked = 500;
const lettersAtOnce = 100;
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

/** Both throw ServiceUnavailable. */
export type DeadLetters = {
  /** Of one subscription, or of all: the oldest of each kind, at most `limit` of each. */
  list(subscription: string | undefined, limit: number): Promise<readonly Undelivered[]>;
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
    async list(subscription, limit) {
      const parked = await parking.list(subscription, limit);
      const names = subscription === undefined ? subscriptions : subscriptions.filter((name) => name === subscription);
      const letters = await Promise.all(
        names.map(async (name) =>
          (await queues.peek(name, limit)).map((letter) => ({ ...letter, subscription: name })),
        ),
      );
      return [
        ...parked.map(({ text, ...message }) => ({
          ...shown('parked', message),
          description: undefined,
          body: text,
        })),
        ...letters.flat().map((letter) => ({
          ...shown('deadLettered', letter),
          description: letter.description,
          body: typeof letter.body === 'string' ? letter.body : JSON.stringify(letter.body ?? null),
        })),
      ];
    },

    async resubmit(subscription) {
      const parked = await parking.list(subscription, maximumParked);
      const sent = await send(
        subscription,
        parked.filter(({ body }) => body !== undefined),
      );
      for (const message of sent) await parking.remove(message);

      let resubmitted = sent.length;
      for (let round = 0; round < maximumRounds; round += 1) {
        const taken = await queues.take(subscription, lettersAtOnce, (letters) => send(subscription, letters));
        if (taken === 0) return { resubmitted, more: parked.length === maximumParked };
        resubmitted += taken;
      }
      return { resubmitted, more: true };
    },
  };
};

const shown = <State extends Undelivered['state']>(
  state: State,
  message: Origin & { readonly subscription: string; readonly reason: string },
) => {
  const { messageId, enqueuedAt, deliveryCount } = originOf(message);
  return { subscription: message.subscription, state, reason: message.reason, messageId, enqueuedAt, deliveryCount };
};
