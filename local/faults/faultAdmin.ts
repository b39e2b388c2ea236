import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { AdminProblem } from './adminProblem.ts';
import { type FaultRules, InvalidFaultRule } from './faultRules.ts';
import type { PauseSwitch } from './pauseSwitch.ts';
import { couldBeForm, formRefusal } from '../service/foreignRequests.ts';
import { messageOf } from '../service/thrown.ts';

/** The actions of a service, by path: each takes the body of a `POST` and returns further properties of the answer. */
export type AdminActions = Readonly<Record<string, (body: unknown) => Readonly<Record<string, unknown>>>>;

/** Answers a request to the admin endpoint of a service, or answers false if it is for the service itself. */
export type FaultAdmin = (request: IncomingMessage, response: ServerResponse) => boolean;

const largestBody = 256 * 1024;
const paths = new Set(['/_faults', '/_pause', '/_resume']);
const pauseBody = z.strictObject({ ms: z.int().positive().max(600_000).optional() });

/**
 * Serves `GET`, `POST` and `DELETE /_faults`, `POST /_pause` and `POST /_resume` by HTTP on the service's own port, to callers on
 * this machine only, without authorisation, but never to a form of a web page. Closes the connection after each answer.
 */
export const createFaultAdmin =
  (rules: FaultRules, pauseSwitch: PauseSwitch, actions: AdminActions = {}): FaultAdmin =>
  (request, response) => {
    const { url = '' } = request;
    if (!paths.has(url) && !Object.hasOwn(actions, url)) return false;
    respond(rules, pauseSwitch, actions, request)
      .catch((error: unknown) => asProblem(error))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
        response.end(`${JSON.stringify(body)}\n`);
      })
      .catch(() => {
        // The client is gone.
        response.destroy();
      });
    return true;
  };

type Answer = { readonly status: number; readonly body: unknown };

const asProblem = (error: unknown): Answer => {
  if (error instanceof AdminProblem) return { status: error.status, body: { error: error.message } };
  if (error instanceof InvalidFaultRule) return { status: 400, body: { error: error.message } };
  return { status: 500, body: { error: messageOf(error) } };
};

const respond = async (
  rules: FaultRules,
  pauseSwitch: PauseSwitch,
  actions: AdminActions,
  request: IncomingMessage,
): Promise<Answer> => {
  let result: Readonly<Record<string, unknown>> = {};
  if (!isLoopback(request.socket.remoteAddress)) throw new AdminProblem(403, 'Faults are for this machine alone.');
  if (couldBeForm(request)) throw new AdminProblem(415, formRefusal);
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'GET /_faults':
      break;
    case 'POST /_faults':
      rules.add(await readJson(request));
      break;
    case 'DELETE /_faults':
      rules.clear();
      break;
    case 'POST /_pause':
      pauseSwitch.pause(parsePause(await readJson(request)));
      break;
    case 'POST /_resume':
      pauseSwitch.resume();
      break;
    default: {
      const action = request.method === 'POST' ? actions[request.url ?? ''] : undefined;
      if (action === undefined) throw new AdminProblem(405, `${request.method ?? ''} is not possible here.`);
      result = action(await readJson(request));
    }
  }
  return { status: 200, body: { paused: pauseSwitch.isPaused, rules: rules.list(), ...result } };
};

const isLoopback = (address: string | undefined): boolean => /^(::1$|(::ffff:)?127\.)/.test(address ?? '');

const parsePause = (given: unknown): number | undefined => {
  const parsed = pauseBody.safeParse(given);
  if (!parsed.success) throw new AdminProblem(400, z.prettifyError(parsed.error));
  return parsed.data.ms;
};

/** An empty body is an empty object. */
const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) throw new AdminProblem(413, 'The body is too large.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new AdminProblem(400, 'The body is not JSON.');
  }
};
