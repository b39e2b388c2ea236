import type { EventContext, Receiver } from 'rhea';
import { messageTooLarge, ServiceBusError } from '../errors.ts';
import { decodeRequest, encodeReply, maxMessageBytes, type Request } from '../message.ts';
import type { Peer } from './peer.ts';
import { answer, incoming } from './rheaInternals.ts';

/** The answer to a request: application properties (keys and values in turn) and the body, all encoded. */
export type Reply = { readonly properties: readonly Buffer[]; readonly body: Buffer };

const credit = 100;

/** Answers the requests that come on this link, in order, each once what it did is durable. */
export function serveRequests(link: Receiver, peer: Peer, handle: (request: Request) => Reply): void {
  link.on(
    'message',
    peer.guard((context: EventContext) => {
      const { delivery, bytes, size } = incoming(context);
      try {
        if (size > maxMessageBytes) throw messageTooLarge(size, maxMessageBytes);
        const request = decodeRequest(bytes);
        const { properties, body } = handle(request);
        peer.after(() => {
          answer(delivery);
          link.add_credit(1);
          peer.reply(request.replyTo, encodeReply(request, properties, body));
        });
      } catch (error) {
        if (!(error instanceof ServiceBusError)) throw error;
        peer.after(() => {
          answer(delivery, error);
          link.add_credit(1);
        });
      }
    }),
  );
  link.add_credit(credit);
}
