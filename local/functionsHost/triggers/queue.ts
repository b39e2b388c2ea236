import { setTimeout as delay } from 'node:timers/promises';
import { QueueClient, type DequeuedMessageItem } from '@azure/storage-queue';
import { toError } from '../../service/thrown.ts';
import type { HostFunction, QueueTrigger } from '../hostFunction.ts';
import type { QueueOptions } from '../hostJson.ts';
import type { Invoke } from '../invocation.ts';
import type { Logger } from '../log.ts';
import { createRunning } from '../running.ts';
import { createConnectionState } from './connectionState.ts';
import type { Listener } from './listener.ts';
import { createQueueHandler } from './queueHandling.ts';
import { isMissingQueue, nextDelay, shortestDelayMs } from './queueMessage.ts';

export type QueueFunction = HostFunction<QueueTrigger>;

/** How long a message is hidden from other hosts while its function runs. */
const handlingSeconds = 600;
const retryDelayMs = 1_000;

export type QueueListenerOptions = {
  readonly target: QueueFunction;
  readonly settings: QueueOptions;
  readonly invoke: Invoke;
  readonly log: Logger;
};

/** Polls a storage queue, less and less often while it is empty, and handles as many messages at a time as host.json allows. */
export const startQueueListener = ({ target, settings, invoke, log }: QueueListenerOptions): Listener => {
  const { trigger } = target;
  const once = { retryOptions: { maxTries: 1 } };
  const queue = new QueueClient(trigger.connectionString, trigger.queue, once);
  const poison = new QueueClient(trigger.connectionString, `${trigger.queue}-poison`, once);
  const handle = createQueueHandler({ target, queue, poison, settings, invoke, log });
  const state = createConnectionState(target.name, log);
  const running = createRunning();
  const stopping = new AbortController();
  const stopped = (): boolean => stopping.signal.aborted;
  let busy = 0;
  let roomMade = (): void => undefined;

  const pause = (ms: number): Promise<void> =>
    // Rejects only if the host stops, which ends the pause.
    delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  const handleCounted = async (message: DequeuedMessageItem): Promise<void> => {
    busy += 1;
    await handle(message);
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
        for (const message of messages) void running.track(handleCounted(message));
        pauseMs = messages.length > 0 ? shortestDelayMs : nextDelay(pauseMs, settings.maxPollingInterval);
        if (messages.length === 0) await pause(pauseMs);
        else await room();
      } catch (error) {
        if (stopped()) return;
        // As in Azure, a queue that nobody has made yet is like an empty one.
        if (isMissingQueue(error)) state.connected();
        else state.failed(toError(error));
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
