import { hostname } from 'node:os';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { couldBeForm, formRefusal } from '../../service/foreignRequests.ts';
import type { AuthLevel, HostFunction } from '../hostFunction.ts';
import type { InvocationRequest, Invoke } from '../invocation.ts';
import { readBody } from './request.ts';
import { sendBare } from './response.ts';
import { fullRoute } from './router.ts';
import { pathSegments } from './routeTemplate.ts';

/**
 * The host's own paths: below `/admin` it has the endpoints that users of Core Tools call, below `/runtime` none. No function answers
 * there.
 */
export type Admin = {
  readonly handles: (url: URL) => boolean;
  readonly answer: (request: IncomingMessage, response: ServerResponse, url: URL, level: AuthLevel) => Promise<void>;
};

export type AdminOptions = {
  readonly functions: readonly HostFunction[];
  readonly routePrefix: string;
  readonly invoke: Invoke;
  /** The request that a trigger would make for this text; undefined for HTTP, which takes only real requests. */
  readonly requestFor: (target: HostFunction, input: string) => InvocationRequest | undefined;
};

const invocation = z.object({ input: z.string().nullish() });

type Answer = { readonly status: number; readonly body?: object };

const send = (response: ServerResponse, { status, body }: Answer): void => {
  if (!body) {
    sendBare(response, status);
    return;
  }
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length });
  response.end(bytes);
};

const describeFunction = ({ name, metadata, trigger }: HostFunction, { origin }: URL, routePrefix: string): object => ({
  name,
  script_root_path_href: null,
  script_href: null,
  config_href: null,
  test_data_href: null,
  secrets_file_href: null,
  href: `${origin}/admin/functions/${name}`,
  invoke_url_template: trigger.kind === 'http' ? `${origin}/${fullRoute(routePrefix, trigger)}`.toLowerCase() : null,
  language: 'node',
  config: { bindings: Object.entries(metadata.bindings).map(([binding, options]) => ({ ...options, name: binding })) },
  files: null,
  test_data: null,
  isDisabled: false,
  isDirect: false,
  isProxy: false,
});

const hostStatus = (): object => ({
  id: hostname(),
  state: 'Running',
  version: '4.0.0',
  versionDetails: '4.0.0',
  platformVersion: null,
  instanceId: String(process.pid),
  computerName: hostname(),
  processUptime: Math.round(process.uptime() * 1000),
  functionAppContentEditingState: 'Unknown',
});

export const createAdmin = ({ functions, routePrefix, invoke, requestFor }: AdminOptions): Admin => {
  /** Answers before the function has run, as Azure does. The log says how it ended. */
  const run = async (request: IncomingMessage, target: HostFunction): Promise<Answer> => {
    if (couldBeForm(request)) return { status: 415, body: { message: formRefusal } };
    const body = await readBody(request);
    const parsed = invocation.safeParse(body === 'tooLarge' ? undefined : parsedJson(body));
    if (!parsed.success) return { status: 400, body: { message: 'The body is { "input": "…" }.' } };
    const manual = requestFor(target, parsed.data.input ?? '');
    if (!manual) return { status: 400, body: { message: `${target.name} is called by its own URL.` } };
    void invoke(target, manual);
    return { status: 202 };
  };

  const decide = (request: IncomingMessage, url: URL, level: AuthLevel): Answer | Promise<Answer> => {
    const [root, area, name, ...more] = pathSegments(url.pathname.toLowerCase());
    const { method } = request;
    if (root === 'runtime') return { status: 404 };
    if (area === 'host' && name === 'ping') return { status: 200 };
    if (level !== 'admin') return { status: level === 'anonymous' ? 401 : 403 };
    if (more.length > 0) return { status: 404 };
    if (area === 'host' && name === 'status' && method === 'GET') return { status: 200, body: hostStatus() };
    if (area !== 'functions') return { status: 404 };
    const describe = (target: HostFunction): object => describeFunction(target, url, routePrefix);
    if (name === undefined && method === 'GET') return { status: 200, body: functions.map(describe) };
    const target = functions.find((each) => each.name.toLowerCase() === name);
    if (!target) return { status: 404 };
    if (method === 'GET') return { status: 200, body: describe(target) };
    return method === 'POST' ? run(request, target) : { status: 405 };
  };

  return {
    handles: ({ pathname }) => ['admin', 'runtime'].includes(pathSegments(pathname)[0]?.toLowerCase() ?? ''),
    answer: async (request, response, url, level) => send(response, await decide(request, url, level)),
  };
};

const parsedJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString());
  } catch {
    // The schema refuses it, with a message.
    return undefined;
  }
};
