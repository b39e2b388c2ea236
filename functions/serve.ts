import { app } from '@azure/functions';
import { registerListeners } from './background/listeners.ts';
import { registerRebuildSteps } from './background/rebuildSteps.ts';
import { registerTimers } from './background/timers.ts';
import type { NamedEndpoint } from './http/endpoint.ts';
import { registerEndpoints } from './http/register.ts';
import { requireKeys } from './http/requiredKeys.ts';
import type { ContextServices } from './services.ts';

/** Registers all functions of a context's app with the Functions host. */
export const serve = <S extends ContextServices>(endpoints: readonly NamedEndpoint<S>[], services: S): void => {
  app.setup({
    capabilities: {
      // Without it, the host leaves out empty entries of a batch's metadata, and shifts all entries after them.
      IncludeEmptyEntriesInMessagePayload: true,
      // The app sends its log to its telemetry; without this, the host would send it there as well.
      ...(services.hasTelemetry && { WorkerOpenTelemetryEnabled: true }),
    },
  });
  app.hook.appStart(services.begin);
  app.hook.appTerminate(services.close);
  // A host waits for running requests before it terminates the app. Where it stops by a signal, those who wait end at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      services.waiting.stop();
      // Without another listener, the signal ends the process, as it would have without this one.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  }

  registerEndpoints(services.requiresKeys ? requireKeys(endpoints) : endpoints, services);
  registerListeners(services);
  registerRebuildSteps(services);
  registerTimers(services);
};
