import type { IncomingMessage, ServerResponse } from 'node:http';

/** Hosts of which a server takes requests beside `localhost`, `127.0.0.1` and `[::1]` with its own port. */
export type AllowedHosts = readonly string[];

type Refusal = { readonly status: 403 | 415 | 421; readonly message: string };

const ownNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A name, which stands for all of its ports, or a name with a port. */
const hostPattern = /^(?:[a-z\d.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Reads the values of a flag. Throws an Error that says what is wrong with one. */
export const toAllowedHosts = (values: readonly string[], flag: string): AllowedHosts => {
  const wrong = values.find((value) => !hostPattern.test(value));
  if (wrong !== undefined) throw new Error(`${flag} takes a name such as box.local or box.local:7071, not "${wrong}".`);
  return values.map((value) => value.toLowerCase());
};

const isOwn = (host: string, ports: readonly number[], allowed: AllowedHosts): boolean => {
  const [, name = '', port = '80'] = /^(.*?)(?::(\d{1,5}))?$/s.exec(host) ?? [];
  if (allowed.includes(host) || allowed.includes(name)) return true;
  return ownNames.has(name) && ports.includes(Number(port));
};

/** The host in a request target of absolute form, which counts instead of the header. */
const hostOfTarget = (target = ''): string | undefined => (URL.canParse(target) ? new URL(target).host : undefined);

type Rules = {
  readonly allowedHosts: AllowedHosts;
  /** The ports of clients, where they differ from that of the socket. */
  readonly ports?: readonly number[];
  /** Whether pages of this foreign origin may send the request; none may if this is absent. */
  readonly allowsOrigin?: ((origin: string) => boolean) | undefined;
};

/**
 * Refuses a request that a web page somewhere else may have caused: one for another host (DNS can point any name at this machine), and
 * one of a page of another origin (browsers send many requests without asking first). Clients that are no browsers send no origin.
 */
const foreignRefusal = ({ headers, socket, url }: IncomingMessage, rules: Rules): Refusal | undefined => {
  const { allowedHosts, ports = [socket.localPort ?? 0], allowsOrigin } = rules;
  const host = headers.host?.toLowerCase();
  for (const each of [host, hostOfTarget(url)]) {
    if (each === undefined || isOwn(each, ports, allowedHosts)) continue;
    return { status: 421, message: `"${each}" is no host of this server. The flag --allow-host adds one.` };
  }
  const { origin } = headers;
  if (origin === undefined || (host !== undefined && [`http://${host}`, `https://${host}`].includes(origin))) return;
  if (allowsOrigin?.(origin)) return;
  return { status: 403, message: `Pages of the origin "${origin}" may not call this server.` };
};

const refuse = (request: IncomingMessage, response: ServerResponse, { status, message }: Refusal): void => {
  // Nobody reads the rest of the body.
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(`${JSON.stringify({ error: message })}\n`);
  request.resume();
};

/** Answers a request from elsewhere with a refusal, and returns true; does nothing to any other. */
export const refuseForeign = (request: IncomingMessage, response: ServerResponse, rules: Rules): boolean => {
  const refusal = foreignRefusal(request, rules);
  if (refusal) refuse(request, response, refusal);
  return refusal !== undefined;
};

/**
 * True for a POST that a form of any web page could send. A page of another origin can send neither JSON nor these headers unless
 * the server has agreed first.
 */
export const couldBeForm = ({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean =>
  method === 'POST' &&
  !/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '') &&
  headers.authorization === undefined &&
  headers['x-functions-key'] === undefined;

export const formRefusal = 'A POST here needs the header "content-type: application/json", also without a body.';
