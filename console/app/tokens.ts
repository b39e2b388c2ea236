import * as oauth from 'oauth4webapi';
import { renewalMs } from '../api/pace.ts';
import { config } from './config.ts';
import { credentials, refused, type Role } from './door.ts';

/** What has to outlive the way to the issuer and back; gone as soon as it is read. */
type Begun = { readonly verifier: string; readonly state: string; readonly place: string };

const begunKey = 'daybook.signIn';
const client: oauth.Client = { client_id: config.clientId ?? '' };
const redirectUri = `${location.origin}/`;

/** Plain HTTP is for an issuer on this machine alone; the app takes no other. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- the library marks it so that nobody uses it by mistake
const options = () => ({ [oauth.allowInsecureRequests]: (config.issuer ?? '').startsWith('http:') });

const discover = async (): Promise<oauth.AuthorizationServer> => {
  const issuer = new URL(config.issuer ?? '');
  const response = await oauth.discoveryRequest(issuer, options());
  return oauth.processDiscoveryResponse(issuer, response);
};

/** Leaves for the issuer; whoever comes back is at the same place. */
export const beginSignIn = async (): Promise<void> => {
  const { authorization_endpoint: endpoint } = await discover();
  if (endpoint === undefined) throw new Error('The issuer signs nobody in');
  const begun: Begun = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    place: location.hash,
  };
  sessionStorage.setItem(begunKey, JSON.stringify(begun));
  const target = new URL(endpoint);
  for (const [name, value] of Object.entries({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: config.scope ?? '',
    state: begun.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
  })) {
    target.searchParams.set(name, value);
  }
  location.assign(target);
};

/** Ends a sign-in that the issuer has sent back. Code and state leave the address, and the verifier the storage, before anything else. */
export const endSignIn = async (): Promise<void> => {
  const answer = new URL(location.href);
  const begun = JSON.parse(sessionStorage.getItem(begunKey) ?? 'null') as Begun | null;
  sessionStorage.removeItem(begunKey);
  history.replaceState(null, '', `/${begun?.place ?? ''}`);
  dispatchEvent(new HashChangeEvent('hashchange'));
  if (!begun) throw new Error('This page did not begin the sign-in');

  const server = await discover();
  const parameters = oauth.validateAuthResponse(server, client, answer, begun.state);
  const { verifier } = begun;
  keep(
    server,
    await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(
        ...[server, client, oauth.None(), parameters, redirectUri, verifier, options()],
      ),
    ),
  );
};

const keep = (server: oauth.AuthorizationServer, given: oauth.TokenEndpointResponse): void => {
  const { access_token: token, expires_in: seconds, refresh_token: refreshToken } = given;
  credentials.value = { token, ...claimsOf(token) };
  refused.value = undefined;
  // Where the issuer gives another.
  if (refreshToken !== undefined && seconds !== undefined) refreshIn(renewalMs(seconds), server, refreshToken);
};

const againMs = 10_000;

const refreshIn = (ms: number, server: oauth.AuthorizationServer, refreshToken: string): void =>
  void setTimeout(() => void refresh(server, refreshToken), ms);

const refresh = async (server: oauth.AuthorizationServer, refreshToken: string): Promise<void> => {
  try {
    const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options());
    if (response.status >= 500) {
      refreshIn(againMs, server, refreshToken);
      return;
    }
    const given = await oauth.processRefreshTokenResponse(server, client, response);
    keep(server, { refresh_token: refreshToken, ...given });
  } catch (error) {
    // The issuer was out of reach. What it refuses, it would refuse again: when the old token has expired, the page asks for another sign-in.
    if (error instanceof TypeError) refreshIn(againMs, server, refreshToken);
  }
};

/** What the token says of its holder, to hide what would be refused. The app checks it; the page only reads. */
const claimsOf = (token: string): { readonly roles: readonly Role[]; readonly customerId?: string } => {
  const [, payload = ''] = token.split('.');
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (each) =>
      each.charCodeAt(0),
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const customerId = claims[config.customerClaim ?? ''];
    const roles = Array.isArray(claims.roles) ? (claims.roles as readonly Role[]) : [];
    return { roles, ...(typeof customerId === 'string' && { customerId }) };
  } catch {
    return { roles: [] };
  }
};
