import { setTimeout as delay } from 'node:timers/promises';
import type { InvocationRequest, Invoke } from '../invocation.ts';
import type { HostFunction } from '../hostFunction.ts';

/** Runs a function once, and again as its retry policy says while it fails. The signal ends it between two runs. */
export const invokeWithRetries = async (
  target: HostFunction,
  request: InvocationRequest,
  invoke: Invoke,
  stopping: AbortSignal,
): Promise<void> => {
  let outcome = await invoke(target, request);
  const { maxRetryCount = 0, delayMs = () => 0 } = target.retry ?? {};
  for (let retryCount = 0; !outcome.succeeded && retryCount < maxRetryCount; retryCount += 1) {
    const { message, stack = '' } = outcome.error;
    const retryContext = {
      retryCount: retryCount + 1,
      maxRetryCount: Number.isFinite(maxRetryCount) ? maxRetryCount : -1,
      exception: { message, source: target.name, stackTrace: stack },
    };
    // The signal cuts the pause short, so that it does not hold up the end of the host.
    await delay(delayMs(retryCount), undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return;
    outcome = await invoke(target, { ...request, retryContext });
  }
};
