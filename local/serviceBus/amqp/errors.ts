import type { Fault } from '../../faults/faultRules.ts';
import { BrokerError, type BrokerErrorCode } from '../broker/errors.ts';

/** An error as AMQP reports it: a condition, and a sentence. */
export class AmqpError extends Error {
  readonly condition: string;

  constructor(condition: string, description: string) {
    super(description);
    this.name = 'AmqpError';
    this.condition = condition;
  }
}

export const malformed = (what: string) => new AmqpError('amqp:decode-error', `Malformed AMQP data: ${what}.`);

export const notImplemented = (description: string) => new AmqpError('amqp:not-implemented', description);

/** The errors that a client is told about; any other error is a bug. */
export type Refusal = BrokerError | AmqpError;

export const isRefusal = (error: unknown): error is Refusal =>
  error instanceof BrokerError || error instanceof AmqpError;

const conditions: Record<BrokerErrorCode, string> = {
  EntityNotFound: 'amqp:not-found',
  EntityDisabled: 'com.microsoft:entity-disabled',
  MessageNotFound: 'com.microsoft:message-not-found',
  MessageLockLost: 'com.microsoft:message-lock-lost',
  SessionLockLost: 'com.microsoft:session-lock-lost',
  SessionCannotBeLocked: 'com.microsoft:session-cannot-be-locked',
  Timeout: 'com.microsoft:timeout',
  NotAllowed: 'amqp:not-allowed',
  MessageTooLarge: 'amqp:link:message-size-exceeded',
  QuotaExceeded: 'amqp:resource-limit-exceeded',
};

export function toAmqpError(refusal: Refusal): AmqpError {
  if (refusal instanceof AmqpError) return refusal;
  const { code, message } = refusal;
  // The client library recognises a missing entity by these words, not by the condition.
  const description = code === 'EntityNotFound' ? `${message} status-code: 404` : message;
  return new AmqpError(conditions[code], description);
}

const conditionsByStatus = new Map([
  [401, 'amqp:unauthorized-access'],
  [403, 'amqp:resource-limit-exceeded'],
  [404, 'amqp:not-found'],
  [408, 'com.microsoft:timeout'],
  [429, 'com.microsoft:server-busy'],
  [503, 'com.microsoft:server-busy'],
]);

/** The error that an injected fault answers with. AMQP has conditions where a fault rule has an HTTP status. */
export function injectedError(fault: Extract<Fault, { kind: 'answer' | 'reject' }>): AmqpError {
  const condition =
    fault.kind === 'reject' ? fault.condition : (conditionsByStatus.get(fault.status) ?? 'amqp:internal-error');
  return new AmqpError(condition, 'A fault that was asked for.');
}
