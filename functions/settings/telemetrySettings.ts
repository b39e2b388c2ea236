import { z } from 'zod';

/** An empty setting counts as not set. */
const optional = (pattern: RegExp, example: string) =>
  z
    .string()
    .optional()
    .transform((text) => (text === '' ? undefined : text))
    .refine((text) => text === undefined || pattern.test(text), { error: `must look like "${example}"` });

/** Where telemetry goes. Application Insights and OpenTelemetry define these names. */
export const telemetrySettings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: optional(
    /(^|;)InstrumentationKey=[^;]+/,
    'InstrumentationKey=…;IngestionEndpoint=https://…',
  ),
  /** The identity that sends, if keys are off. */
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: optional(/(^|;)Authorization=AAD(;|$)/, 'ClientId=…;Authorization=AAD'),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(/^https?:\/\//, 'http://localhost:4318'),
};

type Given = { readonly [Name in keyof typeof telemetrySettings]?: string | undefined };

/** Undefined if telemetry is off. */
export const telemetryTarget = ({
  APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication,
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
}: Given) => {
  if (connectionString === undefined) return endpoint === undefined ? undefined : 'openTelemetry';
  const identity =
    authentication === undefined ? undefined : { clientId: /(?:^|;)ClientId=([^;]+)/.exec(authentication)?.[1] };
  return { connectionString, identity };
};
