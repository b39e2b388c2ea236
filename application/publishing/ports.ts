import type { Message } from '../../domain/message.ts';

export type Topic = {
  /** Sends all in as few batches as sizes allow. Returns those that can never be sent. */
  send(messages: readonly Message[]): Promise<readonly Message[]>;
};
