import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../functions/settings/settings.ts';
import { telemetryTarget } from '../../../functions/settings/telemetrySettings.ts';
import local from '../../../local.settings.json' with { type: 'json' };

const connectionString =
  'InstrumentationKey=8a1f5c1e-4b0e-4d3c-9a35-7a2c1f2b6d10;IngestionEndpoint=https://example.com/';
const clientId = 'b4e3a9f0-54a7-4a44-9c37-0e35a3b8a1d2';
const targetOf = (settings: Readonly<Record<string, string>>) =>
  telemetryTarget(readSettings({ ...local.Values, ...settings }));

describe('telemetry', () => {
  it('is for nobody unless settings say so', () => {
    expect(targetOf({})).toBeUndefined();
    expect(targetOf({ APPLICATIONINSIGHTS_CONNECTION_STRING: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBeUndefined();
  });

  it('goes to what the variables of OpenTelemetry name', () =>
    expect(targetOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' })).toBe('openTelemetry'));

  it('goes to Application Insights before that, by its key', () =>
    expect(
      targetOf({
        APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
      }),
    ).toEqual({ connectionString, identity: undefined }));

  it.each([
    [`ClientId=${clientId};Authorization=AAD`, clientId],
    ['Authorization=AAD', undefined],
  ])('signs in with %s', (authentication, expected) =>
    expect(
      targetOf({
        APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication,
      }),
    ).toEqual({ connectionString, identity: { clientId: expected } }),
  );

  it.each([
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ])('that is set to nonsense stops the start: %s', (name) =>
    expect(() => targetOf({ [name]: 'nonsense' })).toThrow(`  ${name} must look like`),
  );
});
