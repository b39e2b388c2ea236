import type { ServiceBusReceivedMessage, ServiceBusReceiver, ServiceBusSessionReceiver } from '@azure/service-bus';
import { messageOf } from '../../service/thrown.ts';
import type { HostFunction, ServiceBusTrigger } from '../hostFunction.ts';
import type { ServiceBusOptions } from '../hostJson.ts';
import type { InvocationRequest, Invoke } from '../invocation.ts';
import { describeError, type Logger } from '../log.ts';
import { keepLocked } from './lockRenewal.ts';
import { batchInput, singleInput } from './serviceBusMessage.ts';
import { createSettlement, type Outcome } from './settlement.ts';

export type ServiceBusFunction = HostFunction<ServiceBusTrigger>;

export type MessageHandlingOptions = {
  readonly target: ServiceBusFunction;
  readonly settings: ServiceBusOptions;
  /** Whether the app asked for empty entries in the arrays of a batch. */
  readonly keepEmpty: boolean;
  readonly invoke: Invoke;
  readonly log: Logger;
  readonly now: () => number;
};

export type AnyReceiver = ServiceBusReceiver | ServiceBusSessionReceiver;

export const isSession = (receiver: AnyReceiver): receiver is ServiceBusSessionReceiver => 'sessionId' in receiver;

/** A message of a batch, and when it came. */
export type Arrived = { readonly message: ServiceBusReceivedMessage; readonly at: number };

/** Runs the function for messages of one receiver, and settles them. Nothing here rejects. */
export type MessageHandling = {
  /** Handles a single message, and keeps it locked meanwhile. */
  readonly handleOne: (message: ServiceBusReceivedMessage) => Promise<void>;
  /** Handles messages as one batch, except for those whose lock was lost while they waited for it. */
  readonly handleBatch: (arrived: readonly Arrived[]) => Promise<void>;
  /** Lets a message come again. */
  readonly abandon: (message: ServiceBusReceivedMessage) => Promise<void>;
};

export const createMessageHandling = (
  receiver: AnyReceiver,
  { target, settings, keepEmpty, invoke, log, now }: MessageHandlingOptions,
): MessageHandling => {
  const about = { functionName: target.name };
  const settle = createSettlement(receiver);

  const settleLogged = async (message: ServiceBusReceivedMessage, outcome: Outcome): Promise<void> => {
    try {
      await settle(message, outcome);
    } catch (error) {
      const id = String(message.messageId);
      log('warning', `could not ${outcome} message ${id}, it will come again: ${messageOf(error)}`, about);
    }
  };

  const settleAll = async (messages: readonly ServiceBusReceivedMessage[], outcome: Outcome): Promise<void> => {
    await Promise.all(messages.map((message) => settleLogged(message, outcome)));
  };

  /** Runs the function once for these messages, and settles them as a whole. */
  const handle = async (
    messages: readonly ServiceBusReceivedMessage[],
    toRequest: () => InvocationRequest,
  ): Promise<void> => {
    let succeeded = false;
    try {
      ({ succeeded } = await invoke(target, toRequest()));
    } catch (error) {
      log('error', `cannot read a message: ${describeError(error)}`, about);
    }
    if (!succeeded) await settleAll(messages, 'abandon');
    else if (settings.autoCompleteMessages) await settleAll(messages, 'complete');
  };

  return {
    handleOne: async (message) => {
      // The client library renews the locks of sessions itself.
      if (isSession(receiver)) return handle([message], () => singleInput(message));
      const release = keepLocked({
        message,
        forMs: settings.maxAutoLockRenewalDuration,
        renew: () => receiver.renewMessageLock(message),
        failed: (error) => {
          const id = String(message.messageId);
          log('warning', `could not renew the lock of message ${id}: ${messageOf(error)}`, about);
        },
        now,
      });
      await handle([message], () => singleInput(message));
      release();
    },
    handleBatch: async (arrived) => {
      const locked = await Promise.all(arrived.map((each) => renewWaiting(receiver, each, { log, now, about })));
      const messages = arrived.filter((_, index) => locked[index]).map(({ message }) => message);
      const note = messages.length === 1 ? '1 message' : `${messages.length} messages`;
      if (messages.length > 0) await handle(messages, () => ({ ...batchInput(messages, keepEmpty), note }));
    },
    abandon: (message) => settleLogged(message, 'abandon'),
  };
};

const lockedUntil = (receiver: AnyReceiver, message: ServiceBusReceivedMessage): number =>
  (isSession(receiver) ? receiver.sessionLockedUntilUtc : message.lockedUntilUtc)?.getTime() ?? Infinity;

/** Renews the lock of a message that waited long for its batch, so that its function has time. False if the lock is lost. */
const renewWaiting = async (
  receiver: AnyReceiver,
  { message, at }: Arrived,
  { log, now, about }: { log: Logger; now: () => number; about: { functionName: string } },
): Promise<boolean> => {
  const waitedMs = now() - at;
  if (lockedUntil(receiver, message) - now() > waitedMs) return true;
  try {
    await (isSession(receiver) ? receiver.renewSessionLock() : receiver.renewMessageLock(message));
    return true;
  } catch (error) {
    const id = String(message.messageId);
    log('debug', `message ${id} waited too long and will come again: ${messageOf(error)}`, about);
    return false;
  }
};
