import type { Log } from '../../application/log.ts';

/** Where telemetry goes: to Application Insights, or wherever the standard variables of OpenTelemetry say. */
export type TelemetryTarget =
  | { readonly connectionString: string; readonly identity: { readonly clientId: string | undefined } | undefined }
  | 'openTelemetry';

/** Telemetry that has been started. */
export type Telemetry = {
  readonly log: Log;
  /** Sends what has not been sent yet. */
  close(): Promise<void>;
};
