import { randomUUID } from 'node:crypto';
import type { EventContext, Sender } from 'rhea';
import type { Disposition } from '../disposition.ts';
import type { Consumer, Entity } from '../entity.ts';
import { ServiceBusError } from '../errors.ts';
import type { Lock } from '../locks.ts';
import { encodeDelivery, type StoredMessage } from '../storedMessage.ts';
import type { AmqpValue } from './decode.ts';
import { lockTokenOf, tagOf } from './lockToken.ts';
import type { Peer } from './peer.ts';
import { answer, returnCredit, sendSettled, usableCredit } from './rheaInternals.ts';

const presettled = 1;

/** A link on which a client receives from a queue, a subscription, or their dead letters. Returns what to do when it is gone. */
export function serveReceiving(link: Sender, entity: Entity, peer: Peer): () => void {
  const { turns, now } = peer.service;
  let unsent = 0;

  const consumer: Consumer = {
    mode: link.snd_settle_mode === presettled ? 'receiveAndDelete' : 'peekLock',
    capacity: () => (link.is_open() && !peer.isCongested ? usableCredit(link) - unsent : 0),
    deliver(message: StoredMessage, lock: Lock | undefined) {
      unsent++;
      const bytes = encodeDelivery(message, lock?.until);
      peer.after(() => {
        unsent--;
        if (!link.is_open()) return;
        if (lock) link.send(bytes, tagOf(lock.token), 0);
        else sendSettled(link, bytes, tagOf(randomUUID()));
      });
    },
  };

  const settle = (disposition: (delivery: NonNullable<EventContext['delivery']>) => Disposition) =>
    peer.guard(({ delivery }: EventContext) => {
      if (!delivery || delivery.settled) return;
      try {
        entity.settle([lockTokenOf(delivery.tag)], disposition(delivery), now());
        peer.after(() => answer(delivery));
      } catch (error) {
        if (!(error instanceof ServiceBusError)) throw error;
        peer.after(() => answer(delivery, error));
      }
    });

  link.on(
    'accepted',
    settle(() => ({ type: 'complete' })),
  );
  link.on(
    'released',
    settle(() => ({ type: 'abandon', properties: new Map() })),
  );
  link.on(
    'modified',
    settle(({ remote_state }) => modified(remote_state ?? {})),
  );
  link.on(
    'rejected',
    settle(({ remote_state }) => rejected(remote_state ?? {})),
  );
  link.on('sendable', () => turns.request());
  link.on(
    'sender_draining',
    peer.guard(() => {
      // What is there goes out before the credit goes back.
      entity.dispatch(now());
      peer.after(() => returnCredit(link));
    }),
  );

  entity.attach(consumer);
  turns.request();
  return () => entity.detach(consumer);
}

const modified = (state: Record<string, unknown>): Disposition => ({
  type: state.undeliverable_here === true ? 'defer' : 'abandon',
  properties: propertiesIn(state.message_annotations),
});

function rejected(state: Record<string, unknown>): Disposition {
  const properties = propertiesIn((state.error as { info?: unknown } | undefined)?.info);
  const reason = properties.get('DeadLetterReason');
  const description = properties.get('DeadLetterErrorDescription');
  return {
    type: 'deadLetter',
    properties,
    ...(typeof reason === 'string' && { reason }),
    ...(typeof description === 'string' && { description }),
  };
}

// rhea has decoded these to plain values; what cannot be a property is refused when it is encoded.
const propertiesIn = (values: unknown): Map<string, AmqpValue> =>
  new Map(Object.entries((values ?? {}) as Record<string, AmqpValue>));
