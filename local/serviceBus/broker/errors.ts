/** A refusal that the client gets to see: an AMQP error condition and a sentence. Everything else that is thrown is a bug. */
export class ServiceBusError extends Error {
  readonly condition: string;

  constructor(condition: string, description: string) {
    super(description);
    this.name = 'ServiceBusError';
    this.condition = condition;
  }
}

/** The client library recognises a missing entity by `status-code: 404` in the text, not by the condition. */
export const entityNotFound = (address: string) =>
  new ServiceBusError('amqp:not-found', `The messaging entity '${address}' could not be found. status-code: 404`);

export const entityDisabled = (path: string) =>
  new ServiceBusError(
    'com.microsoft:entity-disabled',
    `The messaging entity '${path}' is disabled for this operation.`,
  );

export const messageNotFound = (sequenceNumber: number) =>
  new ServiceBusError('com.microsoft:message-not-found', `There is no message with sequence number ${sequenceNumber}.`);

export const lockLost = () =>
  new ServiceBusError(
    'com.microsoft:message-lock-lost',
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  );

export const sessionLockLost = (sessionId?: string) =>
  new ServiceBusError(
    'com.microsoft:session-lock-lost',
    `The session lock ${sessionId === undefined ? '' : `of '${sessionId}' `}was lost. Accept the session again.`,
  );

export const sessionCannotBeLocked = (sessionId: string) =>
  new ServiceBusError(
    'com.microsoft:session-cannot-be-locked',
    `The session '${sessionId}' cannot be accepted. It is locked by another receiver.`,
  );

export const timedOut = () =>
  new ServiceBusError(
    'com.microsoft:timeout',
    'The operation did not complete within the time that the client allowed.',
  );

export const notAllowed = (description: string) => new ServiceBusError('amqp:not-allowed', description);

export const messageTooLarge = (bytes: number, limit: number) =>
  new ServiceBusError(
    'amqp:link:message-size-exceeded',
    `The message of ${bytes} bytes exceeds the limit of ${limit} bytes on this link.`,
  );

export const malformed = (what: string) => new ServiceBusError('amqp:decode-error', `Malformed AMQP data: ${what}.`);
