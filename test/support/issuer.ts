import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** How an issuer behaves: it answers, answers 500, never ends its answer, or cuts the connection. */
type Mood = 'well' | 'failing' | 'slow' | 'gone';

type SigningKey = { readonly kid: string; readonly privateKey: CryptoKey; readonly jwk: JWK };

export type TokenOptions = { readonly key?: SigningKey; readonly header?: Readonly<Record<string, unknown>> };

export const audience = 'api://bank';

/** An OpenID issuer on a port of its own, as its relying parties see it, which signs whatever it is told to. */
export const startIssuer = async () => {
  let mood: Mood = 'well';
  let published: SigningKey[] = [];
  let configuration: Record<string, unknown> = {};
  const fetched: string[] = [];

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    fetched.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*');
    if (request.url?.startsWith('/authorize?')) {
      signIn(new URL(request.url, url), response);
      return;
    }
    if (request.url === '/token') {
      void giveToken(request, response);
      return;
    }
    if (mood === 'gone') response.destroy();
    else if (mood === 'failing') response.writeHead(500).end();
    else {
      const body = request.url === '/keys' ? { keys: published.map(({ jwk }) => jwk) } : configuration;
      response.writeHead(200, { 'content-type': 'application/json' });
      if (mood === 'slow') response.write('{');
      else response.end(JSON.stringify(body));
    }
  };
  let signedIn: () => Readonly<Record<string, unknown>> = () => ({});
  let lifeSeconds: number | undefined;
  let challenge = '';
  /** Whoever comes is signed in at once, and sent back with a code. */
  const signIn = ({ searchParams }: URL, response: ServerResponse): void => {
    challenge = searchParams.get('code_challenge') ?? '';
    const back = new URL(searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('code', 'the-code');
    back.searchParams.set('state', searchParams.get('state') ?? '');
    response.writeHead(302, { location: back.href }).end();
  };
  const giveToken = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    const isRenewal = form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === 'the-refresh-token';
    const isRight =
      isRenewal ||
      (form.get('code') === 'the-code' &&
        createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url') === challenge);
    response.writeHead(isRight ? 200 : 400, { 'content-type': 'application/json' });
    const given = {
      access_token: await issuer.token(signedIn()),
      token_type: 'Bearer',
      expires_in: lifeSeconds ?? 600,
      ...(lifeSeconds !== undefined && { refresh_token: 'the-refresh-token' }),
    };
    response.end(JSON.stringify(isRight ? given : { error: 'invalid_grant' }));
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  configuration = {
    issuer: url,
    jwks_uri: `${url}/keys`,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
  };

  let made = 0;
  /** A key that is not published. */
  const newKey = async (alg = 'ES256', options: { crv?: string } = {}): Promise<SigningKey> => {
    const { privateKey, publicKey } = await generateKeyPair(alg, options);
    const kid = `key-${(made += 1)}`;
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg } };
  };
  const publish = (...keys: SigningKey[]): void => void (published = keys);
  const own = await newKey();
  publish(own);

  const issuer = {
    url,
    own,
    /** The claims of whoever signs in by a browser from now on. */
    signsIn: (claims: Readonly<Record<string, unknown>>, lastsSeconds = 600): void =>
      void (signedIn = () => ({ exp: Math.floor(Date.now() / 1_000) + lastsSeconds, ...claims })),
    /** From now on it gives tokens of that life, by what it says, and what brings another one. */
    renews: (seconds: number): void => void (lifeSeconds = seconds),
    newKey,
    publish,
    /** Paths, in the order in which they were asked for. */
    fetched,
    be: (next: Mood): void => void (mood = next),
    configure: (fields: Record<string, unknown>): void => void (configuration = { ...configuration, ...fields }),
    /** A good token for ten minutes, but for what is said otherwise; times are in seconds since the epoch. */
    token(
      claims: Readonly<Record<string, unknown>> = {},
      { key = published[0] ?? own, header = {} }: TokenOptions = {},
    ): Promise<string> {
      const now = Math.floor(Date.now() / 1_000);
      const payload = { iss: url, aud: audience, sub: 'somebody', iat: now, nbf: now, exp: now + 600, ...claims };
      return new SignJWT(payload)
        .setProtectedHeader({ alg: key.jwk.alg ?? '', kid: key.kid, typ: 'JWT', ...header })
        .sign(key.privateKey);
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return issuer;
};
export type Issuer = Awaited<ReturnType<typeof startIssuer>>;
