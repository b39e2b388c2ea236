import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { cosmosEmailClaims } from '../../../../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../../../../adapters/cosmos/eventStore.ts';
import type { IdOf } from '../../../../application/commands/handlers.ts';
import type { EventStore } from '../../../../application/eventStore.ts';
import { account } from '../../../../domain/account/account.ts';
import { customer } from '../../../../domain/customer/customer.ts';
import { EUR } from '../../../support/bank.ts';
import { keyed, requestFor } from '../../../support/commandRequest.ts';
import { cosmosForTests } from '../../../support/cosmos.ts';
import { instanceAt } from '../../../support/emailBank.ts';
import { recordingStore } from '../../../support/recordingStore.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));
const claims = cosmosEmailClaims(database.container('customer-emails'));

const minute = 60_000;
const noon = Date.UTC(2026, 0, 1, 12);

/** An instance of the bank whose clock stands still. */
const bankAt = (now: number, eventStore: EventStore = store) =>
  instanceAt(now, { eventStore, claims, pause: (attempt) => sleep(attempt) });
const newEmail = () => `${randomUUID()}@example.com`;
const request = (email: string, key?: string) =>
  requestFor(
    { type: 'CreateCustomer' as const, firstName: 'Ada', lastName: 'Lovelace', email },
    { fingerprint: email, ...(key !== undefined && keyed(key)) },
  );
const fresh: IdOf = () => randomUUID();
const derivedFrom =
  (key: string): IdOf =>
  (attempt) =>
    `${key}-${attempt}`;
const taken = { outcome: 'rejected', rejection: { code: 'EmailTaken' } };

describe('an e-mail address', () => {
  it('belongs to one customer, however it is written', async () => {
    const email = newEmail();
    expect(await bankAt(noon).execute(customer, fresh, request(email))).toMatchObject({ outcome: 'done' });
    expect(await bankAt(noon + minute).execute(customer, fresh, request(` ${email.toUpperCase()}`))).toEqual(taken);
  });

  it('goes to one of many who ask at the same moment', async () => {
    const email = newEmail();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => bankAt(noon).execute(customer, fresh, request(email))),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'rejected')).toHaveLength(19);
  });

  it('is claimed and its customer created without reading anything', async () => {
    const { eventStore, calls } = recordingStore(store);
    await bankAt(noon, eventStore).execute(customer, fresh, request(newEmail()));
    expect(calls).toEqual(['append']);
  });

  it('is left to a claimant whose lease has not run out', async () => {
    const email = newEmail();
    await claims.write(email, { customerId: randomUUID(), claimedAt: new Date(noon).toISOString() });
    expect(await bankAt(noon + 5_000).execute(customer, fresh, request(email))).toEqual({ outcome: 'contention' });
  });

  it('is taken over from a claimant who never came, and who then comes too late', async () => {
    const email = newEmail();
    const slow = randomUUID();
    await claims.write(email, { customerId: slow, claimedAt: new Date(noon).toISOString() });
    const outcome = await bankAt(noon + minute).execute(customer, fresh, request(email));
    expect(outcome).toMatchObject({ outcome: 'done' });
    // The first claimant wakes up behind its claim: whatever it appends is refused, and its address is taken.
    expect(await store.loadNewest(slow)).toBe('fenced');
    const slowId: IdOf = (attempt) => (attempt === 0 ? slow : randomUUID());
    expect(await bankAt(noon + minute).execute(customer, slowId, request(email))).toEqual(taken);
  });

  it('is not taken over from a customer who exists, however old the claim', async () => {
    const email = newEmail();
    await bankAt(noon).execute(customer, fresh, request(email));
    expect(await bankAt(noon + 1_000 * minute).execute(customer, fresh, request(email))).toEqual(taken);
  });

  it('is free again when its claim names a customer who has another address', async () => {
    const [email, other] = [newEmail(), newEmail()];
    const key = randomUUID();
    await bankAt(noon).execute(customer, derivedFrom(key), request(email, key));
    expect(await bankAt(noon).execute(customer, derivedFrom(key), request(other, key))).toEqual({
      outcome: 'keyReused',
    });
    expect(await bankAt(noon).execute(customer, fresh, request(other))).toMatchObject({ outcome: 'done' });
  });

  it('is taken over from such a customer after a while, if nobody could free it: their epoch ends first', async () => {
    const [email, other] = [newEmail(), newEmail()];
    const created = await bankAt(noon).execute(customer, fresh, request(email));
    const customerId = created.outcome === 'done' ? created.commit.aggregateId : '';
    await claims.write(other, { customerId, claimedAt: new Date(noon).toISOString() });
    expect(await bankAt(noon + 5_000).execute(customer, fresh, request(other))).toEqual({ outcome: 'contention' });
    expect(await bankAt(noon + minute).execute(customer, fresh, request(other))).toMatchObject({ outcome: 'done' });
    expect((await store.commitAt(customerId, 2)) as unknown).toMatchObject({
      events: [{ type: 'EmailClaimLapsed', data: { claimedAt: new Date(noon).toISOString() } }],
    });
    expect(await bankAt(noon + minute).execute(customer, fresh, request(email))).toEqual(taken);
  });
});

describe('a retry with the same key', () => {
  it('names the same customer', async () => {
    const [email, key] = [newEmail(), randomUUID()];
    const first = await bankAt(noon).execute(customer, derivedFrom(key), request(email, key));
    expect(await bankAt(noon + minute).execute(customer, derivedFrom(key), request(email, key))).toEqual({
      ...first,
      replayed: true,
    });
  });

  it('finishes what ended between claim and append', async () => {
    const [email, key] = [newEmail(), randomUUID()];
    await claims.write(email, { customerId: derivedFrom(key)(0), claimedAt: new Date(noon).toISOString() });
    expect(await bankAt(noon).execute(customer, derivedFrom(key), request(email, key))).toMatchObject({
      outcome: 'done',
      commit: { aggregateId: `${key}-0` },
    });
  });

  it('goes on under another id where the first was fenced', async () => {
    const [email, key] = [newEmail(), randomUUID()];
    await store.fence(`${key}-0`);
    const outcome = await bankAt(noon).execute(customer, derivedFrom(key), request(email, key));
    expect(outcome).toMatchObject({ outcome: 'done', commit: { aggregateId: `${key}-1` } });
    expect(await bankAt(noon + minute).execute(customer, derivedFrom(key), request(email, key))).toEqual({
      ...outcome,
      replayed: true,
    });
  });
});

describe('opening an account', () => {
  const opening = (customerId: string, key?: string) => ({
    ...request(customerId, key),
    command: { type: 'OpenAccount' as const, customerId, currency: EUR },
  });

  it('needs a customer', async () => {
    expect(await bankAt(noon).execute(account, randomUUID(), opening(randomUUID()))).toEqual({
      outcome: 'rejected',
      rejection: { code: 'UnknownCustomer' },
    });
  });

  it('with a key that was used for another customer says so, though that customer is unknown', async () => {
    const bank = bankAt(noon);
    const created = await bank.execute(customer, fresh, request(newEmail()));
    const customerId = created.outcome === 'done' ? created.commit.aggregateId : '';
    const key = randomUUID();
    expect(await bank.execute(account, key, opening(customerId, key))).toMatchObject({ outcome: 'done' });
    expect(await bank.execute(account, key, opening(randomUUID(), key))).toEqual({ outcome: 'keyReused' });
  });
});
