import type { IncomingMessage, ServerResponse } from 'node:http';
import { HostError } from '../hostError.ts';
import type { HostSettings } from '../settings.ts';
import { sendBare } from './response.ts';

/** Lets pages of other origins call the app, as `Host.CORS` of local.settings.json says. */
export type Cors = {
  readonly allows: (origin: string) => boolean;
  /** Sets the headers that browsers need. Returns true if the request was a preflight, which it has then answered. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => boolean;
};

const originOf = (text: string): string => {
  if (text === '*') return text;
  if (!URL.canParse(text)) throw new HostError(`local.settings.json: "${text}" in Host.CORS is no origin.`);
  return new URL(text).origin;
};

/** Undefined if no origin is allowed: the host then treats OPTIONS like any other method. */
export const createCors = ({ CORS, CORSCredentials: credentials }: HostSettings): Cors | undefined => {
  const origins = new Set(
    CORS.split(',')
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .map(originOf),
  );
  if (origins.size === 0) return undefined;
  const all = origins.has('*');
  if (all && credentials) {
    throw new HostError('local.settings.json: Host.CORSCredentials needs origins by name in Host.CORS, not "*".');
  }
  const allows = (origin: string): boolean => all || origins.has(origin);
  return {
    allows,
    handle: (request, response) => {
      const { origin, 'access-control-request-method': method } = request.headers;
      if (origin === undefined) return false;
      const preflight = request.method === 'OPTIONS' && method !== undefined;
      if (!all) response.setHeader('vary', 'Origin');
      if (allows(origin)) {
        response.setHeader('access-control-allow-origin', all ? '*' : origin);
        if (credentials) response.setHeader('access-control-allow-credentials', 'true');
        const headers = request.headers['access-control-request-headers'];
        if (preflight) response.setHeader('access-control-allow-methods', method);
        if (preflight && headers !== undefined) response.setHeader('access-control-allow-headers', headers);
      }
      if (preflight) sendBare(response, 204);
      return preflight;
    },
  };
};
