import type { DequeuedMessageItem } from '@azure/storage-queue';
import { jsonData, textData } from '../typedData.ts';
import { withFieldsOf, type TriggerInput } from './bodyFields.ts';
import { codeOf } from '../../service/thrown.ts';

/** The pause after the first poll of an empty queue. */
export const shortestDelayMs = 100;

/** The pause after one more poll of an empty queue. */
export const nextDelay = (delayMs: number, longestMs: number): number => Math.min(delayMs * 2, longestMs);

/** .NET's DateTimeOffset.MaxValue stands for never. */
const never = '9999-12-31T23:59:59.9999999+00:00';

const timestamp = (time: Date | undefined): string => time?.toISOString().replace('Z', '+00:00') ?? never;

/** Decodes the text of a message in the queue. Undefined if it has another encoding. */
export const readText = (messageText: string, encoding: 'base64' | 'none'): string | undefined => {
  if (encoding === 'none') return messageText;
  if (messageText.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(messageText)) return undefined;
  return Buffer.from(messageText, 'base64').toString('utf8');
};

type Facts = Partial<Omit<DequeuedMessageItem, 'messageText'>>;

/** What a function gets of a message. A message that somebody makes up to try the function has a text and no facts. */
export const queueInput = (text: string, message: Facts = {}): TriggerInput => ({
  input: textData(text),
  triggerMetadata: withFieldsOf(text, {
    QueueTrigger: textData(text),
    DequeueCount: jsonData(message.dequeueCount ?? 0),
    ExpirationTime: jsonData(timestamp(message.expiresOn)),
    Id: textData(message.messageId ?? ''),
    InsertionTime: jsonData(timestamp(message.insertedOn ?? new Date())),
    NextVisibleTime: jsonData(timestamp(message.nextVisibleOn)),
    PopReceipt: textData(message.popReceipt ?? ''),
  }),
});

export const isMissingQueue = (error: unknown): boolean => codeOf(error) === 'QueueNotFound';
