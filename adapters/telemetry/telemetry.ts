import type { Log } from '../../application/log.ts';

/** Where telemetry goes: to Application Insights, or to what the standard variables of OpenTelemetry name. */
export type TelemetryTarget =
  | { readonly connectionString: string; readonly identity: { readonly clientId: string | undefined } | undefined }
  | 'openTelemetry';

/** Telemetry under way. */
export type Telemetry = {
  readonly log: Log;
  /** Sends what waits to be sent. */
  close(): Promise<void>;
};

/** Begins telemetry, before anything is measured. The libraries behind it are large: they are loaded here, or never. */
export const startTelemetry = async (target: TelemetryTarget | undefined): Promise<Telemetry | undefined> => {
  if (target === undefined) return undefined;
  if (target === 'openTelemetry') return (await import('./openTelemetry.ts')).start();
  return (await import('./applicationInsights.ts')).start(target);
};
