import * as oauth from 'oauth4webapi';
import { renewalMs } from '../api/pace.ts';
import { config } from './config.ts';
import { credentials, refused, type Credentials, type Role } from './door.ts';

/** What proves that an answer of the issuer is for this page, and what redeems its code. */
type Begun = { readonly verifier: string; readonly state: string };

/** It has to outlive the way to the issuer and back; gone as soon as it is read. */
type Left = Begun & { readonly place: string };

const leftKey = 'daybook.signIn';
/** Begins the state of a sign-in that another window began: the one that comes back tells it. */
const besidePrefix = 'beside-';
/** Windows of this browser tell each other by it what the issuer answered. Nobody redeems a code without its verifier. */
const answers = 'daybook.signIn';
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

const begin = async (prefix = ''): Promise<{ readonly begun: Begun; readonly target: URL }> => {
  const { authorization_endpoint: endpoint } = await discover();
  if (endpoint === undefined) throw new Error('The issuer signs nobody in');
  const begun = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: `${prefix}${oauth.generateRandomState()}`,
  };
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
  return { begun, target };
};

/** Leaves for the issuer; whoever comes back is at the same place. */
export const signIn = async (): Promise<void> => {
  const { begun, target } = await begin();
  const left: Left = { ...begun, place: location.hash };
  sessionStorage.setItem(leftKey, JSON.stringify(left));
  location.assign(target);
};

/** Signs in by another window, so that this page, with what somebody has typed, stays as it is. */
export const signInAgain = async (): Promise<void> => {
  // Browsers open it only at a click: what the issuer has to be asked first comes later.
  const beside = open('about:blank', 'daybook.signIn', 'popup,width=520,height=720');
  if (!beside) throw new Error('The browser opened no window for it. Allow that for this page, and try again.');
  try {
    const { begun, target } = await begin(besidePrefix);
    const answered = answerTo(begun);
    beside.location.href = target.href;
    await redeem(begun, await answered);
  } catch (error) {
    beside.close();
    throw error;
  }
};

let waiting: BroadcastChannel | undefined;

/** Whoever begins again waits for that answer alone. */
const answerTo = ({ state }: Begun): Promise<URL> => {
  waiting?.close();
  const channel = new BroadcastChannel(answers);
  waiting = channel;
  return new Promise((resolve) => {
    channel.onmessage = ({ data }: MessageEvent<string>) => {
      const answer = new URL(data);
      if (answer.searchParams.get('state') !== state) return;
      channel.close();
      resolve(answer);
    };
  });
};

/**
 * Ends a sign-in that the issuer has sent back. Code and state leave the address, and the verifier the storage, before anything else.
 * Where another window began it, that one hears of it, and this one has done its work.
 */
export const endSignIn = async (): Promise<void> => {
  const answer = new URL(location.href);
  const left = JSON.parse(sessionStorage.getItem(leftKey) ?? 'null') as Left | null;
  sessionStorage.removeItem(leftKey);
  history.replaceState(null, '', `/${left?.place ?? ''}`);
  dispatchEvent(new HashChangeEvent('hashchange'));
  if (answer.searchParams.get('state')?.startsWith(besidePrefix)) {
    new BroadcastChannel(answers).postMessage(answer.href);
    close();
    throw new Error('This window ends none: go on in the one that you came from');
  }
  if (!left) throw new Error('This page did not begin the sign-in');
  await redeem(left, answer);
};

const redeem = async ({ verifier, state }: Begun, answer: URL): Promise<void> => {
  const server = await discover();
  const parameters = oauth.validateAuthResponse(server, client, answer, state);
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
const claimsOf = (token: string): Pick<Credentials, 'subject' | 'customerId'> & { readonly roles: readonly Role[] } => {
  const [, payload = ''] = token.split('.');
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (each) =>
      each.charCodeAt(0),
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const customerId = claims[config.customerClaim ?? ''];
    const roles = Array.isArray(claims.roles) ? (claims.roles as readonly Role[]) : [];
    return {
      roles,
      ...(typeof claims.sub === 'string' && { subject: claims.sub }),
      ...(typeof customerId === 'string' && { customerId }),
    };
  } catch {
    return { roles: [] };
  }
};
