import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { withDeadline } from './deadline.ts';

/** Cosmos DB refused before it did anything, and asking again at once is no use. */
const refusedCodes = new Set<unknown>([429, 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
/** The failure may pass; Cosmos DB may have done what was asked all the same. */
const transientCodes = new Set<unknown>([
  ...refusedCodes,
  ...[408, 410, 449, 500, 502, 503, 504],
  ...['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'REQUEST_SEND_ERROR', 'TimeoutError'],
  ...['DeadlineExceeded', 'PartitionSplit'],
  // The client throws these for an answer that was cut short, or that a gateway in between gave.
  ...['PARSE_ERROR', 'SyntaxError', 'TypeError'],
]);

/** How long a harmless call is repeated. */
export const retryForMs = 3_000;
/** Waits longer with each attempt, and at random. */
export const pauseAfter = (attempt: number): Promise<void> => sleep(Math.min(500, 20 * 2 ** attempt) * Math.random());

/**
 * Runs a call to Cosmos DB once. Turns a failure that may pass into ServiceUnavailable, and throws others on. The client itself
 * repeats throttled requests, and reads that meet a 503 or a dropped connection; nothing else.
 */
export const cosmosCallOnce = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  try {
    return await withDeadline(call);
  } catch (error) {
    throw translated(error);
  }
};

/** The same for a call that does no harm when it is made twice: repeats it for a while. */
export const cosmosCall = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  const deadline = Date.now() + retryForMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await cosmosCallOnce(call);
    } catch (error) {
      const maySucceed = error instanceof ServiceUnavailable && error.outcomeUnknown;
      if (!maySucceed || Date.now() >= deadline) throw error;
      await pauseAfter(attempt);
    }
  }
};

/** The code of an error of the client: an HTTP status, or a name such as 'ECONNRESET'. */
export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

/** Whether a 404 has a sub-status: not the item is missing then, but its container, or the session. */
export const isOwnerMissing = (answer: unknown): boolean => {
  const { code, statusCode, substatus } = answer as { code?: unknown; statusCode?: unknown; substatus?: unknown };
  return (code ?? statusCode) === 404 && typeof substatus === 'number' && substatus !== 0;
};

/** Whether an operation with this status may succeed the next time. */
export const mayPass = (code: unknown): boolean => transientCodes.has(code);

/** The error for a status of an operation or a whole batch that the caller does not expect. */
export const unexpectedStatus = (code: unknown, message: string): Error =>
  translated(Object.assign(new Error(`Cosmos DB answered ${String(code)} ${message}`), { code }));

const translated = (error: unknown): Error => {
  // For a batch or a bulk request the client wraps the answer in an error without a code.
  const causes = [error, (error as { cause?: unknown } | undefined)?.cause].filter((cause) => cause instanceof Error);
  const unavailable = causes.find((cause) => cause instanceof ServiceUnavailable);
  if (unavailable) return unavailable;
  if (causes.some(isOwnerMissing)) return new ServiceUnavailable('Cosmos DB', { cause: error });
  for (const cause of causes) {
    const { code, name, retryAfterInMs } = cause as Error & { code?: unknown; retryAfterInMs?: number };
    const known = [code, name].find((mark) => transientCodes.has(mark));
    if (known !== undefined) {
      return new ServiceUnavailable('Cosmos DB', {
        cause: error,
        outcomeUnknown: !refusedCodes.has(known),
        retryAfterMs: retryAfterInMs,
      });
    }
  }
  return error instanceof Error ? error : new Error(String(error));
};
