/** Why the broker refuses something. */
export type BrokerErrorCode =
  | 'EntityNotFound'
  | 'EntityDisabled'
  | 'MessageNotFound'
  | 'MessageLockLost'
  | 'SessionLockLost'
  | 'SessionCannotBeLocked'
  | 'Timeout'
  | 'NotAllowed'
  | 'MessageTooLarge'
  | 'QuotaExceeded';

/** A refusal that the client is told about. Any other exception from the broker is a bug. */
export class BrokerError extends Error {
  readonly code: BrokerErrorCode;

  constructor(code: BrokerErrorCode, description: string) {
    super(description);
    this.name = 'BrokerError';
    this.code = code;
  }
}

export const entityNotFound = (address: string) =>
  new BrokerError('EntityNotFound', `The messaging entity '${address}' could not be found.`);

export const entityDisabled = (path: string) =>
  new BrokerError('EntityDisabled', `The messaging entity '${path}' is disabled for this operation.`);

export const messageNotFound = (sequenceNumber: number) =>
  new BrokerError('MessageNotFound', `There is no message with sequence number ${sequenceNumber}.`);

export const lockLost = () =>
  new BrokerError(
    'MessageLockLost',
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  );

export const sessionLockLost = (sessionId?: string) =>
  new BrokerError(
    'SessionLockLost',
    `The session lock ${sessionId === undefined ? '' : `of '${sessionId}' `}was lost. Accept the session again.`,
  );

export const sessionCannotBeLocked = (sessionId: string) =>
  new BrokerError(
    'SessionCannotBeLocked',
    `The session '${sessionId}' cannot be accepted. It is locked by another receiver.`,
  );

export const timedOut = () =>
  new BrokerError('Timeout', 'The operation did not complete within the time that the client allowed.');

export const notAllowed = (description: string) => new BrokerError('NotAllowed', description);

export const messageTooLarge = (bytes: number, limit: number) =>
  new BrokerError('MessageTooLarge', `The message of ${bytes} bytes exceeds the limit of ${limit} bytes on this link.`);

export const entityFull = (path: string, bytes: number, capacityBytes: number) =>
  new BrokerError(
    'QuotaExceeded',
    `The maximum entity size has been reached or exceeded for '${path}'. Size of entity in bytes: ${bytes}, ` +
      `max entity size in bytes: ${capacityBytes}.`,
  );

export const quotaExceeded = (heldBytes: number, capacityBytes: number) =>
  new BrokerError(
    'QuotaExceeded',
    `The broker holds as many messages as it may: ${heldBytes} of ${capacityBytes} bytes.`,
  );
