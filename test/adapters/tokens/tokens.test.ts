import { createHmac, createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTokens } from '../../../adapters/tokens/tokens.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { audience, startIssuer, type Issuer } from '../../support/issuer.ts';

let issuer: Issuer;
let aheadMs = 0;
let logged: string[] = [];
beforeEach(async () => {
  issuer = await startIssuer();
  aheadMs = 0;
  logged = [];
});
afterEach(() => issuer.close());

const minute = 60_000;
/** On a clock that tests put forward. */
const open = (fields: Partial<Parameters<typeof openTokens>[0]> = {}) => {
  // Work that one test left running must not reach the next one.
  const own = logged;
  return openTokens({
    issuer: issuer.url,
    audience,
    customerClaim: 'customer_id',
    clock: { now: () => Date.now() + aheadMs },
    log: (_level, message) => own.push(message),
    ...fields,
  });
};
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const configurationPath = '/.well-known/openid-configuration';

const unavailable = expect.objectContaining({ name: 'ServiceUnavailable' }) as ServiceUnavailable;

describe('a good token', () => {
  it('names its bearer by issuer and subject, and the roles that we know', async () => {
    const token = await issuer.token({ sub: 'ada', roles: ['Teller', 'Cleaner', 'Auditor', 7] });
    expect(await open().verify(token)).toEqual({
      name: `${issuer.url}#ada`,
      roles: ['Teller', 'Auditor'],
      customerId: undefined,
    });
  });

  it('names its bearer as the directory does, where it says so', async () => {
    const token = await issuer.token({ sub: 'pairwise', oid: 'e0b0c9f0' });
    expect(await open().verify(token)).toMatchObject({ name: `${issuer.url}#e0b0c9f0` });
  });

  it.each(['Teller', { Teller: true }, null, 7])('has no roles where the claim is no list: %j', async (roles) =>
    expect(await open().verify(await issuer.token({ roles }))).toMatchObject({ roles: [] }),
  );

  it('names a customer by the claim that settings name, in any case', async () => {
    const id = '0199F8A2-7B1C-7000-8000-000000000000';
    const tokens = open({ customerClaim: 'extension_customer' });
    const verified = await tokens.verify(await issuer.token({ extension_customer: id, customer_id: 'x' }));
    expect(verified).toMatchObject({ customerId: id.toLowerCase() });
  });

  it.each(['sub', 'oid', 'https://bank.example/customer'])('may name a customer by any claim: %s', async (claim) => {
    const id = '0199f8a2-7b1c-7000-8000-000000000000';
    const verified = await open({ customerClaim: claim }).verify(await issuer.token({ [claim]: id }));
    expect(verified).toMatchObject({ customerId: id });
  });

  it.each(['roles', '__proto__', 'constructor', 'exp'])('names none by a claim that holds no id: %s', async (claim) =>
    expect(await open({ customerClaim: claim }).verify(await issuer.token())).toMatchObject({ customerId: undefined }),
  );

  it.each(['', 'x', 7, ['0199f8a2-7b1c-7000-8000-000000000000'], null])('names none by %j', async (id) =>
    expect(await open().verify(await issuer.token({ customer_id: id }))).toMatchObject({ customerId: undefined }),
  );

  it.each(['RS256', 'PS512', 'ES256', 'ES384', 'EdDSA'])('may be signed by %s', async (alg) => {
    const key = await issuer.newKey(alg, alg === 'EdDSA' ? { crv: 'Ed25519' } : {});
    issuer.publish(key);
    expect(await open().verify(await issuer.token({}, { key }))).toHaveProperty('name');
  });

  it('may be for several audiences', async () =>
    expect(await open().verify(await issuer.token({ aud: ['others', audience] }))).toHaveProperty('name'));

  it.each(['JWT', 'at+jwt', 'application/at+jwt', undefined])('may be of type %s', async (typ) =>
    expect(await open().verify(await issuer.token({}, { header: { typ } }))).toHaveProperty('name'),
  );

  it.each([
    ['expired less than a minute ago', { exp: -50 }],
    ['becomes valid in less than a minute', { nbf: 50 }],
  ])('may be off by as much as clocks are: it %s', async (_, times) => {
    const claims = Object.fromEntries(Object.entries(times).map(([name, seconds]) => [name, inSeconds(seconds)]));
    expect(await open().verify(await issuer.token(claims))).toHaveProperty('name');
  });
});

describe('a token is refused', () => {
  const refused = async (token: string | Promise<string>, reason: RegExp) =>
    expect(await open().verify(await token)).toEqual({ invalid: expect.stringMatching(reason) as string });
  const foreign = /not an access token of the issuer/;

  it('that has expired', () => refused(issuer.token({ exp: inSeconds(-70) }), /expired/));
  it('that is not valid yet', () => refused(issuer.token({ nbf: inSeconds(70) }), /not valid yet/));
  it('that never expires', () => refused(issuer.token({ exp: undefined }), /no claim "exp"/));
  it('whose time is none', () => refused(issuer.token({ exp: 'never' }), foreign));
  it('that names nobody', () => refused(issuer.token({ sub: undefined }), /no claim "sub"/));
  it.each(['', 'x'.repeat(256)])('whose bearer has no proper name', (sub) => refused(issuer.token({ sub }), /nobody/));
  it('for another audience', () => refused(issuer.token({ aud: 'api://others' }), /another audience/));
  it('for no audience', () => refused(issuer.token({ aud: undefined }), /no claim "aud"/));
  it('of another issuer', () => refused(issuer.token({ iss: 'https://elsewhere.example' }), /another issuer/));
  it.each([(url: string) => `${url}/`, (url: string) => url.toUpperCase()])(
    'of an issuer that only looks alike',
    (change) => refused(issuer.token({ iss: change(issuer.url) }), /another issuer/),
  );

  it.each([5, -5])('when clocks differ by minutes: ours is %d ahead', async (minutes) => {
    aheadMs = minutes * minute;
    await refused(
      issuer.token({ exp: inSeconds(4 * 60) }),
      minutes > 0 ? /The token has expired/ : /The token is not valid yet/,
    );
  });

  it.each([
    ['', 'not signed at all'],
    ['none', 'signed by nobody'],
    ['None', 'signed by nobody, in other letters'],
  ])('with algorithm %j: %s', async (alg) => {
    const [, payload] = (await issuer.token()).split('.');
    await refused(`${base64({ alg, typ: 'JWT', kid: issuer.own.kid })}.${payload ?? ''}.`, foreign);
  });

  it('signed with a public key as if it were a secret', async () => {
    const own = await issuer.newKey('RS256');
    issuer.publish(own);
    const [, payload = ''] = (await issuer.token()).split('.');
    const key = createPublicKey({ key: own.jwk, format: 'jwk' });
    const secrets = [
      key.export({ type: 'spki', format: 'pem' }),
      key.export({ type: 'spki', format: 'der' }),
      JSON.stringify(own.jwk),
    ];
    for (const kid of [own.kid, undefined]) {
      const signed = `${base64({ alg: 'HS256', typ: 'JWT', kid })}.${payload}`;
      for (const secret of secrets) {
        await refused(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`, foreign);
      }
    }
  });

  it('that brings its own key', async () => {
    const key = await issuer.newKey();
    await refused(issuer.token({}, { key, header: { jwk: key.jwk } }), foreign);
    await refused(issuer.token({}, { key, header: { jku: `${issuer.url}/keys` } }), foreign);
  });

  it('signed with another key under the name of a good one', async () => {
    const { privateKey } = await issuer.newKey();
    await refused(issuer.token({}, { key: { ...issuer.own, privateKey } }), foreign);
  });

  it('under a name of a key that there is not', async () =>
    refused(issuer.token({}, { key: await issuer.newKey() }), foreign));

  it('with an extension that nobody knows', async () => {
    const [header = '', payload = '', signature = ''] = (await issuer.token()).split('.');
    const own = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
    await refused(`${base64({ ...own, crit: ['x'], x: 1 })}.${payload}.${signature}`, foreign);
  });

  it('of another type, such as one for logging out', () =>
    refused(issuer.token({}, { header: { typ: 'logout+jwt' } }), foreign));

  it('that was changed in any part', async () => {
    const parts = (await issuer.token({ roles: ['Auditor'] })).split('.');
    const claims = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString()) as object;
    await refused([parts[0], base64({ ...claims, roles: ['Teller'] }), parts[2]].join('.'), foreign);
    await refused([parts[0], parts[1], ''].join('.'), foreign);
    await refused([parts[0], parts[1], (parts[2] ?? '').slice(0, -4)].join('.'), foreign);
  });

  it.each(['x', '..', 'a.b', 'a.b.c', 'a.b.c.d.e', `${'x'.repeat(10_000)}.y.z`, `${base64(7)}.${base64(7)}.x`])(
    'that is none: %.20s',
    (rubbish) => refused(rubbish, foreign),
  );
});

describe('the keys of the issuer', () => {
  it('are fetched once, before anybody asks, and for all who ask at once', async () => {
    const tokens = open();
    const token = await issuer.token();
    await Promise.all(Array.from({ length: 20 }, () => tokens.verify(token)));
    await tokens.verify(token);
    expect(issuer.fetched).toEqual([configurationPath, '/keys']);
  });

  it('are fetched again for a key that is new, and what it replaced opens nothing any more', async () => {
    const tokens = open();
    const old = await issuer.token();
    expect(await tokens.verify(old)).toHaveProperty('name');
    issuer.publish(await issuer.newKey());
    aheadMs = minute;
    expect(await tokens.verify(await issuer.token())).toHaveProperty('name');
    expect(await tokens.verify(old)).toHaveProperty('invalid');
  });

  it('are fetched for unknown keys no more often than twice a minute', async () => {
    const tokens = open();
    const unknown = await issuer.token({}, { key: await issuer.newKey() });
    for (let tries = 0; tries < 5; tries += 1) expect(await tokens.verify(unknown)).toHaveProperty('invalid');
    expect(issuer.fetched.filter((path) => path === '/keys')).toHaveLength(1);
    aheadMs = 0.5 * minute + 1;
    await Promise.all(Array.from({ length: 20 }, () => tokens.verify(unknown)));
    expect(issuer.fetched.filter((path) => path === '/keys')).toHaveLength(2);
  });

  it('are fetched again after ten minutes, which nobody waits for', async () => {
    const tokens = open();
    const token = await issuer.token({ exp: inSeconds(3_600) });
    await tokens.verify(token);
    aheadMs = 11 * minute;
    issuer.be('slow');
    expect(await tokens.verify(token)).toHaveProperty('name');
    await expect.poll(() => issuer.fetched.length).toBe(3);
  });

  it.each(['failing', 'slow', 'gone'] as const)('go on being used for a day while the issuer is %s', async (mood) => {
    const tokens = open();
    const token = await issuer.token({ exp: inSeconds(48 * 3_600) });
    await tokens.verify(token);
    issuer.be(mood);
    aheadMs = 23 * 60 * minute;
    expect(await tokens.verify(token)).toHaveProperty('name');
    await expect.poll(() => logged).toHaveLength(1);
    aheadMs = 25 * 60 * minute;
    await expect(tokens.verify(token)).rejects.toEqual(unavailable);
    issuer.be('well');
    aheadMs += minute;
    expect(await tokens.verify(token)).toHaveProperty('name');
  });

  it.each(['failing', 'slow', 'gone'] as const)('are not there while the issuer is %s from the start', async (mood) => {
    issuer.be(mood);
    const tokens = open();
    const token = await issuer.token();
    await expect(tokens.verify(token)).rejects.toEqual(unavailable);
    await expect(tokens.ping()).rejects.toEqual(unavailable);
    expect(logged).toEqual([expect.stringContaining(issuer.url)]);
    const asked = issuer.fetched.length;

    // It is left alone for a moment.
    issuer.be('well');
    await expect(tokens.verify(token)).rejects.toMatchObject({ retryAfterMs: expect.any(Number) as number });
    expect(issuer.fetched).toHaveLength(asked);
    aheadMs = 3_000;
    expect(await tokens.verify(token)).toHaveProperty('name');
    await tokens.ping();
  });

  it('leave it open whether a new one is good while the issuer is away', async () => {
    const tokens = open();
    await tokens.verify(await issuer.token());
    issuer.publish(await issuer.newKey(), issuer.own);
    issuer.be('gone');
    aheadMs = minute;
    const token = await issuer.token();
    await expect(tokens.verify(token)).rejects.toEqual(unavailable);
    await expect(tokens.verify(token)).rejects.toEqual(unavailable);
    expect(issuer.fetched.slice(2)).toEqual([configurationPath]);
    // Nobody else minds.
    expect(await tokens.verify(await issuer.token({}, { key: issuer.own }))).toHaveProperty('name');
  });

  it.each([
    ['another issuer', { issuer: 'https://elsewhere.example' }],
    ['keys at no address', { jwks_uri: 'keys' }],
    ['keys in a file', { jwks_uri: 'file:///etc/keys.json' }],
    ['no keys', { jwks_uri: undefined }],
  ])('are not taken from a configuration of %s', async (_, fields) => {
    issuer.configure(fields);
    await expect(open().verify(await issuer.token())).rejects.toEqual(unavailable);
    expect(issuer.fetched).toEqual([configurationPath]);
  });

  it('are not taken from something else', async () => {
    issuer.configure({ jwks_uri: `${issuer.url}${configurationPath}` });
    await expect(open().verify(await issuer.token())).rejects.toEqual(unavailable);
  });
});
