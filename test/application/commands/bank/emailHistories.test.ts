import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { currentAddress } from '../../../../application/commands/bank/currentAddress.ts';
import type { Outcome } from '../../../../application/commands/commandRequest.ts';
import type { EmailClaims } from '../../../../application/commands/ports.ts';
import type { EventStore } from '../../../../application/eventStore.ts';
import { ServiceUnavailable } from '../../../../application/serviceUnavailable.ts';
import { customer } from '../../../../domain/customer/customer.ts';
import { instanceAt } from '../../../support/emailBank.ts';
import { keyed, requestFor } from '../../../support/commandRequest.ts';
import { memoryEmailClaims, memoryEventStore } from '../../../support/memoryBank.ts';
import { takeTurns, type InTurn, type Turn } from '../../../support/turns.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const minute = 60_000;
const addresses = ['a', 'b', 'c'].map((name) => `${name}@example.com`);
const customerIds = ['one', 'two'];

/** A command under a key, of an instance whose clock may be a lease ahead. */
const keys = ['p', 'q', 'r'];

const work = fc.record({
  who: fc.constantFrom('new', ...customerIds),
  email: fc.constantFrom(...addresses),
  key: fc.constantFrom(...keys),
  now: fc.constantFrom(noon, noon + minute),
});
type Work = typeof work extends fc.Arbitrary<infer Value> ? Value : never;
const choice = fc.record({
  pick: fc.nat(1_000),
  turn: fc.oneof(
    { weight: 30, arbitrary: fc.constant<Turn>('done') },
    { weight: 1, arbitrary: fc.constantFrom<Turn>('lost', 'late', 'crash') },
  ),
});

type Stores = { readonly eventStore: EventStore; readonly claims: EmailClaims };
type Result = Outcome<unknown> | 'unavailable';

const execute = async (stores: Stores, { who, email, key, now }: Work): Promise<Result> => {
  const bank = instanceAt(now, { ...stores, pause: () => Promise.resolve() });
  const fields = { ...keyed(key), fingerprint: `${who} ${email}` };
  try {
    if (who !== 'new') {
      return await bank.execute(customer, who, requestFor({ type: 'ChangeEmail' as const, email }, fields));
    }
    const create = { type: 'CreateCustomer' as const, firstName: 'Ada', lastName: 'Lovelace', email };
    return await bank.execute(customer, (attempt) => `${key}-${attempt}`, requestFor(create, fields));
  } catch (error) {
    if (error instanceof ServiceUnavailable) return 'unavailable';
    throw error;
  }
};

const withCustomers = async (): Promise<Stores> => {
  const stores = { eventStore: memoryEventStore(), claims: memoryEmailClaims() };
  for (const [index, id] of customerIds.entries()) {
    const email = addresses[index] ?? '';
    const create = { type: 'CreateCustomer' as const, firstName: 'Ada', lastName: 'Lovelace', email };
    await instanceAt(noon, stores).execute(customer, id, requestFor(create));
  }
  return stores;
};
/** Who has each address, by the events of all who may have one. */
const createOwners = ({ eventStore }: Stores, everybody: readonly string[]) => {
  const known = new Map<string, { readonly version: number; readonly address: string }>();
  return async (): Promise<ReadonlyMap<string, readonly string[]>> => {
    for (const id of everybody) {
      const newest = await eventStore.loadNewest(id);
      if (newest === undefined || newest === 'fenced' || newest.version === known.get(id)?.version) continue;
      const current = await currentAddress(eventStore, id);
      if (current && current !== 'fenced') known.set(id, current);
    }
    return Map.groupBy(known.keys(), (id) => known.get(id)?.address ?? '');
  };
};

const inTurns = ({ eventStore, claims }: Stores, inTurn: InTurn): Stores => ({
  eventStore: inTurn(eventStore, ['append', 'loadNewest', 'commitAt', 'findCommit', 'fence']),
  claims: inTurn(claims, ['read', 'write', 'release']),
});

it('whatever works meet, stall and crash: an address has one owner, who has its claim, and nobody holds it otherwise', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(work, { minLength: 2, maxLength: 4 }),
      fc.infiniteStream(choice),
      async (works, choices) => {
        const stores = await withCustomers();
        const everybody = [...customerIds, ...keys.flatMap((key) => [0, 1, 2, 3].map((n) => `${key}-${n}`))];
        const ownersOf = createOwners(stores, everybody);
        const expectOneOwner = async () => {
          for (const [address, owners] of await ownersOf()) {
            expect(owners).toEqual([(await stores.claims.read(address))?.customerId]);
          }
        };
        const results = await takeTurns(
          works.map((each) => (inTurn: InTurn) => execute(inTurns(stores, inTurn), each)),
          {
            next(waiting) {
              const { pick, turn } = (choices.next() as { value: { pick: number; turn: Turn } }).value;
              return { step: pick % waiting, turn };
            },
            lost: () => new ServiceUnavailable('Cosmos DB', { outcomeUnknown: true }),
            afterEach: expectOneOwner,
          },
        );

        // What was carried out is answered with the same commit again, though everything may be different.
        for (const [index, each] of works.entries()) {
          const result = results[index];
          if (result === undefined || result === 'unavailable' || result.outcome !== 'done') continue;
          const again = await execute(stores, { ...each, now: noon + 10 * minute });
          expect(again).toMatchObject({ outcome: 'done', replayed: true, commit: { version: result.commit.version } });
          await expectOneOwner();
        }
        // Whoever comes later gets each address that nobody has, at once: the repeats have left nothing behind.
        const owners = await ownersOf();
        for (const email of addresses) {
          const key = randomUUID();
          const outcome = await execute(stores, { who: 'new', email, key, now: noon + 10 * minute });
          expect(outcome).toMatchObject({ outcome: owners.has(email) ? 'rejected' : 'done' });
        }
      },
    ),
    { numRuns: 1_000 },
  ));
