import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../functions/settings/settings.ts';
import local from '../../../local.settings.json' with { type: 'json' };

const clientId = 'b4e3a9f0-54a7-4a44-9c37-0e35a3b8a1d2';
const identity = { __credential: 'managedidentity', __clientId: clientId };
const addresses = {
  COSMOS: { setting: 'COSMOS__accountEndpoint', value: 'https://bank.documents.azure.com:443/' },
  SERVICEBUS: { setting: 'SERVICEBUS__fullyQualifiedNamespace', value: 'bank.servicebus.windows.net' },
  AzureWebJobsStorage: { setting: 'AzureWebJobsStorage__accountName', value: 'bankstorage' },
} as const;
const names = Object.keys(addresses) as (keyof typeof addresses)[];

const inAzure: Record<string, string> = { CURSOR_KEY: 'sixteen letters!' };
for (const name of names) {
  inAzure[addresses[name].setting] = addresses[name].value;
  for (const [suffix, value] of Object.entries(identity)) inAzure[name + suffix] = value;
}
/** Without some of them; with others in their place. */
const changed = (changes: Readonly<Record<string, string | undefined>>) => ({ ...inAzure, ...changes });

const problemsOf = (environment: Readonly<Record<string, string | undefined>>): string[] => {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
};
const startingWith = (text: string) => expect.stringMatching(new RegExp(`^ {2}${text}`)) as unknown;

it('of this machine are connection strings', () =>
  expect(readSettings(local.Values)).toMatchObject({
    COSMOS: { connectionString: local.Values.COSMOS },
    SERVICEBUS: { connectionString: local.Values.SERVICEBUS },
    AzureWebJobsStorage: { connectionString: 'UseDevelopmentStorage=true' },
  }));

it('in Azure are addresses and an identity', () =>
  expect(readSettings(inAzure)).toEqual({
    COSMOS: { address: addresses.COSMOS.value, clientId },
    SERVICEBUS: { address: addresses.SERVICEBUS.value, clientId },
    AzureWebJobsStorage: { address: 'bankstorage', clientId },
    CURSOR_KEY: ['sixteen letters!'],
    AUTH: undefined,
    RATE_LIMIT_PER_MINUTE: 6_000,
    TRANSFERS_LATE_AFTER_SECONDS: 60,
    REQUIRE_IDEMPOTENCY_KEYS: false,
    BANK_TIME_ZONE: 'UTC',
    LISTENERS: [],
    WEBHOOKS_ALLOW_LOCAL: false,
    CONSOLE: undefined,
    EMAIL: {},
  }));

it('that are missing or wrong are listed together, without their values', () => {
  const read = () => readSettings({ COSMOS: 'nonsense', CURSOR_KEY: 'short' });
  expect(read).toThrow(/COSMOS must[^]*SERVICEBUS is missing[^]*AzureWebJobsStorage is missing[^]*CURSOR_KEY must/);
  expect(read).not.toThrow(/nonsense/);
});

it('are wrong where Key Vault did not give its secret', () =>
  expect(
    problemsOf(changed({ CURSOR_KEY: '@Microsoft.KeyVault(SecretUri=https://bank.vault.azure.net/secrets/x)' })),
  ).toEqual([startingWith('CURSOR_KEY is a secret of Key Vault that cannot be read')]));

describe('the secret', () => {
  it('may be several, while they are replaced', () =>
    expect(readSettings(changed({ CURSOR_KEY: 'sixteen letters!, sixteen numerals' })).CURSOR_KEY).toEqual([
      'sixteen letters!',
      'sixteen numerals',
    ]));

  it.each(['sixteen letters!,', 'sixteen letters!,short', ',sixteen letters!'])('is never a short one: %s', (text) =>
    expect(problemsOf(changed({ CURSOR_KEY: text }))).toEqual([startingWith('CURSOR_KEY must have 16 characters')]),
  );
});

describe('the door', () => {
  const door = { AUTH_ISSUER: 'https://login.example/tenant/v2.0', AUTH_AUDIENCE: 'api://bank' };

  it('is for tokens where issuer and audience are set', () =>
    expect(readSettings(changed(door)).AUTH).toEqual({
      issuer: door.AUTH_ISSUER,
      audience: door.AUTH_AUDIENCE,
      customerClaim: 'customer_id',
    }));

  it('is for keys where both are empty', () =>
    expect(readSettings(changed({ AUTH_ISSUER: '', AUTH_AUDIENCE: '' })).AUTH).toBeUndefined());

  it.each([
    ['an issuer alone', { AUTH_AUDIENCE: undefined }, 'AUTH_AUDIENCE is missing, but AUTH_ISSUER is set'],
    ['an audience alone', { AUTH_ISSUER: '' }, 'AUTH_ISSUER is missing, but AUTH_AUDIENCE is set'],
    ['an issuer that is none', { AUTH_ISSUER: 'tenant' }, 'AUTH_ISSUER must be the URL'],
    ['an issuer without encryption', { AUTH_ISSUER: 'http://login.example' }, 'AUTH_ISSUER must be the URL'],
    ['one that only begins like ours', { AUTH_ISSUER: 'http://localhost.example' }, 'AUTH_ISSUER must be the URL'],
    ['a user name', { AUTH_ISSUER: 'https://ada@login.example' }, 'AUTH_ISSUER must be the URL'],
    ['a password', { AUTH_ISSUER: 'https://ada:secret@login.example/tenant' }, 'AUTH_ISSUER must be the URL'],
    ['an empty user name', { AUTH_ISSUER: 'https://@login.example' }, 'AUTH_ISSUER must be the URL'],
    [
      'a user name that looks like ours',
      { AUTH_ISSUER: 'http://localhost:1@login.example' },
      'AUTH_ISSUER must be the URL',
    ],
    [
      'a host that only looks like ours',
      { AUTH_ISSUER: 'http://localhost\\@login.example' },
      'AUTH_ISSUER must be the URL',
    ],
    ['an issuer with a query', { AUTH_ISSUER: 'https://login.example?x' }, 'AUTH_ISSUER must be the URL'],
  ])('is refused with %s', (_, changes, problem) =>
    expect(problemsOf(changed({ ...door, ...changes }))).toEqual([startingWith(problem)]),
  );

  it('is told of together with all else that is wrong', () =>
    expect(problemsOf({ AUTH_ISSUER: 'tenant', RATE_LIMIT_PER_MINUTE: 'many' })).toHaveLength(7));

  it('for tokens needs a client where the console is on', () => {
    expect(problemsOf(changed({ ...door, CONSOLE: 'true' }))).toEqual([startingWith('CONSOLE_CLIENT_ID is missing')]);
    expect(readSettings(changed({ ...door, CONSOLE: 'true', CONSOLE_CLIENT_ID: 'c' })).CONSOLE).toEqual({
      clientId: 'c',
      scope: 'openid',
    });
    expect(problemsOf(changed({ CONSOLE: 'yes' }))).toEqual([startingWith('CONSOLE must be true or false')]);
  });

  it('may have an @ in the path of the issuer', () => {
    const issuer = 'https://login.example/@tenant';
    expect(readSettings(changed({ ...door, AUTH_ISSUER: issuer })).AUTH).toMatchObject({ issuer });
  });

  it.each(['sub', 'oid', 'https://bank.example/customer'])('finds a customer in any claim: %s', (customerClaim) =>
    expect(readSettings(changed({ ...door, AUTH_CUSTOMER_CLAIM: customerClaim })).AUTH).toMatchObject({
      customerClaim,
    }),
  );

  it.each(['http://localhost:9000', 'http://127.0.0.1:9000/realm'])('may be on this machine without: %s', (issuer) =>
    expect(readSettings(changed({ ...door, AUTH_ISSUER: issuer })).AUTH).toMatchObject({ issuer }),
  );
});

describe('the rate limit', () => {
  it.each([
    ['0', 0],
    ['600', 600],
    ['', 6_000],
  ])('of %j is %d', (RATE_LIMIT_PER_MINUTE, limit) =>
    expect(readSettings(changed({ RATE_LIMIT_PER_MINUTE }))).toMatchObject({ RATE_LIMIT_PER_MINUTE: limit }),
  );
  it.each(['-1', '1.5', 'many', '1e3', ' '])('is refused as %j', (RATE_LIMIT_PER_MINUTE) =>
    expect(problemsOf(changed({ RATE_LIMIT_PER_MINUTE }))).toEqual([startingWith('RATE_LIMIT_PER_MINUTE must be')]),
  );
});

describe('whether idempotency keys are required', () => {
  it.each([
    ['true', true],
    ['false', false],
    ['', false],
  ])('of %j is %j', (REQUIRE_IDEMPOTENCY_KEYS, required) =>
    expect(readSettings(changed({ REQUIRE_IDEMPOTENCY_KEYS })).REQUIRE_IDEMPOTENCY_KEYS).toBe(required),
  );
  it.each(['yes', '1', 'TRUE', ' true'])('is refused as %j', (REQUIRE_IDEMPOTENCY_KEYS) =>
    expect(problemsOf(changed({ REQUIRE_IDEMPOTENCY_KEYS }))).toEqual([
      startingWith('REQUIRE_IDEMPOTENCY_KEYS must be'),
    ]),
  );
});

describe('the listeners that are on', () => {
  it.each(['', ' ', ',', undefined])('of %j are none', (LISTENERS) =>
    expect(readSettings(changed({ LISTENERS }))).toMatchObject({ LISTENERS: [] }),
  );
  it.each(['transfers', 'views', 'nobody', 'views,nobody'])('are never those that have no switch: %s', (LISTENERS) =>
    expect(problemsOf(changed({ LISTENERS }))).toEqual([startingWith('LISTENERS may name only')]),
  );
});

describe('the time zone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['UTC', 'UTC'],
    ['', 'UTC'],
    [undefined, 'UTC'],
  ])('of %j is %s', (BANK_TIME_ZONE, zone) =>
    expect(readSettings(changed({ BANK_TIME_ZONE }))).toMatchObject({ BANK_TIME_ZONE: zone }),
  );
  it.each(['Europe/Nowhere', '+01:00', 'CET', 'EST5EDT', 'local', 'Europe/Berlin ', '1'])(
    'is refused as %j',
    (BANK_TIME_ZONE) =>
      expect(problemsOf(changed({ BANK_TIME_ZONE }))).toEqual([startingWith('BANK_TIME_ZONE must be')]),
  );
});

describe.each(names)('%s', (name) => {
  const { setting } = addresses[name];

  it("without a client id is the app's own identity", () =>
    expect(readSettings(changed({ [`${name}__clientId`]: undefined }))[name]).toHaveProperty('clientId', undefined));

  it('takes an empty setting for one that is not set', () => {
    expect(problemsOf(changed({ [name]: '' }))).toEqual([]);
    expect(problemsOf({ ...local.Values, CURSOR_KEY: 'sixteen letters!', [setting]: '' })).toEqual([]);
  });

  it.each([
    ['both forms', { [name]: local.Values[name] }, `${name} and its __`],
    ['an address that is none', { [setting]: 'http://nonsense/?x' }, `${setting} must look like`],
    ['no address', { [setting]: undefined }, `${setting} is missing`],
    ['no credential', { [`${name}__credential`]: undefined }, `${name}__credential is missing`],
    ['a credential of another kind', { [`${name}__credential`]: 'password' }, `${name}__credential must be`],
    ['a client id that is none', { [`${name}__clientId`]: 'bank-identity' }, `${name}__clientId must be a UUID`],
    [
      'a connection string and half an identity',
      { [name]: local.Values[name], [setting]: undefined },
      `${name} is a connection string, which`,
    ],
  ])('is refused with %s', (_, changes, problem) =>
    expect(problemsOf(changed(changes))).toEqual([startingWith(problem)]),
  );

  it('lists everything that is wrong with it', () =>
    expect(
      problemsOf(changed({ [setting]: 'x y', [`${name}__credential`]: 'x', [`${name}__clientId`]: 'x' })),
    ).toHaveLength(3));
});
