import type { QueueDefinition, SubscriptionDefinition } from '../definitions/definitions.ts';

export type EntitySettings = {
  readonly lockMs: number;
  readonly maxDeliveryCount: number;
  /** Messages older than this are dropped or dead-lettered. */
  readonly timeToLiveMs: number;
  readonly deadLettersExpired: boolean;
  /** Fixed for the life of the entity. */
  readonly requiresSession: boolean;
  /** Addresses to which all messages, or all dead letters, are forwarded; empty for none. */
  readonly forwardTo: string;
  readonly forwardDeadLettersTo: string;
  readonly canReceive: boolean;
};

/** The settings for an entity's dead letters, which stay until a receiver removes them. */
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
