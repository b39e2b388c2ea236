import { NodeSDK } from '@opentelemetry/sdk-node';
import { openLog } from './logs.ts';
import type { Telemetry } from './target.ts';

/** Follows the standard variables: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER, OTEL_METRIC_EXPORT_INTERVAL … */
export const start = (): Telemetry => {
  const sdk = new NodeSDK({ serviceName: process.env.OTEL_SERVICE_NAME ?? 'daybook' });
  sdk.start();
  return { log: openLog(), close: () => sdk.shutdown() };
};
