import type { CloudEvent } from './message.ts';

export type Topic = {
  /** Sends all messages in as few batches as their sizes allow. Returns those that can never be sent. */
  send(messages: readonly CloudEvent[]): Promise<readonly CloudEvent[]>;
};
