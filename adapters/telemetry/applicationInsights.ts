import { shutdownAzureMonitor, useAzureMonitor } from 'applicationinsights';
import { managedIdentity } from '../identity/credential.ts';
import { openLog } from './logs.ts';
import type { Telemetry, TelemetryTarget } from './telemetry.ts';

/** What the library takes from the environment alone, unless it is there already. */
const defaults = {
  OTEL_SERVICE_NAME: 'daybook',
  // Its own is five traces a second, decided by each process anew: no trace would be whole.
  OTEL_TRACES_SAMPLER: 'parentbased_always_on',
  // It lets other clients of Azure print their warnings, of which most are no news.
  AZURE_LOG_LEVEL: 'error',
};

/** Nothing is instrumented by itself: a bundle leaves nothing to hook into, and the spans are ours. */
export const start = ({ connectionString, identity }: Exclude<TelemetryTarget, 'openTelemetry'>): Telemetry => {
  Object.assign(process.env, { ...defaults, ...process.env });
  useAzureMonitor({
    azureMonitorExporterOptions: {
      connectionString,
      ...(identity && { credential: managedIdentity(identity.clientId) }),
    },
    instrumentationOptions: { http: { enabled: false }, azureSdk: { enabled: false } },
    enableLiveMetrics: false,
    enablePerformanceCounters: false,
    enableAutoCollectExceptions: false,
    enableAutoCollectPerformance: false,
  });
  return { log: openLog(), close: () => shutdownAzureMonitor() };
};
