import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEmailClaims } from '../../../../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../../../../adapters/cosmos/eventStore.ts';
import type { CommandRequest } from '../../../../application/commands/commandRequest.ts';
import type { EmailClaims } from '../../../../application/commands/ports.ts';
import { readCommitPage, type EventStore } from '../../../../application/eventStore.ts';
import { ServiceUnavailable } from '../../../../application/serviceUnavailable.ts';
import { customer } from '../../../../domain/customer/customer.ts';
import { bankEventsOf } from '../../../../domain/registry.ts';
import { keyed, requestFor, type RequestFields } from '../../../support/commandRequest.ts';
import { cosmosForTests } from '../../../support/cosmos.ts';
import { instanceAt } from '../../../support/emailBank.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));
const emails = cosmosEmailClaims(database.container('customer-emails'));

const noon = Date.UTC(2026, 0, 1, 12);
const minute = 60_000;
type Stores = { readonly now: number; readonly eventStore: EventStore; readonly claims: EmailClaims };
const real: Stores = { now: noon, eventStore: store, claims: emails };

const newEmail = () => `${randomUUID()}@example.com`;
const creation = (email: string, fields?: RequestFields) =>
  requestFor({ type: 'CreateCustomer' as const, firstName: 'Ada', lastName: 'Lovelace', email }, fields);
const changing = (email: string, fields?: RequestFields) => requestFor({ type: 'ChangeEmail' as const, email }, fields);

const create = (email: string, { now, ...stores }: Stores = real, id = randomUUID()) =>
  instanceAt(now, stores).execute(customer, id, creation(email));
const change = (id: string, request: CommandRequest<ReturnType<typeof changing>['command']>, stores: Stores = real) =>
  instanceAt(stores.now, stores).execute(customer, id, request);
/** A new customer. */
const newCustomer = async () => {
  const [id, email] = [randomUUID(), newEmail()];
  expect(await create(email, real, id)).toMatchObject({ outcome: 'done' });
  return { id, email };
};
const eventsOf = async (id: string) => (await readCommitPage(store, id, 0, 100)).flatMap(bankEventsOf);
const typesOf = async (id: string) => (await eventsOf(id)).map(({ type }) => type);
const holderOf = async (email: string) => (await emails.read(email))?.customerId;

const done = { outcome: 'done', replayed: false };
const taken = { outcome: 'rejected', rejection: { code: 'EmailTaken' } };

/** Lets a step wait: `reached` once it is about to be taken. */
const gate = () => {
  const [reached, opened] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  return {
    reached: reached.promise,
    open: () => opened.resolve(undefined),
    pass: async () => {
      reached.resolve(undefined);
      await opened.promise;
    },
  };
};
/** Stores in which one step waits at a gate the first time. */
const waitingAt = (step: 'append' | 'release') => {
  const { pass, ...others } = gate();
  let count = 0;
  const first = async () => {
    count += 1;
    if (count === 1) await pass();
  };
  const eventStore: EventStore = {
    ...store,
    async append(...args) {
      await first();
      return store.append(...args);
    },
  };
  const claims: EmailClaims = {
    ...emails,
    async release(...args) {
      await first();
      return emails.release(...args);
    },
  };
  return { ...others, stores: step === 'append' ? { ...real, eventStore } : { ...real, claims } };
};

describe('a new e-mail address', () => {
  it('is the customer’s, and the former one is free at once', async () => {
    const { id, email } = await newCustomer();
    const next = newEmail();
    expect(await change(id, changing(next))).toMatchObject({ ...done, commit: { version: 2 } });
    expect((await eventsOf(id))[1]).toMatchObject({ type: 'CustomerEmailChanged', data: { person: { email: next } } });
    expect(await create(next)).toEqual(taken);
    expect(await create(email)).toMatchObject(done);
  });

  it('may differ in case alone: the customer keeps it', async () => {
    const { id, email } = await newCustomer();
    expect(await change(id, changing(email.toUpperCase()))).toMatchObject(done);
    expect((await eventsOf(id))[1]).toMatchObject({ data: { person: { email: email.toUpperCase() } } });
    expect(await holderOf(email)).toBe(id);
    expect(await create(email)).toEqual(taken);
  });

  it('is refused where it is another’s, and claims nothing', async () => {
    const [one, other] = [await newCustomer(), await newCustomer()];
    expect(await change(one.id, changing(other.email.toUpperCase()))).toEqual(taken);
    expect(await holderOf(other.email)).toBe(other.id);
    expect(await typesOf(one.id)).toEqual(['CustomerCreated']);
  });

  it('is refused before it is claimed where there is no customer, or another version, or another’s customer', async () => {
    const { id, email } = await newCustomer();
    const [next, other] = [newEmail(), await newCustomer()];
    expect(await change(randomUUID(), changing(next))).toEqual({
      ...{ outcome: 'rejected', rejection: { code: 'CustomerUnknown' } },
    });
    const mismatch = { outcome: 'versionMismatch', version: 1 };
    expect(await change(id, changing(next, { expectedVersions: [2] }))).toEqual(mismatch);
    expect(await change(id, changing(other.email, { expectedVersions: [2] }))).toEqual(mismatch);
    expect(await change(id, changing(next, { onlyFor: other.id }))).toEqual({ outcome: 'outOfReach' });
    expect(await holderOf(next)).toBe(undefined);
    expect(await change(id, changing(next, { expectedVersions: [1], onlyFor: id }))).toMatchObject(done);
    expect(await holderOf(email)).toBe(undefined);
  });

  it('goes to one of two customers who want it at the same moment', async () => {
    const [one, other] = [await newCustomer(), await newCustomer()];
    const next = newEmail();
    const outcomes = await Promise.all([change(one.id, changing(next)), change(other.id, changing(next))]);
    expect(outcomes.map(({ outcome }) => outcome).filter((outcome) => outcome === 'done')).toHaveLength(1);
    const winner = outcomes[0].outcome === 'done' ? one : other;
    expect(await holderOf(next)).toBe(winner.id);
    // Nobody could tell that the winner would come while the other one asked.
    const loser = winner === one ? other : one;
    expect(await change(loser.id, changing(next))).toEqual(taken);
    expect(await holderOf(loser.email)).toBe(loser.id);
  });
});

describe('changes of one customer that race', () => {
  it('both count, and leave the address alone that came last', async () => {
    const { id, email } = await newCustomer();
    const wanted = [newEmail(), newEmail()];
    const outcomes = await Promise.all(wanted.map((next) => change(id, changing(next))));
    expect(outcomes).toMatchObject([done, done]);
    const last = outcomes.findIndex((each) => each.outcome === 'done' && each.commit.version === 3);
    expect(await holderOf(wanted[last] ?? '')).toBe(id);
    for (const free of [email, wanted[1 - last] ?? '']) expect(await create(free)).toMatchObject(done);
  });

  it('do not lose an address that one leaves and the other has reserved before that', async () => {
    const { id, email } = await newCustomer();
    // It stays with its address, and claims it before the other one reads that claim.
    const staying = waitingAt('append');
    const stays = change(id, changing(email.toUpperCase()), staying.stores);
    await staying.reached;
    const leaving = waitingAt('release');
    const leaves = change(id, changing(newEmail()), leaving.stores);
    await leaving.reached;
    staying.open();
    expect(await stays).toMatchObject({ ...done, commit: { version: 3 } });
    leaving.open();
    expect(await leaves).toMatchObject({ ...done, commit: { version: 2 } });
    expect(await holderOf(email)).toBe(id);
    expect(await create(email)).toEqual(taken);
  });
});

describe('a release that stalls', () => {
  it('misses the address where the customer has come back to it', async () => {
    const { id, email } = await newCustomer();
    const next = newEmail();
    const { stores, reached, open } = waitingAt('release');
    const leaves = change(id, changing(next), stores);
    await reached;
    expect(await change(id, changing(email))).toMatchObject({ ...done, commit: { version: 3 } });
    open();
    expect(await leaves).toMatchObject({ ...done, commit: { version: 2 } });
    expect(await holderOf(email)).toBe(id);
    expect(await create(email)).toEqual(taken);
    expect(await create(next)).toMatchObject(done);
  });

  it('misses the address where another customer has taken it over', async () => {
    const { id, email } = await newCustomer();
    const { stores, reached, open } = waitingAt('release');
    const leaves = change(id, changing(newEmail()), stores);
    await reached;
    const heir = randomUUID();
    expect(await create(email, { ...real, now: noon + minute }, heir)).toMatchObject(done);
    open();
    expect(await leaves).toMatchObject(done);
    expect(await holderOf(email)).toBe(heir);
  });

  it('or that fails leaves the address to whoever wants it after a while', async () => {
    const { id, email } = await newCustomer();
    const claims = { ...emails, release: () => Promise.reject(new ServiceUnavailable('Cosmos DB')) };
    expect(await change(id, changing(newEmail()), { ...real, claims })).toMatchObject(done);
    expect(await create(email, { ...real, now: noon + 5_000 })).toEqual({ outcome: 'contention' });
    expect(await create(email, { ...real, now: noon + minute })).toMatchObject(done);
    expect(await typesOf(id)).toEqual(['CustomerCreated', 'CustomerEmailChanged', 'EmailClaimLapsed']);
  });
});

describe('a slow change', () => {
  const later = { ...real, now: noon + minute };

  it('that wakes after its claim was taken over is told so, and changes nothing', async () => {
    const { id, email } = await newCustomer();
    const next = newEmail();
    const { stores, reached, open } = waitingAt('append');
    const slow = change(id, changing(next), stores);
    await reached;
    const heir = randomUUID();
    expect(await create(next, later, heir)).toMatchObject(done);
    open();
    expect(await slow).toEqual(taken);
    expect(await typesOf(id)).toEqual(['CustomerCreated', 'EmailClaimLapsed']);
    expect([await holderOf(email), await holderOf(next)]).toEqual([id, heir]);
  });

  it('that wakes after the fence alone claims again, and then changes', async () => {
    const { id } = await newCustomer();
    const next = newEmail();
    const { stores, reached, open } = waitingAt('append');
    const slow = change(id, changing(next), stores);
    await reached;
    const claims: EmailClaims = {
      ...emails,
      write: (address, claim, etag) =>
        etag === undefined ? emails.write(address, claim) : Promise.reject(new Error('It crashed')),
    };
    await expect(create(next, { ...later, claims })).rejects.toThrow('It crashed');
    const before = await emails.read(next);
    open();
    expect(await slow).toMatchObject({ ...done, commit: { version: 3 } });
    expect(await typesOf(id)).toEqual(['CustomerCreated', 'EmailClaimLapsed', 'CustomerEmailChanged']);
    // Whoever read the claim before the fence cannot take it over any more.
    expect((await emails.read(next))?.etag).not.toBe(before?.etag);
    expect(await create(next, later)).toEqual(taken);
  });

  it('and one who takes its claim over, both late, do not both get the address', async () => {
    const { id } = await newCustomer();
    const next = newEmail();
    const slow = waitingAt('append');
    const changes = change(id, changing(next), slow.stores);
    await slow.reached;
    const { pass, reached, open } = gate();
    const claims: EmailClaims = {
      ...emails,
      async write(address, claim, etag) {
        if (etag !== undefined) await pass();
        return emails.write(address, claim, etag);
      },
    };
    const heirs = create(next, { ...later, claims });
    await reached;
    slow.open();
    expect(await changes).toMatchObject(done);
    open();
    expect(await heirs).toEqual(taken);
    expect(await holderOf(next)).toBe(id);
  });
});

describe('a change that crashes', () => {
  /** Stores that fail at their n-th call, for good, before it takes effect or after it. */
  const crashingAt = (place: number, when: 'before' | 'after'): Stores & { calls: () => number } => {
    let calls = 0;
    const wrapped = <Port extends object>(port: Port, methods: readonly (keyof Port)[]): Port => ({
      ...port,
      ...Object.fromEntries(
        methods.map((name) => [
          name,
          async (...args: unknown[]): Promise<unknown> => {
            calls += 1;
            if (calls > place || (calls === place && when === 'before')) throw new Error('It crashed');
            const answer = await (port[name] as (...args: unknown[]) => unknown)(...args);
            if (calls === place) throw new Error('It crashed');
            return answer;
          },
        ]),
      ),
    });
    const eventStore = wrapped(store, ['append', 'loadNewest', 'commitAt', 'findCommit']);
    return { now: noon, eventStore, claims: wrapped(emails, ['read', 'write', 'release']), calls: () => calls };
  };
  const steps = ['findCommit', 'loadNewest', 'write', 'read', 'loadNewest', 'append', 'release'];
  const crashes = steps.flatMap((step, index) =>
    (['before', 'after'] as const).map((when) => [when, step, index] as const),
  );

  it.each(crashes)('%s its %s (step %i) leaves no address without an owner who has it', async (when, _, index) => {
    const { id, email } = await newCustomer();
    const next = newEmail();
    await expect(change(id, changing(next, keyed()), crashingAt(index + 1, when))).rejects.toThrow('It crashed');
    const hasMoved = (await typesOf(id)).includes('CustomerEmailChanged');
    const outcomes = [];
    for (const each of [email, next]) outcomes.push(await create(each, { ...real, now: noon + minute }));
    expect(outcomes).toMatchObject(hasMoved ? [done, taken] : [taken, done]);
  });

  it.each(crashes)('%s its %s (step %i) is carried out once by a retry with its key', async (when, _, index) => {
    const { id, email } = await newCustomer();
    const [next, key] = [newEmail(), keyed()];
    await expect(change(id, changing(next, key), crashingAt(index + 1, when))).rejects.toThrow('It crashed');
    expect(await change(id, changing(next, key))).toMatchObject({ outcome: 'done', commit: { version: 2 } });
    expect(await typesOf(id)).toEqual(['CustomerCreated', 'CustomerEmailChanged']);
    expect(await create(next)).toEqual(taken);
    expect(await create(email, { ...real, now: noon + minute })).toMatchObject(done);
  });

  it('has no further steps', async () => {
    const { id } = await newCustomer();
    const stores = crashingAt(100, 'before');
    expect(await change(id, changing(newEmail(), keyed()), stores)).toMatchObject(done);
    expect(stores.calls()).toBe(steps.length);
  });
});

describe('a change with its key again', () => {
  it('gives the same answer, whatever came of the addresses', async () => {
    const { id } = await newCustomer();
    const [next, third, key] = [newEmail(), newEmail(), keyed()];
    const request = { ...key, expectedVersions: [1], onlyFor: id };
    const first = await change(id, changing(next, request));
    expect(first).toMatchObject(done);
    await change(id, changing(third));
    const heir = randomUUID();
    expect(await create(next, real, heir)).toMatchObject(done);
    expect(await change(id, changing(next, request))).toEqual({ ...first, replayed: true });
    expect([await holderOf(next), await holderOf(third)]).toEqual([heir, id]);
  });

  it('and another address is refused, and that address stays free', async () => {
    const { id } = await newCustomer();
    const [next, other, key] = [newEmail(), newEmail(), keyed()];
    await change(id, changing(next, key));
    expect(await change(id, changing(other, key))).toEqual({ outcome: 'keyReused' });
    expect(await create(other)).toMatchObject(done);
  });

  it('at the same moment is carried out once', async () => {
    const { id, email } = await newCustomer();
    const [next, key] = [newEmail(), keyed()];
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => change(id, changing(next, key))));
    expect(outcomes.filter((each) => each.outcome === 'done' && !each.replayed)).toHaveLength(1);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
    expect(await typesOf(id)).toEqual(['CustomerCreated', 'CustomerEmailChanged']);
    expect(await holderOf(next)).toBe(id);
    expect(await create(email)).toMatchObject(done);
  });
});

describe('a creation with its key again', () => {
  it('gives the same answer after a change of address, and holds no address that is free', async () => {
    const [id, email, key] = [randomUUID(), newEmail(), keyed()];
    const bank = instanceAt(noon, real);
    const first = await bank.execute(customer, id, creation(email, key));
    await change(id, changing(newEmail()));
    expect(await bank.execute(customer, id, creation(email, key))).toEqual({ ...first, replayed: true });
    expect(await holderOf(email)).toBe(undefined);
    const heir = randomUUID();
    expect(await create(email, real, heir)).toMatchObject(done);
    expect(await bank.execute(customer, id, creation(email, key))).toEqual({ ...first, replayed: true });
    expect(await holderOf(email)).toBe(heir);
  });
});
