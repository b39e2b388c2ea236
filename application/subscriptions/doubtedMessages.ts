import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { ownName, type Subscription } from './listener.ts';
import type { ReceivedMessage } from './origin.ts';
import type { Patience } from './patience.ts';
import type { Parking } from './ports.ts';
import type { DoubtedMessage } from './readBatch.ts';

/** Another instance may know a key that this one does not know yet. */
const unknownKeyMs = 60_000;
/**
 * Service Bus delivers a message at most 100 times. The app stops waiting for a key well before that: the other messages of the batch
 * come again as often, and must not become dead letters.
 */
const maximumDeliveries = 60;
/** Two of the longest pauses: a minute then takes 30 to 60 deliveries. */
const pauses = [10, 10];

const reasons: Record<DoubtedMessage['doubt'], string> = {
  unsigned: 'It has no signature',
  forged: 'Its signature is not of what it says',
  unknownKey: 'It is signed with a key that this app does not know',
};

/** Some messages of a batch are signed with a key that this instance does not know. */
export class UnknownKey extends Error {
  override name = 'UnknownKey';
}

type Options = {
  readonly parking: Pick<Parking, 'tally'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly pause: (attempt: number) => Promise<void>;
};

/**
 * Parks the messages of a batch whose sender is in doubt, in as many items as there are reasons and minutes. Throws UnknownKey while
 * another instance may know the key of one; nothing is parked then, since the whole batch comes again.
 */
export const settleDoubted = async (
  { parking, clock, log, pause }: Options,
  subscription: Subscription,
  messages: readonly ReceivedMessage[],
  doubted: readonly DoubtedMessage[],
  patience: Patience,
): Promise<void> => {
  const isYoung = ({ message: { enqueuedAt = '' }, doubt }: DoubtedMessage): boolean =>
    doubt === 'unknownKey' && Date.parse(enqueuedAt) > clock.now() - unknownKeyMs;
  const isTired = messages.some(({ deliveryCount = 1 }) => deliveryCount >= maximumDeliveries);
  if (!isTired && doubted.some(isYoung)) {
    for (const attempt of pauses) await pause(attempt);
    throw new UnknownKey(`A message of ${subscription.name}: ${reasons.unknownKey}`);
  }

  const listener = ownName(subscription);
  for (const [doubt, all] of Map.groupBy(doubted, (each) => each.doubt)) {
    const [first] = all;
    if (!first) continue;
    const reason = reasons[doubt];
    log('error', `Parked messages of ${listener}: ${reason}`, { listener, messages: all.length });
    await patience.retry(() => parking.tally(listener, { ...first.message, reason }, all.length));
  }
};
