import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEmailClaims } from '../../../../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../../../../adapters/cosmos/eventStore.ts';
import { cosmosRows } from '../../../../adapters/cosmos/views/rows.ts';
import { meter } from '../../../../adapters/telemetry/meter.ts';
import { createBank } from '../../../../application/commands/bank/bank.ts';
import { createCatchUp } from '../../../../application/views/catchUp.ts';
import { createFreshRows } from '../../../../application/queries/freshRows.ts';
import { createProjector } from '../../../../application/views/projector.ts';
import { account } from '../../../../domain/account/account.ts';
import { customer } from '../../../../domain/customer/customer.ts';
import { ownerOf } from '../../../../domain/ownership.ts';
import { accounts } from '../../../../projections/accounts.ts';
import { customers } from '../../../../projections/customers.ts';
import { transactions } from '../../../../projections/transactions.ts';
import { EUR, eur } from '../../../support/bank.ts';
import { keyed, requestFor, type RequestFields } from '../../../support/commandRequest.ts';
import { cosmosForTests } from '../../../support/cosmos.ts';
import { liveAsCoded } from '../../../support/generations.ts';
import { historyOf } from '../../../support/history.ts';
import { recordingStore } from '../../../support/recordingStore.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const realStore = cosmosEventStore(containerOf('events'));
const history = historyOf(realStore);
const rows = cosmosRows(containerOf);
const generations = liveAsCoded();
const claims = cosmosEmailClaims(containerOf('customer-emails'));

/** An instance of the bank, on a clock that only pauses move, and what it asks the event store. */
const instance = () => {
  const { eventStore, calls } = recordingStore(realStore);
  const asked = historyOf(eventStore);
  let now = Date.now();
  const clock = { now: () => now };
  const pause = () => Promise.resolve(void (now += 500));
  const projector = createProjector(rows, history, pause);
  const catchUp = createCatchUp({ history, projector, generations });
  return {
    calls,
    catchUp,
    bank: createBank({
      eventStore,
      history: asked,
      claims,
      ownerOf,
      clock,
      meter,
      pause,
      onCommitted: () => undefined,
    }),
    rows: createFreshRows({ eventStore, history: asked, rows, generations, catchUp, ownerOf, wait: pause }),
  };
};

const open = (customerId: string, fields?: RequestFields) =>
  requestFor({ type: 'OpenAccount' as const, customerId, currency: EUR }, fields);
const deposit = (fields?: RequestFields) => requestFor({ type: 'DepositMoney' as const, amount: eur(1) }, fields);

/** A customer with an account at version 2. */
const newCustomer = async () => {
  const { bank } = instance();
  const [customerId, accountId] = [randomUUID(), randomUUID()];
  const email = `${randomUUID()}@example.com`;
  const created = { type: 'CreateCustomer' as const, firstName: 'Ada', lastName: 'Lovelace', email };
  await bank.execute(customer, () => customerId, requestFor(created));
  await bank.execute(account, accountId, open(customerId));
  await bank.execute(account, accountId, deposit());
  return { customerId, accountId };
};

describe('a command for one customer alone', () => {
  const outOfReach = { outcome: 'outOfReach' };

  it('is done on what is theirs', async () => {
    const { customerId: onlyFor, accountId } = await newCustomer();
    const { bank } = instance();
    expect(await bank.execute(account, randomUUID(), open(onlyFor, { onlyFor }))).toMatchObject({ outcome: 'done' });
    expect(await bank.execute(account, accountId, deposit({ onlyFor }))).toMatchObject({ outcome: 'done' });
  });

  it('takes one request more than any other, once', async () => {
    const { customerId: onlyFor, accountId } = await newCustomer();
    const { bank, calls } = instance();
    await bank.execute(account, accountId, deposit({ onlyFor }));
    expect(calls.splice(0)).toEqual(['look', 'load', 'append']);
    await bank.execute(account, accountId, deposit({ onlyFor, ...keyed() }));
    expect(calls).toEqual(['append']);
  });

  it.each([
    ['', () => ({})],
    [' with a key', keyed],
    [' with a version', () => ({ expectedVersions: [1] })],
  ])('changes nothing of what is not%s, and takes the requests that an unknown account takes', async (_, fields) => {
    const [{ accountId }, onlyFor] = [await newCustomer(), randomUUID()];
    const { bank, calls } = instance();
    const unknown = await bank.execute(account, randomUUID(), deposit({ onlyFor, ...fields() }));
    const callsForUnknown = calls.splice(0);
    expect(unknown).toEqual(outOfReach);
    for (const cached of [false, true]) {
      if (cached) await bank.execute(account, accountId, deposit());
      calls.splice(0);
      expect(await bank.execute(account, accountId, deposit({ onlyFor, ...fields() }))).toEqual(outOfReach);
      expect(calls).toEqual(callsForUnknown);
    }
  });

  it('does not hold up those of others that wait with it', async () => {
    const { accountId, customerId } = await newCustomer();
    const { bank } = instance();
    const outcomes = await Promise.all(
      [undefined, randomUUID(), customerId, randomUUID(), undefined].map((onlyFor) =>
        bank.execute(account, accountId, deposit({ onlyFor })),
      ),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'outOfReach', 'done', 'outOfReach', 'done']);
  });

  it('opens no account for others, nor asks whether there are such', async () => {
    const [{ customerId }, onlyFor] = [await newCustomer(), randomUUID()];
    const { bank, calls } = instance();
    for (const other of [customerId, randomUUID()]) {
      expect(await bank.execute(account, randomUUID(), open(other, { onlyFor, ...keyed() }))).toEqual({
        outcome: 'rejected',
        rejection: { code: 'UnknownCustomer' },
      });
    }
    expect(calls).toEqual([]);
  });

  it('does not begin again what another customer has', async () => {
    const [{ accountId }, other] = [await newCustomer(), await newCustomer()];
    const { bank } = instance();
    const request = open(other.customerId, { onlyFor: other.customerId });
    expect(await bank.execute(account, accountId, request)).toMatchObject({ outcome: 'rejected' });
  });
});

describe('a row for one customer alone', () => {
  it('is there where it is theirs', async () => {
    const { customerId, accountId } = await newCustomer();
    const { rows } = instance();
    for (const source of ['events', 'view']) {
      expect(await rows.read(customers, 'customer', customerId, [], customerId)).toHaveProperty('source', source);
      expect(await rows.read(accounts, 'account', accountId, [], customerId)).toHaveProperty('source', source);
      expect(await rows.read(transactions, 'account', accountId, [], customerId)).toHaveProperty('source', source);
    }
  });

  it('is unknown where it is not, whether views have it or not, for the same requests as one that is not there', async () => {
    const [{ customerId, accountId }, onlyFor] = [await newCustomer(), randomUUID()];
    const { rows, calls, catchUp } = instance();
    for (const viewed of [false, true]) {
      if (viewed) {
        await catchUp(customers, customerId, 1);
        await catchUp(accounts, accountId, 2);
        await catchUp(transactions, accountId, 2);
      }
      for (const atLeast of [[], [{ aggregateId: accountId, version: 99 }]]) {
        const read = [
          () => rows.read(customers, 'customer', customerId, atLeast, onlyFor),
          () => rows.read(customers, 'customer', randomUUID(), atLeast, onlyFor),
          () => rows.read(accounts, 'account', accountId, atLeast, onlyFor),
          () => rows.read(accounts, 'account', randomUUID(), atLeast, onlyFor),
          () => rows.read(transactions, 'account', accountId, atLeast, onlyFor),
          () => rows.read(transactions, 'account', randomUUID(), atLeast, onlyFor),
        ];
        for (const one of read) {
          expect(await one()).toEqual({ found: 'unknown' });
          expect(calls.splice(0)).toEqual(['look']);
        }
      }
    }
  });

  it('says of a version of what is not theirs what it says of one that is not there', async () => {
    const [mine, other] = [await newCustomer(), await newCustomer()];
    const { rows, calls } = instance();
    const read = async (aggregateId: string) => {
      calls.splice(0);
      const position = { aggregateId, version: 1 };
      const row = await rows.read(customers, 'customer', mine.customerId, [position], mine.customerId);
      expect(row).toEqual({ found: 'notReached', position });
      return calls.length;
    };
    await rows.read(customers, 'customer', mine.customerId, []);
    // By now this instance knows how it began.
    await rows.read(accounts, 'account', other.accountId, []);
    const requests = await read(randomUUID());
    expect([await read(other.accountId), await read(other.customerId)]).toEqual([requests, requests]);
  });
});
