import type { CauseOfDeath } from './deadLettering.ts';
import type { QueueDefinition, SubscriptionDefinition } from '../definitions/definitions.ts';
import { maxHops } from '../store/resources.ts';
import type { StoredMessage } from './storedMessage.ts';

export type EntitySettings = {
  readonly lockMs: number;
  readonly maxDeliveryCount: number;
  /** Messages that outlive this are dropped, or dead-lettered. */
  readonly timeToLiveMs: number;
  readonly deadLettersExpired: boolean;
  /** Fixed for the life of the entity. */
  readonly requiresSession: boolean;
  /** Addresses to which everything, or every dead letter, goes instead; empty for none. */
  readonly forwardTo: string;
  readonly forwardDeadLettersTo: string;
  readonly canReceive: boolean;
};

/** How the dead letters of an entity are kept: until somebody takes them. */
export const forDeadLetters = (settings: EntitySettings): EntitySettings => ({
  ...settings,
  maxDeliveryCount: Infinity,
  timeToLiveMs: Infinity,
  requiresSession: false,
  forwardTo: '',
  forwardDeadLettersTo: '',
});

export const entitySettings = ({ Properties }: QueueDefinition | SubscriptionDefinition): EntitySettings => ({
  lockMs: Properties.LockDuration,
  maxDeliveryCount: Properties.MaxDeliveryCount,
  timeToLiveMs: Properties.DefaultMessageTimeToLive,
  deadLettersExpired: Properties.DeadLetteringOnMessageExpiration,
  requiresSession: Properties.RequiresSession,
  forwardTo: Properties.ForwardTo,
  forwardDeadLettersTo: Properties.ForwardDeadLetteredMessagesTo,
  canReceive: Properties.Status === 'Active' || Properties.Status === 'SendDisabled',
});

/**
 * Why a message cannot stay in the entity to which it came, if so. `hops` is how often it has been forwarded.
 */
export function refusalOf(
  { forwardTo, requiresSession }: EntitySettings,
  { sessionId }: StoredMessage,
  hops: number,
): CauseOfDeath | undefined {
  if (forwardTo !== '' && hops >= maxHops) {
    const description = `The message was forwarded ${maxHops} times, which is the limit.`;
    return { reason: 'MaxTransferHopCountExceeded', description };
  }
  // Azure has a transfer dead-letter queue for these.
  if (forwardTo !== '') {
    return { reason: 'ForwardingFailed', description: `There is no '${forwardTo}' that messages could be sent to.` };
  }
  if (requiresSession && sessionId === undefined) {
    const description = "Session enabled entity doesn't allow a message whose session identifier is null.";
    return { reason: 'Session ID is null.', description };
  }
  return undefined;
}
