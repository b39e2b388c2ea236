import type { ServerResponse } from 'node:http';
import type { InvocationOutcome } from '../invocation.ts';
import type { RpcCookie } from '../rpc.ts';
import { toBytes } from '../typedData.ts';

/** The server sets these headers itself and ignores the app's values. */
const ownHeaders = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

const sameSite = { none: undefined, lax: 'lax', strict: 'strict', explicitNone: 'none' } as const;

/** A Set-Cookie value as ASP.NET writes it. */
const formatCookie = (cookie: RpcCookie): string => {
  const seconds = cookie.expires?.value?.seconds;
  const site = sameSite[cookie.sameSite ?? 'none'];
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    ...(seconds === undefined ? [] : [`expires=${new Date(seconds * 1000).toUTCString()}`]),
    ...(typeof cookie.maxAge?.value === 'number' ? [`max-age=${Math.trunc(cookie.maxAge.value)}`] : []),
    ...(cookie.domain?.value ? [`domain=${cookie.domain.value}`] : []),
    `path=${cookie.path?.value ?? '/'}`,
    ...(cookie.secure?.value ? ['secure'] : []),
    ...(site === undefined ? [] : [`samesite=${site}`]),
    ...(cookie.httpOnly?.value ? ['httponly'] : []),
  ].join('; ');
};

/** Answers without a body. */
export const sendBare = (response: ServerResponse, status: number): void => {
  response.writeHead(status, { 'content-length': 0 }).end();
};

/** Sends what the function returned: a bare 500 if it failed, an empty 200 if it returned nothing. */
export const sendOutcome = (response: ServerResponse, outcome: InvocationOutcome): void => {
  if (!outcome.succeeded) {
    sendBare(response, 500);
    return;
  }
  const http = outcome.response.returnValue?.http;
  if (!http) {
    sendBare(response, 200);
    return;
  }

  const status = Number(http.statusCode);
  const body = toBytes(http.body);
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    if (!ownHeaders.has(name)) response.setHeader(name, value);
  }
  for (const cookie of http.cookies ?? []) response.appendHeader('set-cookie', formatCookie(cookie));
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length);
  response.writeHead(status).end(body);
};
