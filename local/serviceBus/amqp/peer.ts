import type { Sender } from 'rhea';
import type { SessionConsumer } from '../broker/consumer.ts';
import type { Entity } from '../broker/entity.ts';
import { notAllowed } from '../broker/errors.ts';
import type { Operation } from '../faults.ts';
import type { Service } from '../service.ts';
import { Claims } from './claims.ts';
import { injectedError, isRefusal, type Refusal } from './errors.ts';
import { sendSettled, usableCredit } from './rhea/links.ts';

/** One request of a client. */
export type Work = {
  readonly operation: Operation;
  /** The path of the entity. */
  readonly target: string;
  readonly entity?: Entity | undefined;
  /** Makes the changes, and returns the function that answers once they are durable. */
  readonly execute: () => () => void;
  readonly refuse: (error: Refusal) => void;
};

/** The connection as its peer uses it. */
export type Wire = {
  /** Ends the connection at once because of this error. */
  fail(error: unknown): void;
  drop(): void;
  isCongested(): boolean;
};

/** One connected client: its rights, and the links for its answers. */
export class Peer {
  readonly service: Service;
  readonly wire: Wire;
  readonly claims: Claims;
  /** The holders of sessions, by link name. */
  readonly sessionConsumers = new Map<string, SessionConsumer>();
  private readonly replyLinks = new Map<string, Sender>();
  private repliesSent = 0;

  constructor(service: Service, wire: Wire) {
    this.service = service;
    this.wire = wire;
    this.claims = new Claims(service.keys, service.now);
  }

  /** Wraps a handler so that its exceptions end only this connection. */
  guard<Args extends unknown[]>(handler: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      try {
        handler(...args);
      } catch (error) {
        this.wire.fail(error);
      }
    };
  }

  /** Runs the effect once all changes so far are durable. */
  after(effect: () => void): void {
    this.service.turns.after(this.guard(effect));
  }

  /** Executes and answers a request, and applies the injected faults. */
  carryOut(work: Work): void {
    const fault = this.service.faults.match(work.operation, work.target);
    switch (fault?.kind) {
      case 'answer':
      case 'reject':
        this.after(() => work.refuse(injectedError(fault)));
        return;
      case 'drop':
        // Runs after the commit of the changes and before their answer.
        this.after(() => this.wire.drop());
        if (fault.when === 'after') this.execute(work);
        return;
      case 'timeout':
        if (fault.when === 'after') this.execute({ ...work, refuse: () => undefined }, false);
        return;
      case 'delay':
        setTimeout(
          this.guard(() => this.execute(work)),
          fault.ms,
        );
        return;
      case 'duplicate':
        this.execute(work, false);
        break;
      case 'expireLocks':
        work.entity?.expireLocks(this.service.now());
        break;
      case 'reorder':
      case undefined:
        break;
    }
    this.execute(work);
  }

  /** Registers a link for answers. Requests name it by its name or by its target's address. */
  registerReplyLink(link: Sender, addresses: readonly string[]): () => void {
    for (const address of addresses) this.replyLinks.set(address, link);
    return () => {
      for (const address of addresses) if (this.replyLinks.get(address) === link) this.replyLinks.delete(address);
    };
  }

  reply(address: string, message: Buffer): void {
    const link = this.replyLinks.get(address);
    // The client has closed the link, so it no longer waits for an answer.
    if (!link?.is_open()) return;
    if (usableCredit(link) === 0) throw notAllowed('A request without credit for its answer.');
    sendSettled(link, message, Buffer.from((++this.repliesSent).toString()));
  }

  private execute({ execute, refuse }: Work, isAnswered = true): void {
    try {
      const answer = execute();
      if (isAnswered) this.after(answer);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isAnswered) this.after(() => refuse(error));
    }
  }
}
