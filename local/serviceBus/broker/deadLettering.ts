import { withReason } from './disposition.ts';
import type { EntitySettings } from './entitySettings.ts';
import { maxHops, type BrokerResources } from './resources.ts';
import type { Shelf } from './shelf.ts';
import type { NewMessage, StoredMessage } from './storedMessage.ts';

/** The broker's reason for dead-lettering a message. */
export type CauseOfDeath = { readonly reason: string; readonly description: string };

export const failedTooOften = (times: number): CauseOfDeath => ({
  reason: 'MaxDeliveryCountExceeded',
  description: `Message could not be consumed after ${times} delivery attempts.`,
});

const expired: CauseOfDeath = {
  reason: 'TTLExpiredException',
  description: 'The message expired and was dead lettered.',
};

/** The cause for which an entity refuses a new message, if any. `hops` counts how often it has been forwarded. */
export function causeToRefuse(
  { forwardTo, requiresSession }: EntitySettings,
  { sessionId }: StoredMessage,
  hops: number,
): CauseOfDeath | undefined {
  if (forwardTo !== '' && hops >= maxHops) {
    const description = `The message was forwarded ${maxHops} times, which is the limit.`;
    return { reason: 'MaxTransferHopCountExceeded', description };
  }
  // Azure puts these messages into a transfer dead-letter queue.
  if (forwardTo !== '') {
    return {
      reason: 'ForwardingFailed',
      description: `There is no '${forwardTo}' to which messages can be forwarded.`,
    };
  }
  if (requiresSession && sessionId === undefined) {
    const description = "Session enabled entity doesn't allow a message whose session identifier is null.";
    return { reason: 'Session ID is null.', description };
  }
  return undefined;
}

/** Moves messages of one entity to its dead letters, or to the entity that gets its dead letters. */
export class DeadLettering {
  private readonly path: string;
  private readonly resources: BrokerResources;
  private readonly shelf: Shelf;
  private readonly deadLetters: { add(message: NewMessage, now: number): void };

  constructor(path: string, resources: BrokerResources, shelf: Shelf, deadLetters: DeadLettering['deadLetters']) {
    this.path = path;
    this.resources = resources;
    this.shelf = shelf;
    this.deadLetters = deadLetters;
  }

  expire(message: StoredMessage, settings: EntitySettings, now: number): void {
    if (settings.deadLettersExpired) this.bury(message, expired, settings, now);
    else this.shelf.remove(message);
  }

  bury(message: StoredMessage, cause: CauseOfDeath, settings: EntitySettings, now: number, hops = 0): void {
    this.shelf.rewrite(message, withReason(message.content, cause));
    this.move(message, settings, now, hops);
  }

  /** For a message that already contains its cause, if there is one. */
  move(message: StoredMessage, { forwardDeadLettersTo }: EntitySettings, now: number, hops = 0): void {
    this.shelf.remove(message);
    const dead: NewMessage = {
      ...message,
      state: 'active',
      enqueuedSequenceNumber: message.sequenceNumber,
      deadLetterSource: this.path,
    };
    if (forwardDeadLettersTo !== '' && this.resources.forward(forwardDeadLettersTo, dead, now, hops + 1)) return;
    this.deadLetters.add(dead, now);
  }
}
