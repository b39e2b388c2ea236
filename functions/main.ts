import { app } from '@azure/functions';
import { pages, servedWith } from './api/endpoints.ts';
import { registerListeners } from './background/listeners.ts';
import { registerRebuildSteps } from './background/rebuildSteps.ts';
import { registerTimers } from './background/timers.ts';
import { compose } from './compose.ts';
import { registerEndpoints } from './http/register.ts';
import { requireKeys } from './http/requiredKeys.ts';
import { readSettings } from './settings/settings.ts';

const settings = {
  ...readSettings(process.env),
  // The local host sets these only after it has loaded the app.
  get AzureWebJobsStorage() {
    return readSettings(process.env).AzureWebJobsStorage;
  },
  get WEBSITE_HOSTNAME() {
    return readSettings(process.env).WEBSITE_HOSTNAME;
  },
};
const services = await compose(settings, { now: () => Date.now() });

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

const endpoints = servedWith(services.subscriptions);
registerEndpoints([...(services.requiresKeys ? requireKeys(endpoints) : endpoints), ...pages], services);
registerListeners(services);
registerRebuildSteps(services);
registerTimers(services);
