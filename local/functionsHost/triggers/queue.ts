import { setTimeout as delay } from 'node:timers/promises';
import { QueueClient, type DequeuedMessageItem } from '@azure/storage-queue';
import type { HostFunction, QueueTrigger } from '../hostFunction.ts';
import type { QueueOptions } from '../hostJson.ts';
import type { Invoke } from '../invocation.ts';
import type { Logger } from '../log.ts';
import { createRunning } from '../running.ts';
import { createConnectionState } from './connectionState.ts';
import type { Listener } from './listener.ts';
import { isMissingQueue, nextDelay, queueInput, readText, shortestDelayMs } from './queueMessage.ts';
import { messageOf, toError } from '../../service/thrown.ts';

export type QueueFunction = HostFunction<QueueTrigger>;

/** How long a message is hidden from others while its function runs. */
const handlingSeconds = 600;
const retryDelayMs = 1_000;

export type QueueListenerOptions = {
  readonly target: QueueFunction;
  readonly settings: QueueOptions;
  readonly invoke: Invoke;
  readonly log: Logger;
};

/**
 * Polls a storage queue, less and less often while it is empty. A message that has failed `maxDequeueCount` times, or that cannot be
 * read, goes to the queue of the same name with `-poison`.
 */
export const startQueueListener = ({ target, settings, invoke, log }: QueueListenerOptions): Listener => {
  const { trigger, name: functionName } = target;
  const once = { retryOptions: { maxTries: 1 } };
  const queue = new QueueClient(trigger.connectionString, trigger.queue, once);
  const poison = new QueueClient(trigger.connectionString, `${trigger.queue}-poison`, once);
  const state = createConnectionState(functionName, log);
  const running = createRunning();
  const stopping = new AbortController();
  const stopped = (): boolean => stopping.signal.aborted;
  let busy = 0;
  let roomMade = (): void => undefined;

  const pause = (ms: number): Promise<void> =>
    // Ends early only if the host stops.
    delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  const toPoison = async (message: DequeuedMessageItem, why: string): Promise<void> => {
    log('warning', `message ${message.messageId} ${why}: moved to ${poison.name}`, { functionName });
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText);
    await queue.deleteMessage(message.messageId, message.popReceipt);
  };

  const handle = async (message: DequeuedMessageItem): Promise<void> => {
    const text = readText(message.messageText, settings.messageEncoding);
    if (text === undefined) return toPoison(message, 'is not Base64');
    if (message.dequeueCount > settings.maxDequeueCount) return toPoison(message, 'has failed too often');
    const { succeeded } = await invoke(target, queueInput(text, message));
    if (succeeded) {
      await queue.deleteMessage(message.messageId, message.popReceipt);
    } else if (message.dequeueCount >= settings.maxDequeueCount) {
      await toPoison(message, `has failed ${message.dequeueCount} times`);
    } else {
      const seconds = Math.floor(settings.visibilityTimeout / 1000);
      await queue.updateMessage(message.messageId, message.popReceipt, undefined, seconds);
    }
  };

  const handleLogged = async (message: DequeuedMessageItem): Promise<void> => {
    busy += 1;
    try {
      await handle(message);
    } catch (error) {
      const reason = messageOf(error);
      log('warning', `could not settle message ${message.messageId}, it will come again: ${reason}`, { functionName });
    }
    busy -= 1;
    roomMade();
  };

  const room = async (): Promise<void> => {
    while (busy > settings.newBatchThreshold && !stopped()) {
      await new Promise<void>((resolve) => {
        roomMade = resolve;
      });
    }
  };

  const receive = async (): Promise<readonly DequeuedMessageItem[]> => {
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: settings.batchSize,
      visibilityTimeout: handlingSeconds,
      abortSignal: stopping.signal,
    });
    state.connected();
    return receivedMessageItems;
  };

  const poll = async (): Promise<void> => {
    let pauseMs = shortestDelayMs;
    while (!stopped()) {
      try {
        const messages = await receive();
        for (const message of messages) void running.track(handleLogged(message));
        pauseMs = messages.length > 0 ? shortestDelayMs : nextDelay(pauseMs, settings.maxPollingInterval);
        if (messages.length === 0) await pause(pauseMs);
        else await room();
      } catch (error) {
        if (stopped()) return;
        const known = toError(error);
        state.failed(isMissingQueue(error) ? new Error(`there is no queue ${trigger.queue} yet`) : known);
        await pause(Math.min(retryDelayMs, settings.maxPollingInterval));
      }
    }
  };

  const polling = poll();
  return {
    stop: async () => {
      stopping.abort();
      roomMade();
      await polling;
    },
    idle: running.idle,
    close: () => Promise.resolve(),
  };
};
