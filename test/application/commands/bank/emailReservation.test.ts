import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEmailClaims } from '../../../../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../../../../adapters/cosmos/eventStore.ts';
import { meter } from '../../../../adapters/telemetry/meter.ts';
import { reserveEmail } from '../../../../application/commands/bank/emailReservation.ts';
import { createHandlers } from '../../../../application/commands/handlers.ts';
import type { EmailClaims } from '../../../../application/commands/ports.ts';
import type { EventStore } from '../../../../application/eventStore.ts';
import { customer } from '../../../../domain/customer/customer.ts';
import { ownerOf } from '../../../../domain/ownership.ts';
import { requestFor } from '../../../support/commandRequest.ts';
import { cosmosForTests } from '../../../support/cosmos.ts';
import { instanceAt } from '../../../support/emailBank.ts';
import { historyOf } from '../../../support/history.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));
const claims = cosmosEmailClaims(database.container('customer-emails'));

const noon = Date.UTC(2026, 0, 1, 12);
const aMinuteLater = { now: () => noon + 60_000 };

type Changes = { readonly claims?: EmailClaims; readonly eventStore?: EventStore };

/** A minute after noon. */
const reserve = (email: string, customerId: string, changes: Changes = {}) => {
  const services = { claims, eventStore: store, clock: aMinuteLater, pause: () => Promise.resolve(), ...changes };
  const history = historyOf(services.eventStore);
  const handlerOf = createHandlers({ ...services, history, ownerOf, meter, onCommitted: () => undefined });
  const reserving = { ...services, customers: handlerOf(customer).handle };
  return reserveEmail(reserving, requestFor({ type: 'ChangeEmail' }), email, customerId);
};
/** An address that was claimed at noon, for a customer who did not come. */
const abandoned = async () => {
  const [email, customerId] = [`${randomUUID()}@example.com`, randomUUID()];
  await claims.write(email, { customerId, claimedAt: new Date(noon).toISOString() });
  return { email, customerId };
};
const holderOf = async (email: string) => (await claims.read(email))?.customerId;
/** Creates the customer, who has reserved the address already. */
const createCustomer = (id: string, email: string) => {
  const create = { type: 'CreateCustomer' as const, firstName: 'Ada', lastName: 'Lovelace', email };
  return instanceAt(noon, { eventStore: store, claims }).execute(customer, id, requestFor(create));
};

describe('an abandoned address', () => {
  it('goes to one of two who take it over at the same moment', async () => {
    const { email } = await abandoned();
    const both = Promise.withResolvers<undefined>();
    let arrived = 0;
    const together: EmailClaims = {
      ...claims,
      async write(address, claim, etag) {
        if (etag !== undefined) {
          arrived += 1;
          if (arrived === 2) both.resolve(undefined);
          await both.promise;
        }
        return claims.write(address, claim, etag);
      },
    };
    const ids = [randomUUID(), randomUUID()];
    const outcomes = (await Promise.all(ids.map((id) => reserve(email, id, { claims: together })))).map(
      ({ outcome }) => outcome,
    );
    expect([...outcomes].sort()).toEqual(['pending', 'reserved']);
    expect(await holderOf(email)).toBe(ids[outcomes.indexOf('reserved')]);
  });

  it('is kept by a customer who comes at the last moment', async () => {
    const { email, customerId } = await abandoned();
    const eventStore: EventStore = {
      ...store,
      async fence(id) {
        expect(await createCustomer(customerId, email)).toMatchObject({ outcome: 'done' });
        return store.fence(id);
      },
    };
    expect(await reserve(email, randomUUID(), { eventStore })).toEqual({ outcome: 'taken' });
    expect(await holderOf(email)).toBe(customerId);
  });
});

describe('a reservation', () => {
  it('writes the claim anew, also for a customer who has it', async () => {
    const { email, customerId } = await abandoned();
    const before = await claims.read(email);
    expect(await reserve(email, customerId)).toMatchObject({ outcome: 'reserved' });
    const after = await claims.read(email);
    expect(after).toMatchObject({ customerId, claimedAt: new Date(aMinuteLater.now()).toISOString() });
    expect(after?.etag).not.toBe(before?.etag);
  });

  it('that is given back leaves the address free, unless the customer had it before', async () => {
    const [email, customerId] = [`${randomUUID()}@example.com`, randomUUID()];
    const first = await reserve(email, customerId);
    const second = await reserve(email, customerId);
    if (first.outcome !== 'reserved' || second.outcome !== 'reserved') throw new Error('It was free');
    await second.giveBack();
    await first.giveBack();
    expect(await holderOf(email)).toBe(customerId);

    const other = `${randomUUID()}@example.com`;
    const only = await reserve(other, customerId);
    if (only.outcome === 'reserved') await only.giveBack();
    expect(await holderOf(other)).toBe(undefined);
  });
});
