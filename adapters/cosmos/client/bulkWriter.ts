import type { Container, OperationInput, OperationResponse } from '@azure/cosmos';
import type { Cost } from '../../../application/meter.ts';
import { charge, currentBill, meter } from '../../telemetry/meter.ts';
import { codeOf, cosmosCall, mayPass, pauseAfter, retryForMs } from './failure.ts';

/** The most operations that Cosmos DB takes in one request. */
const maximumOperations = 100;

type Waiting = {
  readonly operation: OperationInput;
  readonly bill: Cost | undefined;
  readonly resolve: (response: OperationResponse) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Writes items of any partitions. Sends the writes of one turn of the event loop in one request; each has an outcome of its
 * own, which is its status. Repeats a write for a while that Cosmos DB refuses for the moment: it may repeat one that took
 * effect, which then meets 409 or 412. Throws ServiceUnavailable.
 */
export const bulkWriter = (container: Container): ((operation: OperationInput) => Promise<OperationResponse>) => {
  let waiting: Waiting[] = [];

  const write = async (operations: OperationInput[]): Promise<readonly OperationResponse[]> =>
    cosmosCall(() =>
      // The method that replaces it waits a second for further operations before it sends a request that is not full.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      container.items.bulk(operations, { continueOnError: true }, { contentResponseOnWriteEnabled: false }),
    );

  const send = async (group: readonly Waiting[]): Promise<void> => {
    const deadline = Date.now() + retryForMs;
    let left = group;
    try {
      for (let attempt = 1; left.length > 0; attempt += 1) {
        const responses = await charged(left, write);
        const isLast = Date.now() >= deadline;
        left = left.filter(({ resolve, reject }, index) => {
          const response = responses[index];
          // The client repeats throttled requests, but not throttled operations within one, of which there are always some.
          if (response && mayPass(response.statusCode) && !isLast) return true;
          if (response) resolve(response);
          else reject(new Error('Cosmos DB left out an operation of a bulk request'));
          return false;
        });
        if (left.length > 0) await pauseAfter(attempt);
      }
    } catch (error) {
      // Cosmos DB refuses the whole request for one item that is too large: send each alone, so that the others get through.
      if (left.length > 1 && isTooLarge(error)) await Promise.all(left.map((one) => send([one])));
      else left.forEach(({ reject }) => reject(error));
    }
  };
  const flush = (): void => {
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += maximumOperations)
      void send(all.slice(from, from + maximumOperations));
  };

  return (operation) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ operation, bill: currentBill(), resolve, reject });
    });
};

/** Charges each bill the request's trips, since all waited for it, and the units of its own operations. */
const charged = (
  group: readonly Waiting[],
  write: (operations: OperationInput[]) => Promise<readonly OperationResponse[]>,
): Promise<readonly OperationResponse[]> =>
  meter.measure(async (cost) => {
    let responses: readonly OperationResponse[] = [];
    try {
      responses = await write(group.map(({ operation }) => operation));
      return responses;
    } finally {
      const { trips } = cost;
      const shares = group.map(({ bill }, index) => ({ bill, units: responses[index]?.requestCharge ?? 0 }));
      for (const [bill, own] of Map.groupBy(shares, (share) => share.bill)) {
        charge({ trips, units: own.reduce((sum, { units }) => sum + units, 0) }, bill);
      }
    }
  });

export const tooLargeCode = 413;

/** Whether Cosmos DB refused a whole request for its size; the client throws, and wraps the answer. */
export const isTooLarge = (error: unknown): boolean =>
  [error, (error as { cause?: unknown }).cause].some((each) => codeOf(each) === tooLargeCode);
