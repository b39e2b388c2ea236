import type { EventContext, Receiver } from 'rhea';
import { messageTooLarge, ServiceBusError } from '../errors.ts';
import { decodeSent, maxMessageBytes } from '../message.ts';
import type { Topic } from '../topic.ts';
import type { Peer } from './peer.ts';
import { answer, incoming } from './rheaInternals.ts';

const credit = 1000;

/** A link on which a client sends to a topic or queue. A delivery is accepted once all its messages are durable. */
export function serveSending(link: Receiver, topic: Topic, peer: Peer): void {
  link.on(
    'message',
    peer.guard((context: EventContext) => {
      const { delivery, bytes, format, size } = incoming(context);
      try {
        if (size > maxMessageBytes) throw messageTooLarge(size, maxMessageBytes);
        topic.publish(decodeSent(bytes, format), peer.service.now());
        peer.after(() => {
          answer(delivery);
          link.add_credit(1);
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
