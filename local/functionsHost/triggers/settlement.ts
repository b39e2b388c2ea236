import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';

export type Outcome = 'complete' | 'abandon';

/** Settles a message. Rejects with the error of the client, for instance because the lock was lost. */
export type Settle = (message: ServiceBusReceivedMessage, outcome: Outcome) => Promise<void>;

type Request = {
  readonly message: ServiceBusReceivedMessage;
  readonly outcome: Outcome;
  readonly settled: (result: Promise<void>) => void;
};

/**
 * Settles all messages of a receiver. The client library uses rhea, which merges neighbouring settlements of one turn of the event
 * loop without comparing their outcomes: "complete 1" with "abandon 2" goes out as "complete 1 and 2", which loses message 2. So this
 * sends only one kind of outcome in each turn.
 */
export const createSettlement = (receiver: Pick<ServiceBusReceiver, 'completeMessage' | 'abandonMessage'>): Settle => {
  let queue: Request[] = [];
  let scheduled = false;

  const send = (): void => {
    const outcome = queue[0]?.outcome;
    const firstOther = queue.findIndex((request) => request.outcome !== outcome);
    const turn = firstOther === -1 ? queue : queue.slice(0, firstOther);
    queue = queue.slice(turn.length);
    for (const { message, settled } of turn) {
      settled(outcome === 'complete' ? receiver.completeMessage(message) : receiver.abandonMessage(message));
    }
    scheduled = queue.length > 0;
    if (scheduled) setImmediate(send);
  };

  return (message, outcome) =>
    new Promise((resolve, reject) => {
      queue.push({ message, outcome, settled: (result) => void result.then(resolve, reject) });
      if (scheduled) return;
      scheduled = true;
      setImmediate(send);
    });
};
