import type { Receiver } from 'rhea';
import { covers, resourcePath } from '../sas.ts';
import * as encode from './encode.ts';
import { toAmqpError } from './errors.ts';
import type { Peer } from './peer.ts';
import type { Request } from './requestMessage.ts';
import { serveRequests, type Reply } from './requests.ts';

/** Serves `$cbs`, where a client presents a shared access signature for an entity before it attaches a link to it. */
export function serveCbs(link: Receiver, peer: Peer): void {
  serveRequests(link, peer, {
    about: ({ applicationProperties }) => {
      const name = applicationProperties.get('name');
      return { operation: 'putToken', target: typeof name === 'string' ? resourcePath(name) : '' };
    },
    handle: (request) => putToken(request, peer),
    refusal(error) {
      const { condition, message } = toAmqpError(error);
      return reply(condition === 'amqp:unauthorized-access' ? 401 : 500, message);
    },
  });
}

function putToken({ applicationProperties, body }: Request, peer: Peer): Reply {
  const [operation, type, name] = ['operation', 'type', 'name'].map((key) => applicationProperties.get(key));
  if (operation !== 'put-token') return reply(501, 'Only put-token is supported.');
  if (type !== 'servicebus.windows.net:sastoken') return reply(401, 'Only shared access signatures are supported.');
  if (typeof name !== 'string' || typeof body !== 'string') return reply(400, 'A token and the name of its resource.');
  const grant = peer.claims.present(body);
  if (!grant.valid) return reply(401, grant.reason);
  if (!covers(grant.resource, resourcePath(name)))
    return reply(401, 'InvalidAudience: The token is for another resource.');
  return reply(202, 'Accepted');
}

const reply = (status: number, description: string): Reply => ({
  properties: [
    encode.string('status-code'),
    encode.int(status),
    encode.string('status-description'),
    encode.string(description),
  ],
  body: encode.nil,
});
