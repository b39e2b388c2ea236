import { createHmac, timingSafeEqual } from 'node:crypto';

/** The keys of the namespace by rule name. */
export type SasKeys = ReadonlyMap<string, string>;

export type SasGrant =
  | { readonly valid: true; readonly resource: string; readonly expiresAt: number }
  | { readonly valid: false; readonly reason: string };

/**
 * The path of a resource URI without scheme and host, in lower case because entity names ignore case. Administration
 * clients omit the scheme and add a query.
 */
export function resourcePath(uri: string): string {
  return uri
    .replace(/^(?:[a-z]+:\/\/[^/]*|[^/:]+:\d+(?=\/|$))/i, '')
    .replace(/\?.*$/, '')
    .replace(/^\/+|\/+$/g, '')
    .toLowerCase();
}

/** True if `path` is `resource` or below it. The empty resource is the whole namespace. */
export const covers = (resource: string, path: string) =>
  resource === '' || path === resource || path.startsWith(`${resource}/`);

/**
 * Checks a shared access signature: `SharedAccessSignature sr=..&sig=..&se=..&skn=..`, with the fields in any order.
 * The client signs `sr` in its encoded form.
 */
export function verifySas(token: string, keys: SasKeys, now: number): SasGrant {
  const fields = parseFields(token);
  const { sr, sig, se, skn } = fields;
  if (sr === undefined || sig === undefined || se === undefined || skn === undefined) {
    return { valid: false, reason: 'MalformedToken: a shared access signature has the fields sr, sig, se and skn.' };
  }
  const key = keys.get(decode(skn));
  if (key === undefined || !sameSignature(sign(key, sr, se), decode(sig))) {
    return { valid: false, reason: 'InvalidSignature: The token has an invalid signature.' };
  }
  const expiresAt = Number(se) * 1000;
  if (!(expiresAt > now)) return { valid: false, reason: 'ExpiredToken: The token is expired.' };
  return { valid: true, resource: resourcePath(decode(sr)), expiresAt };
}

const sign = (key: string, resource: string, expiry: string) =>
  createHmac('sha256', key).update(`${resource}\n${expiry}`).digest();

function sameSignature(expected: Buffer, encoded: string): boolean {
  const actual = Buffer.from(encoded, 'base64');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function parseFields(token: string): Partial<Record<string, string>> {
  const pairs = token.replace(/^SharedAccessSignature\s+/, '').split('&');
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

function decode(field: string): string {
  try {
    return decodeURIComponent(field);
  } catch (error) {
    // A stray percent sign makes the token invalid.
    if (error instanceof URIError) return '';
    throw error;
  }
}
