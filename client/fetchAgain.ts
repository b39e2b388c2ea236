/**
 * Sends a request; the signal ends it. The signal stands beside the request, since Node forgets that of a request that nobody else
 * holds: such a request would never end.
 */
export type Fetch = (request: Request, options: { readonly signal: AbortSignal }) => Promise<Response>;

const repeats = 4;
const firstDelayMs = 200;

/** The app is busy, or something between the app and the caller is. */
const passing = new Set([429, 502, 503, 504]);

/**
 * Sends a request again while its failure may pass, if it only reads or has an idempotency key: then a repeat does nothing twice. It
 * waits for as long as `Retry-After` says, or else longer each time. The last failure is the caller's.
 */
export const fetchAgain =
  (fetch: Fetch, which: 'all' | 'commands' = 'all') =>
  async (request: Request): Promise<Response> => {
    const { signal } = request;
    let delayMs = firstDelayMs;
    for (let left = isRepeatable(request, which) ? repeats : 0; left > 0; left -= 1) {
      const response = await fetch(request.clone(), { signal }).catch(() => undefined);
      if (response && !passing.has(response.status)) return response;
      await response?.body?.cancel();
      await pause(retryAfterMs(response) ?? delayMs, signal);
      delayMs *= 2;
    }
    return fetch(request, { signal });
  };

const isRepeatable = ({ method, headers }: Request, which: 'all' | 'commands'): boolean =>
  (which === 'all' && (method === 'GET' || method === 'HEAD')) || headers.has('idempotency-key');

const retryAfterMs = (response: Response | undefined): number | undefined => {
  const text = response?.headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : undefined;
};

/** Rejects when the caller gives up. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
