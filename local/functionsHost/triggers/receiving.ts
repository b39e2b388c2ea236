import type { MessageHandlers, ServiceBusReceivedMessage } from '@azure/service-bus';
import { createRunning } from '../running.ts';
import { createBatches } from './batches.ts';
import {
  createMessageHandling,
  isSession,
  type AnyReceiver,
  type Arrived,
  type MessageHandlingOptions,
} from './messageHandling.ts';

/** Tells the owner of a receiver how it fares. */
export type ReceivingEvents = {
  /** The receiver has no link, or has lost it. */
  readonly failed: (error: Error) => void;
  readonly connected: () => void;
  /** A message has come, or one has been settled: `busy` is how many are being handled. */
  readonly active?: (busy: number) => void;
};

export type Receiving = {
  /** Handles nothing more, and waits until the broker sends nothing more. */
  readonly stop: () => Promise<void>;
  /** Handles nothing more. The link may be closed once all is idle: the broker takes back what it has still sent. */
  readonly leave: () => Promise<void>;
  readonly idle: () => Promise<void>;
};

/** How long the first message of a batch waits for others if host.json sets no minimum: they come one by one. */
const gatherMs = 4;

/**
 * Runs a function for all messages that one receiver gets.
 *
 * It subscribes instead of asking for n messages, since the client library would wait a second for the second one. Handlers of
 * messages must never reject: the library would then settle the message itself, and messages must be settled in one place alone.
 */
export const startReceiving = (
  receiver: AnyReceiver,
  options: MessageHandlingOptions,
  events: ReceivingEvents,
): Receiving => {
  const { target, settings, log, now } = options;
  const { trigger, name: functionName } = target;
  const { handleOne, handleBatch, abandon } = createMessageHandling(receiver, options);
  const running = createRunning();
  let busy = 0;
  let stopped = false;

  const { minMessageBatchSize, maxMessageBatchSize, maxBatchWaitTime } = settings;
  const batches = createBatches<Arrived & { readonly done: () => void }>({
    ...(minMessageBatchSize > 1
      ? { minSize: minMessageBatchSize, pauseMs: maxBatchWaitTime }
      : { minSize: maxMessageBatchSize, pauseMs: gatherMs }),
    maxSize: maxMessageBatchSize,
    handle: async (arrived) => {
      await handleBatch(arrived);
      for (const { done } of arrived) done();
    },
  });

  const receive = async (message: ServiceBusReceivedMessage): Promise<void> => {
    if (stopped) return abandon(message);
    if (!trigger.batch) return handleOne(message);
    return new Promise((done) => batches.add({ message, done, at: now() }));
  };

  const receiveCounted = async (message: ServiceBusReceivedMessage): Promise<void> => {
    events.active?.((busy += 1));
    await receive(message);
    events.active?.((busy -= 1));
  };

  const handlers: MessageHandlers & { postInitialize: () => Promise<void> } = {
    // The library asks for another message when this resolves.
    processMessage: (message) => running.track(receiveCounted(message)),
    processError: ({ error, errorSource }) => {
      // A receiver that is being stopped fails to connect, too.
      if (errorSource === 'receive' && !stopped) events.failed(error);
      if (errorSource !== 'receive') log('warning', `${errorSource}: ${error.message}`, { functionName });
      return Promise.resolve();
    },
    // Not in the library's types, but it calls this each time that it gets a link.
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

  const leave = async (): Promise<void> => {
    stopped = true;
    await Promise.all(batches.stop().map(({ message, done }) => abandon(message).then(done)));
  };

  return {
    stop: async () => {
      await leave();
      await subscription.close();
    },
    leave,
    idle: running.idle,
  };
};
