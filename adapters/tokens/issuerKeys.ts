import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { Clock } from '../../application/clock.ts';
import type { Log } from '../../application/log.ts';

/** Beyond this age, the app uses the keys while it fetches newer ones. */
const freshMs = 10 * 60_000;
/** Beyond this age, the app no longer trusts the keys, should the issuer be away that long. */
const usableMs = 24 * 60 * 60_000;
/** The least time between two fetches, whatever tokens come. */
const coolDownMs = 30_000;
const coolDownAfterFailureMs = 2_000;
/** The time limit for the issuer's configuration and its keys together. */
const deadlineMs = 3_000;

export type IssuerKeys = {
  /** The key that a token names. Throws JWKSNoMatchingKey and ServiceUnavailable. */
  readonly find: JWTVerifyGetKey;
  /** Throws ServiceUnavailable unless there are keys. */
  readonly ping: () => Promise<void>;
  /** The origins of the issuer's metadata and, where it names one, of its token endpoint. Throws ServiceUnavailable as `ping` does. */
  readonly endpointOrigins: () => Promise<readonly string[]>;
};

type Options = {
  readonly issuer: string;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * The public keys of an issuer, found by its OpenID configuration. The library's own remote key set would fetch again with
 * every request while the issuer is away, and would not use older keys meanwhile.
 */
export const createIssuerKeys = ({ issuer, clock, log }: Options): IssuerKeys => {
  let keys:
    | { readonly find: JWTVerifyGetKey; readonly tokenEndpoint: string | undefined; readonly fetchedAt: number }
    | undefined;
  let fetching: Promise<void> | undefined;
  let failure: unknown;
  let nextFetchAt = 0;

  const fetchOnce = async (): Promise<void> => {
    try {
      const { keySet, tokenEndpoint } = await fetchKeys(issuer, AbortSignal.timeout(deadlineMs));
      keys = { find: createLocalJWKSet(keySet), tokenEndpoint, fetchedAt: clock.now() };
      failure = undefined;
    } catch (error) {
      failure = error;
      log('warn', `The keys of ${issuer} cannot be had: ${String(error)}`);
    }
    nextFetchAt = clock.now() + (failure === undefined ? coolDownMs : coolDownAfterFailureMs);
    fetching = undefined;
  };

  /** Joins the fetch under way; does nothing shortly after the last one. Never rejects. */
  const refresh = async (): Promise<void> => {
    if (!fetching && clock.now() < nextFetchAt) return;
    await (fetching ??= fetchOnce());
  };

  const unavailable = () =>
    new ServiceUnavailable('The issuer of tokens', { cause: failure, retryAfterMs: nextFetchAt - clock.now() });

  const usableKeys = async () => {
    const ageMs = () => clock.now() - (keys?.fetchedAt ?? -Infinity);
    if (ageMs() > usableMs) await refresh();
    else if (ageMs() > freshMs) void refresh();
    if (!keys || ageMs() > usableMs) throw unavailable();
    return keys;
  };

  const find: JWTVerifyGetKey = async (header, token) => {
    try {
      return await (await usableKeys()).find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      // The issuer may have made a newer key.
      if (failure !== undefined) throw unavailable();
      return (await usableKeys()).find(header, token);
    }
  };

  // Fetch at once, so that the first caller need not wait.
  void refresh();
  return {
    find,
    async ping() {
      await usableKeys();
    },
    async endpointOrigins() {
      const { tokenEndpoint = issuer } = await usableKeys();
      return [...new Set([issuer, tokenEndpoint].map((url) => new URL(url).origin))];
    },
  };
};

const fetchKeys = async (issuer: string, signal: AbortSignal) => {
  const protocol = issuer.startsWith('https:') ? /^https$/ : /^https?$/;
  const url = z.url({ protocol });
  const configuration = z.object({ issuer: z.literal(issuer), jwks_uri: url, token_endpoint: url.optional() });
  const path = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { jwks_uri: keysUri, token_endpoint: tokenEndpoint } = configuration.parse(await fetchJson(path, signal));
  // The library checks the content.
  return { keySet: (await fetchJson(keysUri, signal)) as JSONWebKeySet, tokenEndpoint };
};

const fetchJson = async (url: string, signal: AbortSignal): Promise<unknown> => {
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return response.json();
};
