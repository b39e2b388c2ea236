import type { Receiver, Sender } from 'rhea';
import { covers, verifySas, type SasGrant, type SasKeys } from '../sas.ts';
import { AmqpError } from './errors.ts';
import { detach } from './rhea/links.ts';

const maxTimerMs = 2 ** 31 - 1;

/** The rights that one client's tokens grant, and the links that depend on them. */
export class Claims {
  private readonly keys: SasKeys;
  private readonly now: () => number;
  /** The time at which the token for each resource expires. */
  private readonly expiries = new Map<string, number>();
  private readonly links = new Map<Sender | Receiver, string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(keys: SasKeys, now: () => number) {
    this.keys = keys;
    this.now = now;
  }

  /** Adds the rights of a token to those of this client. */
  present(token: string): SasGrant {
    const grant = verifySas(token, this.keys, this.now());
    if (grant.valid) {
      this.expiries.set(grant.resource, grant.expiresAt);
      this.waitForExpiry();
    }
    return grant;
  }

  /** Throws unless the client has a valid token for the address. Ends the link when that token expires. */
  authorize(link: Sender | Receiver, claim: 'Send' | 'Listen', address: string): void {
    if (this.authorizedUntil(address) <= this.now()) {
      throw unauthorized(`Unauthorized access. '${claim}' claim(s) are required to perform this operation.`, address);
    }
    this.links.set(link, address);
  }

  forget(link: Sender | Receiver): void {
    this.links.delete(link);
  }

  /** Forgets everything, when the client has disconnected. */
  close(): void {
    clearTimeout(this.timer);
    this.links.clear();
  }

  private authorizedUntil(address: string): number {
    const path = address.toLowerCase();
    return Math.max(0, ...[...this.expiries].map(([resource, expiry]) => (covers(resource, path) ? expiry : 0)));
  }

  private waitForExpiry(): void {
    clearTimeout(this.timer);
    const next = Math.min(...this.expiries.values());
    const waitMs = Math.min(Math.max(next - this.now(), 0), maxTimerMs);
    if (next !== Infinity) this.timer = setTimeout(() => this.expire(), waitMs).unref();
  }

  // Believed, not verified: Azure ends the link, with this condition.
  private expire(): void {
    const now = this.now();
    for (const [resource, expiry] of this.expiries) if (expiry <= now) this.expiries.delete(resource);
    for (const [link, address] of this.links) {
      if (this.authorizedUntil(address) > now) continue;
      this.links.delete(link);
      detach(link, unauthorized('ExpiredToken: The token is expired.', address));
    }
    if (this.expiries.size > 0) this.waitForExpiry();
  }
}

const unauthorized = (why: string, address: string) =>
  new AmqpError('amqp:unauthorized-access', `${why} Resource: '${address}'.`);
