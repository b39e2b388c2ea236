import type { Telemetry, TelemetryTarget } from './target.ts';

/** Starts telemetry. Call it before anything is measured. Its large libraries are loaded only if there is a target. */
export const startTelemetry = async (target: TelemetryTarget | undefined): Promise<Telemetry | undefined> => {
  if (target === undefined) return undefined;
  if (target === 'openTelemetry') return (await import('./openTelemetry.ts')).start();
  return (await import('./applicationInsights.ts')).start(target);
};
