import type {
  MessageHandlers,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
  ServiceBusSessionReceiver,
} from '@azure/service-bus';
import type { HostFunction, ServiceBusTrigger } from '../hostFunction.ts';
import type { ServiceBusOptions } from '../hostJson.ts';
import type { InvocationRequest, Invoke } from '../invocation.ts';
import { describeError, type Logger } from '../log.ts';
import { createRunning } from '../running.ts';
import { createBatches } from './batches.ts';
import { keepLocked } from './lockRenewal.ts';
import { batchInput, singleInput } from './serviceBusMessage.ts';
import { createSettlement, type Outcome } from './settlement.ts';
import { messageOf } from '../../service/thrown.ts';

export type ServiceBusFunction = HostFunction<ServiceBusTrigger>;

export type ReceivingOptions = {
  readonly target: ServiceBusFunction;
  readonly settings: ServiceBusOptions;
  /** Whether the app asked for empty entries in the arrays of a batch. */
  readonly keepEmpty: boolean;
  readonly invoke: Invoke;
  readonly log: Logger;
  readonly now: () => number;
};

/** What the owner of a receiver wants to know. */
export type ReceivingEvents = {
  /** The receiver has no link, or has lost it. */
  readonly failed: (error: Error) => void;
  readonly connected: () => void;
  /** A message has come, or one has been settled: `busy` is how many are being handled. */
  readonly active?: (busy: number) => void;
};

export type Receiving = {
  readonly stop: () => Promise<void>;
  readonly idle: () => Promise<void>;
};

/** How long the first message of a batch waits for others, where host.json does not ask for more: they come one by one. */
const gatherMs = 4;

const isSession = (receiver: ServiceBusReceiver | ServiceBusSessionReceiver): receiver is ServiceBusSessionReceiver =>
  'sessionId' in receiver;

type Arrived = { readonly message: ServiceBusReceivedMessage; readonly at: number; readonly done: () => void };

/**
 * Runs a function for what one receiver gets, and settles it.
 *
 * It subscribes instead of asking for n messages, since the client library would wait a second for the second one. The library's
 * handler of a message never rejects, or the library would settle the message itself, past the one place that may.
 */
export const startReceiving = (
  receiver: ServiceBusReceiver | ServiceBusSessionReceiver,
  { target, settings, keepEmpty, invoke, log, now }: ReceivingOptions,
  events: ReceivingEvents,
): Receiving => {
  const { trigger, name: functionName } = target;
  const settle = createSettlement(receiver);
  const running = createRunning();
  let busy = 0;
  let stopped = false;

  const settleLogged = async (message: ServiceBusReceivedMessage, outcome: Outcome): Promise<void> => {
    try {
      await settle(message, outcome);
    } catch (error) {
      log(
        'warning',
        `could not ${outcome} message ${String(message.messageId)}, it will come again: ${messageOf(error)}`,
        {
          functionName,
        },
      );
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
      log('error', `cannot read a message: ${describeError(error)}`, { functionName });
    }
    if (!succeeded) await settleAll(messages, 'abandon');
    else if (settings.autoCompleteMessages) await settleAll(messages, 'complete');
  };

  const handleLocked = async (message: ServiceBusReceivedMessage): Promise<void> => {
    // The lock of a session is the client library's to renew.
    if (isSession(receiver)) return handle([message], () => singleInput(message));
    const release = keepLocked({
      message,
      forMs: settings.maxAutoLockRenewalDuration,
      renew: () => receiver.renewMessageLock(message),
      failed: (error) =>
        log('warning', `could not renew the lock of message ${String(message.messageId)}: ${messageOf(error)}`, {
          functionName,
        }),
      now,
    });
    await handle([message], () => singleInput(message));
    release();
  };

  const lockedUntil = (message: ServiceBusReceivedMessage): number =>
    (isSession(receiver) ? receiver.sessionLockedUntilUtc : message.lockedUntilUtc)?.getTime() ?? Infinity;

  /** The lock of a message that had to wait for its batch starts anew; without a lock left it is not handled. */
  const hasFreshLock = async (message: ServiceBusReceivedMessage, waitedMs: number): Promise<boolean> => {
    if (lockedUntil(message) - now() > waitedMs) return true;
    try {
      await (isSession(receiver) ? receiver.renewSessionLock() : receiver.renewMessageLock(message));
      return true;
    } catch (error) {
      log('debug', `message ${String(message.messageId)} waited too long and will come again: ${messageOf(error)}`, {
        functionName,
      });
      return false;
    }
  };

  const { minMessageBatchSize, maxMessageBatchSize, maxBatchWaitTime } = settings;
  const batches = createBatches<Arrived>({
    ...(minMessageBatchSize > 1
      ? { minSize: minMessageBatchSize, pauseMs: maxBatchWaitTime }
      : { minSize: maxMessageBatchSize, pauseMs: gatherMs }),
    maxSize: maxMessageBatchSize,
    handle: async (arrived) => {
      const fresh = await Promise.all(arrived.map(({ message, at }) => hasFreshLock(message, now() - at)));
      const messages = arrived.filter((_, index) => fresh[index]).map(({ message }) => message);
      const note = messages.length === 1 ? '1 message' : `${messages.length} messages`;
      if (messages.length > 0) await handle(messages, () => ({ ...batchInput(messages, keepEmpty), note }));
      for (const { done } of arrived) done();
    },
  });

  const receive = async (message: ServiceBusReceivedMessage): Promise<void> => {
    if (stopped) return settleLogged(message, 'abandon');
    if (!trigger.batch) return handleLocked(message);
    return new Promise((done) => batches.add({ message, done, at: now() }));
  };

  const counted = async (message: ServiceBusReceivedMessage): Promise<void> => {
    events.active?.((busy += 1));
    await receive(message);
    events.active?.((busy -= 1));
  };

  const handlers: MessageHandlers & { postInitialize: () => Promise<void> } = {
    // The library gives credit for another message when this resolves.
    processMessage: (message) => running.track(counted(message)),
    processError: ({ error, errorSource }) => {
      // What is being stopped fails to connect, too.
      if (errorSource === 'receive' && !stopped) events.failed(error);
      if (errorSource !== 'receive') log('warning', `${errorSource}: ${error.message}`, { functionName });
      return Promise.resolve();
    },
    // Not in the library's types, though it calls it on whatever handlers it is given: each time that it has a link.
    postInitialize: () => {
      events.connected();
      return Promise.resolve();
    },
  };
  const single = isSession(receiver) ? settings.maxConcurrentCallsPerSession : settings.maxConcurrentCalls;
  const subscription = receiver.subscribe(handlers, {
    autoCompleteMessages: false,
    maxConcurrentCalls: trigger.batch ? settings.maxMessageBatchSize : single,
  });

  return {
    stop: async () => {
      stopped = true;
      const left = batches.stop();
      await Promise.all(
        left.map(async ({ message, done }) => {
          await settleLogged(message, 'abandon');
          done();
        }),
      );
      await subscription.close();
    },
    idle: running.idle,
  };
};
