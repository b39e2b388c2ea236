import type { Container, OperationInput, OperationResponse } from '@azure/cosmos';
import type { Cost } from '../../../application/meter.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { charge, currentBill, meter } from '../../telemetry/meter.ts';
import { codeOf, cosmosCallOnce, mayPass, pauseAfter, retryForMs, unexpectedStatus } from './failure.ts';

/** The most operations that Cosmos DB takes in one request. */
const maximumOperations = 100;
/** Measured: more do not raise the throughput, and fewer make callers wait when Cosmos DB is some milliseconds away. */
const requestsAtOnce = 4;
/** A request that takes longer gives its place back, so that one slow partition does not stop the writes to the others. */
const slowMs = 200;
/** How long the writes of a partition travel alone after a request that they shared has failed as a whole. */
const aloneMs = 2_000;

export type Write = OperationInput & { readonly partitionKey: string };

type Waiting = {
  readonly operation: Write;
  readonly bill: Cost | undefined;
  readonly deadline: number;
  readonly resolve: (response: OperationResponse) => void;
  readonly reject: (error: unknown) => void;
  attempts: number;
  /** An earlier attempt may have taken effect. */
  isUnclear: boolean;
  /** Cosmos DB refused it with 400 when it went alone. */
  wasBad: boolean;
};

/**
 * Writes items of any partitions, which share requests: a few requests are under way at a time, and what arrives meanwhile goes with
 * the next. Each write has an outcome of its own, which is its status. Repeats a write for a while that Cosmos DB refuses for the
 * moment; with `repeatsUnclear` also one that may have taken effect, which then meets 409 or 412. So may one that shared a request or met
 * a split, also without that. Throws ServiceUnavailable.
 */
export const bulkWriter = (
  container: Container,
  { repeatsUnclear }: { readonly repeatsUnclear: boolean },
): ((operation: Write) => Promise<OperationResponse>) => {
  const waiting: Waiting[] = [];
  const alone = new Map<string, number>();
  let underWay = 0;
  let isScheduled = false;

  const isAlone = ({ operation: { partitionKey } }: Waiting): boolean => {
    const until = alone.get(partitionKey);
    if (until === undefined) return false;
    if (until > Date.now()) return true;
    alone.delete(partitionKey);
    return false;
  };
  const takeGroup = (): Waiting[] => {
    const [first] = waiting;
    if (!first || isAlone(first)) return waiting.splice(0, 1);
    const count = waiting.slice(0, maximumOperations).findIndex(isAlone);
    return waiting.splice(0, count === -1 ? maximumOperations : count);
  };
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      while (waiting.length > 0 && underWay < requestsAtOnce) void send(takeGroup());
    });
  };
  const wait = (item: Waiting): void => {
    waiting.push(item);
    schedule();
  };
  const repeat = async (item: Waiting): Promise<void> => {
    await pauseAfter((item.attempts += 1));
    wait(item);
  };

  const send = async (group: readonly Waiting[]): Promise<void> => {
    const giveBack = takePlace();
    try {
      const responses = await charged(group, (operations) => writeAll(container, operations));
      group.forEach((item, index) => {
        const response = responses[index];
        if (!response) item.reject(unclear(new Error('Cosmos DB left out an operation of a bulk request')));
        else if (isRepeatable(response.statusCode) && Date.now() < item.deadline) void repeat(item);
        // A refusal says nothing of the attempts before it.
        else if (item.isUnclear && response.statusCode === 429)
          item.reject(unclear(unexpectedStatus(429, 'in the end')));
        else item.resolve(response);
      });
    } catch (error) {
      failAll(group, error);
    } finally {
      giveBack();
      schedule();
    }
  };
  const isRepeatable = (statusCode: number) => statusCode === 429 || (repeatsUnclear && mayPass(statusCode));

  /** The place of a request among those under way, until it is given back. */
  const takePlace = (): (() => void) => {
    let isTaken = true;
    underWay += 1;
    const giveBack = () => {
      if (isTaken) underWay -= 1;
      isTaken = false;
    };
    const slow = setTimeout(() => {
      giveBack();
      schedule();
    }, slowMs);
    return () => {
      clearTimeout(slow);
      giveBack();
    };
  };

  /** Handles the failure of a whole request. Any of the writes that shared it may be to blame, so each goes alone from now on. */
  const failAll = (group: readonly Waiting[], error: unknown): void => {
    const isShared = group.length > 1;
    const isBadAlone = !isShared && isBadRequest(error);
    if (isShared || isBadAlone) separate(group);
    // When one physical partition fails, the client drops what the others answered: nobody knows which writes they made.
    const isUnclear = isShared || isBadAlone || (error instanceof ServiceUnavailable && error.outcomeUnknown);
    const mayRepeat = isThrottling(error) || (isUnclear && repeatsUnclear);
    for (const item of group) {
      // The client has learnt of a split by then: the write itself is malformed, and no attempt can have taken effect.
      if (isBadAlone && item.wasBad) {
        item.reject(error);
        continue;
      }
      item.wasBad = isBadAlone;
      item.isUnclear ||= isUnclear;
      // Cosmos DB refuses a whole request for one item that is too large.
      if (isShared && isTooLarge(error)) wait(item);
      else if ((mayRepeat || item.wasBad) && Date.now() < item.deadline) void repeat(item);
      // An item that is too large was never written.
      else item.reject(item.isUnclear && !isTooLarge(error) ? unclear(error) : error);
    }
  };

  /** Keeps the order of the times, so that the loop finds all those that are over; they would pile up otherwise. */
  const separate = (group: readonly Waiting[]): void => {
    const now = Date.now();
    for (const [partitionKey, until] of alone) {
      if (until > now) break;
      alone.delete(partitionKey);
    }
    for (const { operation } of group) {
      alone.delete(operation.partitionKey);
      alone.set(operation.partitionKey, now + aloneMs);
    }
  };

  return (operation) =>
    new Promise((resolve, reject) => {
      const deadline = Date.now() + retryForMs;
      wait({ operation, bill: currentBill(), deadline, resolve, reject, attempts: 0, isUnclear: false, wasBad: false });
    });
};

const unclear = (cause: unknown) => new ServiceUnavailable('Cosmos DB', { cause, outcomeUnknown: true });

const writeAll = (container: Container, operations: OperationInput[]): Promise<readonly OperationResponse[]> =>
  cosmosCallOnce(() =>
    // The method that replaces it waits a second for further operations before it sends a request that is not full.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    container.items.bulk(operations, { continueOnError: true }, { contentResponseOnWriteEnabled: false }),
  );

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
export const isTooLarge = (error: unknown): boolean => hasCode(error, tooLargeCode);
/**
 * After a split the client sends the writes to both halves of the partition, and an empty request to one that none of them is for. Cosmos DB
 * refuses that with 400, as it does a malformed write, and so the client drops what the other half has answered.
 */
const isBadRequest = (error: unknown): boolean => hasCode(error, 400);
const isThrottling = (error: unknown): boolean => hasCode(error, 429);

const hasCode = (error: unknown, code: number): boolean =>
  error !== undefined && (codeOf(error) === code || hasCode((error as { cause?: unknown }).cause, code));
