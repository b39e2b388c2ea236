import { withReason } from './disposition.ts';
import type { EntitySettings } from './entitySettings.ts';
import type { BrokerResources } from '../store/resources.ts';
import type { Shelf } from './shelf.ts';
import type { NewMessage, StoredMessage } from './storedMessage.ts';

/** Why a message is a dead letter, in the broker's words. */
export type CauseOfDeath = { readonly reason: string; readonly description: string };

export const failedTooOften = (times: number): CauseOfDeath => ({
  reason: 'MaxDeliveryCountExceeded',
  description: `Message could not be consumed after ${times} delivery attempts.`,
});

const expired: CauseOfDeath = {
  reason: 'TTLExpiredException',
  description: 'The message expired and was dead lettered.',
};

/** Takes messages off the shelf of an entity that nobody can have any more, to where its dead letters go. */
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
    this.shelf.rewrite(message, withReason(message.bare, cause));
    this.move(message, settings, now, hops);
  }

  /** The cause is in the message already, if there is one. */
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
