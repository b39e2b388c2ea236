import { randomUUID } from 'node:crypto';
import type { EventContext, Sender } from 'rhea';
import type { Consumer } from '../broker/consumer.ts';
import type { Disposition } from '../broker/disposition.ts';
import type { Entity } from '../broker/entity.ts';
import type { Lock } from '../broker/locks.ts';
import type { StoredMessage } from '../broker/storedMessage.ts';
import type { Value } from '../broker/value.ts';
import { encodeDelivery } from './delivery.ts';
import type { Refusal } from './errors.ts';
import { faultyDelivery } from './faultyDelivery.ts';
import { lockTokenOf, tagOf } from './lockToken.ts';
import type { Peer } from './peer.ts';
import {
  answer,
  answerAttach,
  detach,
  grantSession,
  holdAttach,
  refuse,
  returnCredit,
  sendSettled,
  usableCredit,
} from './rhea/links.ts';

const presettled = 1;

/** The session that a client wants: the one with this id, or without an id, the next one available within `waitMs`. */
export type WantedSession = { readonly id: string | undefined; readonly waitMs: number };

/** Serves a link on which a client receives from an entity. Returns the cleanup for the link's end. */
export function serveReceiving(link: Sender, entity: Entity, peer: Peer, wanted?: WantedSession): () => void {
  const { turns, now } = peer.service;
  const consumer = new LinkConsumer(link, entity, peer);

  const settle = (disposition: (delivery: NonNullable<EventContext['delivery']>) => Disposition) =>
    peer.guard(({ delivery }: EventContext) => {
      if (!delivery || delivery.settled) return;
      const wish = disposition(delivery);
      peer.carryOut({
        operation: wish.type,
        target: entity.path,
        entity,
        execute() {
          entity.settle([lockTokenOf(delivery.tag)], wish, now());
          return () => answer(delivery);
        },
        refuse: (error) => answer(delivery, error),
      });
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
      // Ready messages go out before the credit goes back.
      entity.dispatch(now());
      peer.after(() => returnCredit(link));
    }),
  );

  if (wanted) attachToSession(link, consumer, wanted, peer);
  else entity.attach(consumer);
  turns.request();
  return () => {
    consumer.leave();
    turns.request();
  };
}

function attachToSession(link: Sender, consumer: LinkConsumer, { id, waitMs }: WantedSession, peer: Peer): void {
  const now = peer.service.now();
  consumer.entity.attachToSession(consumer, id, now + waitMs, now);
  if (!consumer.isAnswered) holdAttach(link);
  consumer.isHeld = !consumer.isAnswered;
}

class LinkConsumer implements Consumer {
  readonly mode: Consumer['mode'];
  readonly entity: Entity;
  /** True while the client waits for the answer to its attach. */
  isHeld = false;
  isAnswered = false;
  private readonly link: Sender;
  private readonly peer: Peer;
  private readonly transfer: (send: () => void) => void;
  private unsent = 0;

  constructor(link: Sender, entity: Entity, peer: Peer) {
    this.mode = link.snd_settle_mode === presettled ? 'receiveAndDelete' : 'peekLock';
    this.link = link;
    this.entity = entity;
    this.peer = peer;
    this.transfer = faultyDelivery(peer, entity, (error) => this.end(error));
  }

  capacity(): number {
    const { link, peer } = this;
    return link.is_open() && !peer.wire.isCongested() ? usableCredit(link) - this.unsent : 0;
  }

  deliver(message: StoredMessage, lock: Lock | undefined): void {
    const { link } = this;
    this.unsent++;
    const bytes = encodeDelivery(message, lock?.until);
    this.peer.after(() => {
      this.unsent--;
      this.transfer(() => {
        if (!link.is_open() || usableCredit(link) === 0) return;
        if (lock) link.send(bytes, tagOf(lock.token), 0);
        else sendSettled(link, bytes, tagOf(randomUUID()));
      });
    });
  }

  granted(sessionId: string, until: number): void {
    this.isAnswered = true;
    this.peer.sessionConsumers.set(this.link.name, this);
    grantSession(this.link, this.entity.path, sessionId, until);
    if (this.isHeld) this.answerNow();
  }

  end(error: Refusal): void {
    this.peer.guard(() => {
      if (this.isHeld) {
        this.answerNow();
        refuse(this.link, error);
      } else detach(this.link, error);
    })();
  }

  /** Detaches from the entity when the link has closed. */
  leave(): void {
    if (this.peer.sessionConsumers.get(this.link.name) === this) this.peer.sessionConsumers.delete(this.link.name);
    this.entity.detach(this, this.peer.service.now());
  }

  private answerNow(): void {
    this.isHeld = false;
    answerAttach(this.link);
  }
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

// rhea has already decoded these values. Encoding refuses those that cannot be application properties.
const propertiesIn = (values: unknown): Map<string, Value> =>
  new Map(Object.entries((values ?? {}) as Record<string, Value>));
