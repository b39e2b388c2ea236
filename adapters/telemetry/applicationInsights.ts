import { shutdownAzureMonitor, useAzureMonitor } from 'applicationinsights';
import { managedIdentity } from '../identity/credential.ts';
import { openLog } from './logs.ts';
import type { Telemetry, TelemetryTarget } from './target.ts';

/** Settings that the library reads only from the environment. Variables that are already set win. */
const defaults = {
  OTEL_SERVICE_NAME: 'daybook',
  // By default the library keeps five traces a second, and each process decides for itself: no trace would be complete.
  OTEL_TRACES_SAMPLER: 'parentbased_always_on',
  // By default it lets other Azure clients print warnings, most of which say nothing new.
  AZURE_LOG_LEVEL: 'error',
};

/** All are switched off: they cannot hook into a bundle, and the app makes its own spans. */
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
