import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createFaultAdmin } from '../../faults/faultAdmin.ts';
import { createFaultRules, type Fault, type FaultRules } from '../../faults/faultRules.ts';
import { createPauseSwitch } from '../../faults/pauseSwitch.ts';
import { refuseForeign, type AllowedHosts } from '../../service/foreignRequests.ts';
import { CosmosError } from '../errors.ts';
import type { CosmosResponse } from './http.ts';
import { operations } from './operations.ts';
import { refusal } from './refusal.ts';
import { readBody } from './requestBody.ts';
import type { Call, CosmosService } from './service.ts';

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** Answers all requests of a server: those to the service, and those to its admin endpoint. */
export const createRequestListener = (
  service: CosmosService,
  report: (what: string, error: unknown) => void,
  allowedHosts: AllowedHosts,
): ((request: IncomingMessage, response: ServerResponse) => void) => {
  const faults = createFaultRules({
    operations,
    kinds: ['answer', 'drop', 'delay', 'timeout'],
    hasRanges: true,
  });
  const dataSockets = new Set<Socket>();
  const pauseSwitch = createPauseSwitch(() => {
    for (const socket of dataSockets) socket.destroy();
  });
  const admin = createFaultAdmin(faults, pauseSwitch, { '/_split': (body) => service.split(body) });

  const remember = (socket: Socket): void => {
    if (dataSockets.has(socket)) return;
    dataSockets.add(socket);
    socket.once('close', () => dataSockets.delete(socket));
  };

  const answer = async (exchange: Exchange): Promise<void> => {
    const { request, response } = exchange;
    const activityId = request.headers['x-ms-activity-id']?.toString() ?? randomUUID();
    const refuse = (error: unknown): CosmosResponse => {
      const refused = refusal(error, activityId);
      if (refused.status === 500) report(`${request.method ?? ''} ${request.url ?? ''}`, error);
      return refused;
    };
    const run = (call: Call): CosmosResponse => {
      try {
        return call.run();
      } catch (error) {
        return refuse(error);
      }
    };
    const result = await receive(service, faults, exchange).then(
      async (call) => {
        // The client has disconnected, or the service is closing.
        if (call === undefined) return undefined;
        const fault = faults.match(call.operation, call.target, () => call.ranges());
        return fault === undefined ? run(call) : underFault(fault, exchange, () => run(call), activityId);
      },
      (error: unknown) => (request.errored === null ? refuse(error) : undefined),
    );
    if (result !== undefined && !response.destroyed) send(exchange, result, activityId);
  };

  return (request, response) => {
    if (refuseForeign(request, response, { allowedHosts }) || admin(request, response)) return;
    if (pauseSwitch.isPaused) {
      request.socket.destroy();
      return;
    }
    remember(request.socket);
    answer({ request, response }).catch((error: unknown) => {
      report('answer', error);
      response.destroy();
    });
  };
};

const receive = async (
  service: CosmosService,
  faults: FaultRules,
  { request, response }: Exchange,
): Promise<Call | undefined> => {
  const { method = '', url = '/', headers } = request;
  const body = await readBody(request);
  if (response.destroyed) return undefined;
  const call: Call = service.receive({
    method,
    url,
    headers,
    body,
    refusalOf: (key) => faults.refusalWithin(call.operation, call.target, key),
  });
  return call;
};

/** Long enough for clients to notice, and short enough for tests. */
const defaultRetryAfterMs = 10;

/** Carries out a call under a fault; undefined means that there is no answer. */
const underFault = async (
  fault: Fault,
  { request, response }: Exchange,
  run: () => CosmosResponse,
  activityId: string,
): Promise<CosmosResponse | undefined> => {
  switch (fault.kind) {
    case 'answer': {
      const { status, substatus, retryAfterMs = defaultRetryAfterMs } = fault;
      const error = new CosmosError(status, 'A fault on demand.', substatus === undefined ? {} : { substatus });
      if (status === 429 || status === 449) error.headers = { 'x-ms-retry-after-ms': retryAfterMs };
      return refusal(error, activityId);
    }
    case 'delay':
      await setTimeout(fault.ms, undefined, { ref: false });
      return response.destroyed ? undefined : run();
    case 'drop':
      if (fault.when === 'after') run();
      request.socket.destroy();
      return undefined;
    case 'timeout':
      if (fault.when === 'after') run();
      return undefined;
    default:
      throw new Error(`The fault '${fault.kind}' is not one of this service.`);
  }
};

const send = ({ request, response }: Exchange, { status, headers, body }: CosmosResponse, activityId: string): void => {
  const text = status === 204 || status === 304 ? undefined : (body ?? '');
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-ms-activity-id': activityId,
    'x-ms-version': '2020-07-15',
    'x-ms-gatewayversion': 'version=2.14.0',
    'x-ms-serviceversion': 'version=2.14.0.0',
    ...headers,
    ...(text === undefined ? {} : { 'content-length': Buffer.byteLength(text) }),
    // The unread rest of a body that was too long must not be taken for the next request.
    ...(request.readableEnded ? {} : { connection: 'close' }),
  });
  response.end(text);
};
