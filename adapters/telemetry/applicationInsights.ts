import { shutdownAzureMonitor, useAzureMonitor } from 'applicationinsights';
import { managedIdentity } from '../identity/credential.ts';
import { openLog } from './logs.ts';
import type { Telemetry, TelemetryTarget } from './target.ts';

/** What the library takes from the environment alone, unless it is there already. */
const defaults = {
  OTEL_SERVICE_NAME: 'daybook',
  // Its own is five traces a second, decided by each process anew: no trace would be whole.
  OTEL_TRACES_SAMPLER: 'parentbased_always_on',
  // It lets other clients of Azure print their warnings, of which most are no news.
  AZURE_LOG_LEVEL: 'error',
};

/** None of them is used: a bundle leaves nothing to hook into, and the spans are ours. */
const instrumentations = ['http', 'azureSdk', 'mongoDb', 'mySql', 'postgreSql', 'redis', 'redis4', 'bunyan', 'winston'];

export const start = ({ connectionString, identity }: Exclude<TelemetryTarget, 'openTelemetry'>): Telemetry => {
  Object.assign(process.env, { ...defaults, ...process.env });
  useAzureMonitor({
    azureMonitorExporterOptions: {
      connectionString,
      ...(identity && { credential: managedIdentity(identity.clientId) }),
    },
    instrumentationOptions: Object.fromEntries(instrumentations.map((name) => [name, { enabled: false }])),
    enableLiveMetrics: false,
    enablePerformanceCounters: false,
    enableAutoCollectExceptions: false,
    enableAutoCollectPerformance: false,
  });
  return { log: openLog(), close: () => shutdownAzureMonitor() };
};
