import { ServiceUnavailable } from '../../application/ports.ts';

/** Throttled or refused before anything was done; anything else that is transient may have been done all the same. */
const refusedCodes = new Set<unknown>([429, 449, 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const transientCodes = new Set<unknown>([
  ...refusedCodes,
  ...[408, 410, 500, 502, 503, 504],
  ...[
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ECONNABORTED',
    'UND_ERR_SOCKET',
    'TimeoutError',
    'AbortError',
    'REQUEST_SEND_ERROR',
  ],
]);

/** Runs a call to Cosmos DB; what may pass becomes ServiceUnavailable, the rest is thrown on. */
export const cosmosCall = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  try {
    return await call();
  } catch (error) {
    throw translated(error);
  }
};

/** A status that Cosmos DB gave one operation, or a whole batch, and that the caller does not expect. */
export const unexpectedStatus = (code: unknown, message = ''): Error =>
  translated(Object.assign(new Error(`Cosmos DB answered ${String(code)} ${message}`), { code }));

const translated = (error: unknown): Error => {
  // A batch wraps the answer in an error without a code.
  const causes = [error, (error as { cause?: unknown } | undefined)?.cause].filter((cause) => cause instanceof Error);
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
