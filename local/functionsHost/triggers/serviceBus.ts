import type {
  MessageHandlers,
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from '@azure/service-bus';
import type { HostFunction, ServiceBusTrigger } from '../functionIndex.ts';
import type { ServiceBusOptions } from '../hostJson.ts';
import type { InvocationRequest, Invoke } from '../invocation.ts';
import { describeError, type Logger } from '../log.ts';
import { createRunning } from '../running.ts';
import { createBatches } from './batches.ts';
import { createConnectionState } from './connectionState.ts';
import { batchInput, singleInput } from './serviceBusMessage.ts';
import { createSettlement, type Outcome } from './settlement.ts';

export type ServiceBusFunction = HostFunction & { readonly trigger: ServiceBusTrigger };

/** A trigger that is running. */
export type Listener = {
  /** Takes no more messages; what it has taken is still handled and settled. */
  readonly stop: () => Promise<void>;
  /** Resolves once everything that was taken has been settled. */
  readonly idle: () => Promise<void>;
  /** Lets go of the receiver, when nothing is running any more. */
  readonly close: () => Promise<void>;
};

/** How long the first message of a batch waits for others. */
const gatherMs = 4;

const createReceiver = (
  client: ServiceBusClient,
  { entity, batch }: ServiceBusTrigger,
  options: ServiceBusOptions,
): ServiceBusReceiver => {
  const receiverOptions = {
    skipParsingBodyAsJson: true,
    // As in Azure, where only single messages have their locks renewed.
    maxAutoLockRenewalDurationInMs: batch ? 0 : options.maxAutoLockRenewalDuration,
  };
  return 'queue' in entity
    ? client.createReceiver(entity.queue, receiverOptions)
    : client.createReceiver(entity.topic, entity.subscription, receiverOptions);
};

export type ListenerOptions = {
  readonly client: ServiceBusClient;
  readonly target: ServiceBusFunction;
  readonly settings: ServiceBusOptions;
  /** Whether the app asked for empty entries in the arrays of a batch. */
  readonly keepEmpty: boolean;
  readonly invoke: Invoke;
  readonly log: Logger;
  readonly now: () => number;
};

type Arrived = { readonly message: ServiceBusReceivedMessage; readonly done: () => void };

/**
 * Receives for one function for as long as it runs, also while the broker is away.
 *
 * It subscribes instead of asking for n messages, since the client library would wait a second for the second one. The library's
 * handler of a message never rejects, or the library would settle the message itself, past the one place that may.
 */
export const startServiceBusListener = (options: ListenerOptions): Listener => {
  const { client, target, settings, keepEmpty, invoke, log, now } = options;
  const { trigger, name: functionName } = target;
  const receiver = createReceiver(client, trigger, settings);
  const state = createConnectionState(functionName, log);
  const settle = createSettlement(receiver);
  const running = createRunning();
  let stopped = false;

  const settleLogged = async (message: ServiceBusReceivedMessage, outcome: Outcome): Promise<void> => {
    try {
      await settle(message, outcome);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log('warning', `could not ${outcome} message ${String(message.messageId)}, it will come again: ${reason}`, {
        functionName,
      });
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

  /** The lock of a message that had to wait for its batch starts anew; without a lock left it is not handled. */
  const hasFreshLock = async (message: ServiceBusReceivedMessage, waitedMs: number): Promise<boolean> => {
    const leftMs = (message.lockedUntilUtc?.getTime() ?? Infinity) - now();
    if (leftMs > waitedMs) return true;
    try {
      await receiver.renewMessageLock(message);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log('debug', `message ${String(message.messageId)} waited too long and will come again: ${reason}`, {
        functionName,
      });
      return false;
    }
  };

  const batches = createBatches<Arrived & { at: number }>({
    maxSize: settings.maxMessageBatchSize,
    pauseMs: gatherMs,
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
    if (!trigger.batch) return handle([message], () => singleInput(message));
    return new Promise((done) => batches.add({ message, done, at: now() }));
  };

  const handlers: MessageHandlers & { postInitialize: () => Promise<void> } = {
    // The library gives credit for another message when this resolves.
    processMessage: (message) => running.track(receive(message)),
    processError: ({ error, errorSource }) => {
      // What is being stopped fails to connect, too.
      if (errorSource === 'receive' && !stopped) state.failed(error);
      if (errorSource !== 'receive') log('warning', `${errorSource}: ${error.message}`, { functionName });
      return Promise.resolve();
    },
    // Not in the library's types, though it calls it on whatever handlers it is given: each time that it has a link.
    postInitialize: () => {
      state.connected();
      return Promise.resolve();
    },
  };
  const subscription = receiver.subscribe(handlers, {
    autoCompleteMessages: false,
    maxConcurrentCalls: trigger.batch ? settings.maxMessageBatchSize : settings.maxConcurrentCalls,
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
    close: () => receiver.close(),
  };
};
