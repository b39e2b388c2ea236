import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEmailClaims } from '../../../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { reserveEmail } from '../../../application/commands/emailReservation.ts';
import type { EmailClaims } from '../../../application/commands/ports.ts';
import type { EventStore } from '../../../application/eventStore.ts';
import { commitOf, created } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));
const claims = cosmosEmailClaims(database.container('customer-emails'));

const noon = Date.UTC(2026, 0, 1, 12);
const aMinuteLater = { now: () => noon + 60_000 };

/** A minute after noon. */
const reserve = (email: string, customerId: string, changes: { claims?: EmailClaims; eventStore?: EventStore } = {}) =>
  reserveEmail(
    { claims, eventStore: store, clock: aMinuteLater, pause: () => Promise.resolve(), ...changes },
    email,
    customerId,
  );
/** An address that was claimed at noon, for a customer who did not come. */
const abandoned = async () => {
  const [email, customerId] = [`${randomUUID()}@example.com`, randomUUID()];
  await claims.claim(email, { customerId, claimedAt: new Date(noon).toISOString() });
  return { email, customerId };
};
const holderOf = async (email: string) => {
  const holder = await claims.claim(email, { customerId: 'asking', claimedAt: new Date(noon).toISOString() });
  return holder === 'claimed' ? undefined : holder.customerId;
};
const createCustomer = async (id: string, email: string) => {
  const commit = commitOf('customer', id, 0, [{ ...created, data: { person: { ...created.data.person, email } } }]);
  const state = { status: 'known', emailVersion: 1 };
  expect(await store.append([commit], { state, stateVersion: 1 })).toEqual({ outcome: 'appended' });
};

describe('an abandoned address', () => {
  it('goes to one of two who take it over at the same moment', async () => {
    const { email } = await abandoned();
    const both = Promise.withResolvers<undefined>();
    let arrived = 0;
    const together: EmailClaims = {
      ...claims,
      async takeOver(...args) {
        arrived += 1;
        if (arrived === 2) both.resolve(undefined);
        await both.promise;
        return claims.takeOver(...args);
      },
    };
    const ids = [randomUUID(), randomUUID()];
    const outcomes = await Promise.all(ids.map((id) => reserve(email, id, { claims: together })));
    expect([...outcomes].sort()).toEqual(['pending', 'reserved']);
    expect(await holderOf(email)).toBe(ids[outcomes.indexOf('reserved')]);
  });

  it('is kept by a customer who comes at the last moment', async () => {
    const { email, customerId } = await abandoned();
    const eventStore: EventStore = {
      ...store,
      async fence(id) {
        await createCustomer(customerId, email);
        return store.fence(id);
      },
    };
    expect(await reserve(email, randomUUID(), { eventStore })).toBe('taken');
    expect(await holderOf(email)).toBe(customerId);
  });
});
