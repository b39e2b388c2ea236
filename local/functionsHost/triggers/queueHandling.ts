import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { messageOf } from '../../service/thrown.ts';
import type { HostFunction, QueueTrigger } from '../hostFunction.ts';
import type { QueueOptions } from '../hostJson.ts';
import type { Invoke } from '../invocation.ts';
import type { Logger } from '../log.ts';
import { queueInput, readText } from './queueMessage.ts';

export type QueueHandlingOptions = {
  readonly target: HostFunction<QueueTrigger>;
  readonly queue: QueueClient;
  readonly poison: QueueClient;
  readonly settings: QueueOptions;
  readonly invoke: Invoke;
  readonly log: Logger;
};

/**
 * Runs the function for a message, and then deletes the message, or lets it come again. Moves it to the poison queue if it cannot be
 * read or has failed `maxDequeueCount` times. The handler never rejects.
 */
export const createQueueHandler = (
  options: QueueHandlingOptions,
): ((message: DequeuedMessageItem) => Promise<void>) => {
  const { target, queue, poison, settings, invoke, log } = options;
  const about = { functionName: target.name };

  const moveToPoison = async (message: DequeuedMessageItem, why: string): Promise<void> => {
    log('warning', `message ${message.messageId} ${why}: moved to ${poison.name}`, about);
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText);
    await queue.deleteMessage(message.messageId, message.popReceipt);
  };

  const handle = async (message: DequeuedMessageItem): Promise<void> => {
    const text = readText(message.messageText, settings.messageEncoding);
    if (text === undefined) return moveToPoison(message, 'is not Base64');
    if (message.dequeueCount > settings.maxDequeueCount) return moveToPoison(message, 'has failed too often');
    const { succeeded } = await invoke(target, queueInput(text, message));
    if (succeeded) {
      await queue.deleteMessage(message.messageId, message.popReceipt);
    } else if (message.dequeueCount >= settings.maxDequeueCount) {
      await moveToPoison(message, `has failed ${message.dequeueCount} times`);
    } else {
      const seconds = Math.floor(settings.visibilityTimeout / 1000);
      await queue.updateMessage(message.messageId, message.popReceipt, undefined, seconds);
    }
  };

  return async (message) => {
    try {
      await handle(message);
    } catch (error) {
      log('warning', `could not settle message ${message.messageId}, it will come again: ${messageOf(error)}`, about);
    }
  };
};
