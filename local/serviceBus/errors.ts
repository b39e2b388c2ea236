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

export const messageNotFound = (sequenceNumber: number) =>
  new ServiceBusError('com.microsoft:message-not-found', `There is no message with sequence number ${sequenceNumber}.`);

export const lockLost = () =>
  new ServiceBusError(
    'com.microsoft:message-lock-lost',
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  );

export const messageTooLarge = (bytes: number, limit: number) =>
  new ServiceBusError(
    'amqp:link:message-size-exceeded',
    `The message of ${bytes} bytes exceeds the limit of ${limit} bytes on this link.`,
  );

export const malformed = (what: string) => new ServiceBusError('amqp:decode-error', `Malformed AMQP data: ${what}.`);
