import type { QueueDefinition, SubscriptionDefinition } from '../definitions/definitions.ts';

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
