import type { EventContext, Receiver } from 'rhea';
import { messageTooLarge } from '../broker/errors.ts';
import { maxMessageBytes } from '../broker/message.ts';
import type { Sender, Topic } from '../broker/topic.ts';
import { decodeSent } from './content.ts';
import type { Peer } from './peer.ts';
import { incoming } from './rhea/incoming.ts';
import { answer, detach } from './rhea/links.ts';

const credit = 1000;

/**
 * Serves a link on which a client sends to a topic or queue. Accepts a delivery once all its messages are durable.
 * Returns the cleanup for the link's end.
 */
export function serveSending(link: Receiver, topic: Topic, peer: Peer): () => void {
  link.on(
    'message',
    peer.guard((context: EventContext) => {
      const { delivery, bytes, format, size } = incoming(context);
      peer.carryOut({
        operation: 'send',
        target: topic.path,
        execute() {
          if (size > maxMessageBytes) throw messageTooLarge(size, maxMessageBytes);
          topic.publish(decodeSent(bytes, format), peer.service.now());
          return () => {
            answer(delivery);
            link.add_credit(1);
          };
        },
        refuse(error) {
          answer(delivery, error);
          link.add_credit(1);
        },
      });
    }),
  );
  link.add_credit(credit);
  const sender: Sender = { end: (error) => detach(link, error) };
  topic.attach(sender);
  return () => topic.detach(sender);
}
