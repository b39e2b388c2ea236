import type { Container, OperationInput, OperationResponse } from '@azure/cosmos';
import type { Cost } from '../../../application/meter.ts';
import { charge, currentAccount, meter } from '../../telemetry/meter.ts';
import { cosmosCall, mayPass, pauseAfter, retryForMs } from './failure.ts';

/** What Cosmos DB takes in one request. */
const maximumOperations = 100;

type Waiting = {
  readonly operation: OperationInput;
  readonly account: Cost | undefined;
  readonly resolve: (response: OperationResponse) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Writes items of any partitions. Those that are asked for in one turn of the event loop go out in one request, each with an
 * outcome of its own, which is its status. What is refused for the moment is made again for a while: a write may come after
 * one that took effect, and meets 409 or 412 then.
 * Throws ServiceUnavailable.
 */
export const bulkWriter = (container: Container): ((operation: OperationInput) => Promise<OperationResponse>) => {
  let waiting: Waiting[] = [];

  const write = async (operations: OperationInput[]): Promise<readonly OperationResponse[]> =>
    cosmosCall(() =>
      // Its successor waits a second for further operations before it sends a request that is not full.
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
          // The client makes whole requests again, not what was throttled within one: of many writes some always are.
          if (response && mayPass(response.statusCode) && !isLast) return true;
          if (response) resolve(response);
          else reject(new Error('Cosmos DB left out an operation of a bulk request'));
          return false;
        });
        if (left.length > 0) await pauseAfter(attempt);
      }
    } catch (error) {
      // An item that is too large has the whole request refused: the others are not to blame.
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
      waiting.push({ operation, account: currentAccount(), resolve, reject });
    });
};

/** Everybody has waited for the request, and pays for what is theirs in it. */
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
      const shares = group.map(({ account }, index) => ({ account, units: responses[index]?.requestCharge ?? 0 }));
      for (const [account, own] of Map.groupBy(shares, (share) => share.account)) {
        charge({ trips, units: own.reduce((sum, { units }) => sum + units, 0) }, account);
      }
    }
  });

export const tooLargeCode = 413;

/** A request that is refused as a whole throws; the client wraps the answer. */
export const isTooLarge = (error: unknown): boolean => {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return code === tooLargeCode || cause?.code === tooLargeCode;
};
