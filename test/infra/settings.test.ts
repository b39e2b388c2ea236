import { describe, expect, it } from 'vitest';
import { readSettings } from '../../functions/settings/settings.ts';
import { bodyOf, deployDev, deployProduction } from './deployments.ts';

const settingsOf = (deployed: ReturnType<typeof deployDev>): Record<string, string> => {
  const { siteConfig } = bodyOf(deployed, 'Microsoft.Web/sites').properties as {
    siteConfig: { appSettings: { name: string; value: string }[] };
  };
  return Object.fromEntries(siteConfig.appSettings.map(({ name, value }) => [name, value]));
};
const identity = { __credential: 'managedidentity', __clientId: expect.any(String) as string };
const connection = (name: string, address: string) => ({
  [`${name}${address}`]: expect.any(String) as string,
  [`${name}__credential`]: identity.__credential,
  [`${name}__clientId`]: identity.__clientId,
});
const always = {
  ...connection('COSMOS', '__accountEndpoint'),
  ...connection('SERVICEBUS', '__fullyQualifiedNamespace'),
  ...connection('AzureWebJobsStorage', '__accountName'),
  AzureWebJobsDisableHomepage: 'true',
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '131072',
  CURSOR_KEY: expect.stringMatching(/^@Microsoft\.KeyVault\(SecretUri=https:.*\/secrets\/cursor-key\)$/) as string,
  RATE_LIMIT_PER_MINUTE: '6000',
  REQUIRE_IDEMPOTENCY_KEYS: 'false',
  BANK_TIME_ZONE: 'UTC',
  LISTENERS: 'webhooks',
  AzureFunctionsJobHost__logging__logLevel__Function: 'Warning',
  APPLICATIONINSIGHTS_CONNECTION_STRING: expect.stringMatching(/^InstrumentationKey=/) as string,
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: expect.stringMatching(/^Authorization=AAD;ClientId=/) as string,
};

const tokens = { authIssuer: 'https://login.example/v2.0', authAudience: 'bank' };

describe('the settings that are deployed', () => {
  it.each([
    ['dev', deployDev()],
    ['production', deployProduction({ tracesKeptPercent: 100 })],
  ])('of %s sign in as the identity everywhere, and hold no secret', (_environment, deployed) =>
    expect(settingsOf(deployed)).toEqual(always),
  );

  it('keep fewer traces, where that is asked for', () =>
    expect(settingsOf(deployDev({ tracesKeptPercent: 5 }))).toEqual({
      ...always,
      OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage',
      OTEL_TRACES_SAMPLER_ARG: '0.05',
    }));

  it('name Event Hubs, where it is deployed, and switch its listener on', () =>
    expect(settingsOf(deployDev({ eventHubs: true }))).toEqual({
      ...always,
      ...connection('KAFKA', '__fullyQualifiedNamespace'),
      LISTENERS: 'webhooks,kafka',
    }));

  it('name the issuer and the audience of tokens, where those are given', () =>
    expect(settingsOf(deployDev(tokens))).toEqual({
      ...always,
      AUTH_ISSUER: 'https://login.example/v2.0',
      AUTH_AUDIENCE: 'bank',
      AUTH_CUSTOMER_CLAIM: 'customer_id',
    }));

  it('switch the console on where it has a client of the issuer, and only behind tokens', () => {
    expect(settingsOf(deployDev({ ...tokens, consoleClientId: 'console' }))).toMatchObject({
      CONSOLE: 'true',
      CONSOLE_CLIENT_ID: 'console',
      CONSOLE_SCOPE: 'openid',
    });
    expect(() => deployDev({ consoleClientId: 'console' })).toThrow('consoleClientId needs authIssuer');
  });

  it('are those that the app starts with, behind keys', () =>
    expect(started(deployDev())).toMatchObject({
      AUTH: undefined,
      RATE_LIMIT_PER_MINUTE: 6_000,
      REQUIRE_IDEMPOTENCY_KEYS: false,
      BANK_TIME_ZONE: 'UTC',
    }));

  it('sign in to Communication Services and switch notifications on, where e-mail is asked for', () => {
    const deployed = deployDev({ email: true });
    expect(settingsOf(deployed)).toEqual({
      ...always,
      ...connection('EMAIL', '__endpoint'),
      EMAIL_FROM: expect.stringMatching(/^DoNotReply@/) as string,
      LISTENERS: 'webhooks,notifications',
    });
    expect(bodyOf(deployed, 'Microsoft.Communication/communicationServices')).toMatchObject({
      properties: { disableLocalAuth: true },
    });
  });

  it('require idempotency keys, where that is asked for', () =>
    expect(started(deployDev({ requireIdempotencyKeys: true }))).toMatchObject({ REQUIRE_IDEMPOTENCY_KEYS: true }));

  it('count the days of another zone, where that is asked for', () =>
    expect(started(deployDev({ bankTimeZone: 'Europe/Berlin' }))).toMatchObject({ BANK_TIME_ZONE: 'Europe/Berlin' }));

  it('are those that the app starts with, behind tokens', () => {
    const deployed = deployDev({ ...tokens, authCustomerClaim: 'customer', rateLimitPerMinute: 60 });
    expect(started(deployed)).toMatchObject({
      AUTH: { issuer: tokens.authIssuer, audience: tokens.authAudience, customerClaim: 'customer' },
      RATE_LIMIT_PER_MINUTE: 60,
    });
  });
});

/** The settings as the app reads them, once Azure has replaced the reference by the secret. */
const started = (deployed: ReturnType<typeof deployDev>) =>
  readSettings({ ...settingsOf(deployed), CURSOR_KEY: 'what Key Vault answers' });
