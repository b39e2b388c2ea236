import type { EventContext, Receiver } from 'rhea';
import { messageTooLarge } from '../broker/errors.ts';
import { maxMessageBytes } from '../broker/message.ts';
import { isRefusal, type Refusal } from './errors.ts';
import type { Peer, Work } from './peer.ts';
import { decodeRequest, encodeReply, type Request } from './requestMessage.ts';
import { incoming } from './rhea/incoming.ts';
import { answer } from './rhea/links.ts';

/** The answer to a request: application properties (keys and values alternate) and the body, all encoded. */
export type Reply = { readonly properties: readonly Buffer[]; readonly body: Buffer };

/** Handles the requests of one node. */
export type Handler = {
  readonly about: (request: Request) => Pick<Work, 'operation' | 'target' | 'entity'>;
  readonly handle: (request: Request) => Reply;
  readonly refusal: (error: Refusal) => Reply;
};

const credit = 100;

/** Answers the requests on this link in order, each once its changes are durable. */
export function serveRequests(link: Receiver, peer: Peer, { about, handle, refusal }: Handler): void {
  link.on(
    'message',
    peer.guard((context: EventContext) => {
      const { delivery, bytes, size } = incoming(context);
      const request = readRequest(bytes, size);
      if (isRefusal(request)) {
        peer.after(() => {
          answer(delivery, request);
          link.add_credit(1);
        });
        return;
      }
      const reply = ({ properties, body }: Reply) => {
        answer(delivery);
        link.add_credit(1);
        peer.reply(request.replyTo, encodeReply(request, properties, body));
      };
      peer.carryOut({
        ...about(request),
        execute() {
          const answered = handle(request);
          return () => reply(answered);
        },
        refuse: (error) => reply(refusal(error)),
      });
    }),
  );
  link.add_credit(credit);
}

function readRequest(bytes: Buffer, size: number): Request | Refusal {
  try {
    return size > maxMessageBytes ? messageTooLarge(size, maxMessageBytes) : decodeRequest(bytes);
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}
