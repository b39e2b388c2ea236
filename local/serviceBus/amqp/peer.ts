import type { Sender } from 'rhea';
import type { Broker } from '../broker.ts';
import { ServiceBusError } from '../errors.ts';
import { covers, verifySas, type SasGrant, type SasKeys } from '../sas.ts';
import type { Turns } from '../turns.ts';
import { sendSettled, usableCredit } from './rheaInternals.ts';

/** What all connections share. */
export type Service = {
  readonly broker: Broker;
  readonly turns: Turns;
  readonly keys: SasKeys;
  readonly now: () => number;
};

/** One connected client: what it may do, and where it wants its answers. */
export class Peer {
  readonly service: Service;
  private readonly fail: (error: unknown) => void;
  private readonly congested: () => boolean;
  private readonly claims = new Map<string, number>();
  private readonly replyLinks = new Map<string, Sender>();
  private repliesSent = 0;

  constructor(service: Service, fail: (error: unknown) => void, congested: () => boolean) {
    this.service = service;
    this.fail = fail;
    this.congested = congested;
  }

  get isCongested(): boolean {
    return this.congested();
  }

  /** A handler whose exceptions end this connection, and nothing else. */
  guard<Args extends unknown[]>(handler: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      try {
        handler(...args);
      } catch (error) {
        this.fail(error);
      }
    };
  }

  /** Runs the effect when all that the broker has done so far is durable. */
  after(effect: () => void): void {
    this.service.turns.after(this.guard(effect));
  }

  /** Adds what the token grants to what this client may do. */
  present(token: string, now: number): SasGrant {
    const grant = verifySas(token, this.service.keys, now);
    if (grant.valid) this.claims.set(grant.resource, grant.expiresAt);
    return grant;
  }

  /** Throws what the service says to a client without a valid token for the address. */
  authorize(claim: 'Send' | 'Listen', address: string): void {
    const path = address.toLowerCase();
    const now = this.service.now();
    if ([...this.claims].some(([resource, expiresAt]) => expiresAt > now && covers(resource, path))) return;
    throw new ServiceBusError(
      'amqp:unauthorized-access',
      `Unauthorized access. '${claim}' claim(s) are required to perform this operation. Resource: '${address}'.`,
    );
  }

  /** Requests name the link for their answers by its name or by its target's address. */
  registerReplyLink(link: Sender, addresses: readonly string[]): () => void {
    for (const address of addresses) this.replyLinks.set(address, link);
    return () => {
      for (const address of addresses) if (this.replyLinks.get(address) === link) this.replyLinks.delete(address);
    };
  }

  reply(address: string, message: Buffer): void {
    const link = this.replyLinks.get(address);
    // Gone meanwhile: the client no longer waits.
    if (!link?.is_open()) return;
    if (usableCredit(link) === 0)
      throw new ServiceBusError('amqp:not-allowed', 'A request without credit for its answer.');
    sendSettled(link, message, Buffer.from((++this.repliesSent).toString()));
  }
}
