import type { CloudEvent } from '../publishing/message.ts';

/** A log outside the app that keeps each aggregate's events in order, such as topics of Kafka. */
export type Stream = {
  /**
   * Appends events, those of one aggregate in their order. Resolves once the log has acknowledged all of them but those that it
   * returns, which it can never take. Rejects where it may have taken some. Sends nothing more once the signal has aborted.
   */
  append(events: readonly CloudEvent[], signal: AbortSignal): Promise<readonly CloudEvent[]>;
  close(): Promise<void>;
};
