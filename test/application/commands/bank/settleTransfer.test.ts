import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosmosEmailClaims } from '../../../../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../../../../adapters/cosmos/eventStore.ts';
import { meter } from '../../../../adapters/telemetry/meter.ts';
import type { Clock } from '../../../../application/clock.ts';
import { createBank } from '../../../../application/commands/bank/bank.ts';
import type { EventStore } from '../../../../application/eventStore.ts';
import { ServiceUnavailable } from '../../../../application/serviceUnavailable.ts';
import { account } from '../../../../domain/account/account.ts';
import type { AccountCommand } from '../../../../domain/account/commands.ts';
import { maximumMinor } from '../../../../domain/money.ts';
import { ownerOf } from '../../../../domain/ownership.ts';
import { bankEventsOf } from '../../../../domain/registry.ts';
import { commitOf, created, eur, EUR } from '../../../support/bank.ts';
import { requestFor } from '../../../support/commandRequest.ts';
import { cosmosForTests } from '../../../support/cosmos.ts';
import { historyOf } from '../../../support/history.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const store = cosmosEventStore(containerOf('events'));

/** An instance of the app, with caches of its own. */
const instance = (eventStore: EventStore = store, clock: Clock = { now: () => Date.now() }) => {
  const bank = createBank({
    ...{ eventStore, history: historyOf(eventStore), claims: cosmosEmailClaims(containerOf('customer-emails')) },
    ...{ ownerOf, clock, meter, pause: () => Promise.resolve(), onCommitted: () => undefined },
  });
  const execute = (id: string, command: AccountCommand) => bank.execute(account, id, requestFor(command));
  const amount = (minor: number) => ({ amount: eur(minor) });
  return {
    execute,
    deposit: (id: string, minor: number) => execute(id, { type: 'DepositMoney', ...amount(minor) }),
    withdraw: (id: string, minor: number) => execute(id, { type: 'WithdrawMoney', ...amount(minor) }),
    close: (id: string) => execute(id, { type: 'CloseAccount' }),
    send: (from: string, to: string, minor: number) =>
      execute(from, { type: 'SendTransfer', to, isSame: false, receiver: undefined, ...amount(minor) }),
    settle: (from: string, transfer: number) => execute(from, { type: 'SettleTransfer', transfer }),
  };
};

const app = instance();

/** A new account that holds an amount. */
const accountWith = async (minor: number): Promise<string> => {
  const [customerId, id] = [randomUUID(), randomUUID()];
  await store.append([commitOf('customer', customerId, 0, [created])], { state: {}, stateVersion: 99 });
  await app.execute(id, { type: 'OpenAccount', customerId, currency: EUR });
  if (minor > 0) expect(await app.deposit(id, minor)).toMatchObject({ outcome: 'done' });
  return id;
};

const eventsOf = async (id: string) => {
  const events = [];
  for await (const commits of store.readCommits(id, 0)) events.push(...commits.flatMap(bankEventsOf));
  return events;
};
const typesOf = async (id: string) => (await eventsOf(id)).map(({ type }) => type);
const stateOf = async (id: string) => (await store.loadNewest(id)) as { state: object };
const balanceOf = async (id: string): Promise<number> => {
  const { state } = (await stateOf(id)) as { state: { balance: number; transfers: readonly [number, number][] } };
  return state.balance + state.transfers.reduce((sum, [, minor]) => sum + minor, 0);
};

describe('settling a transfer', () => {
  it('brings the money to the receiver, and tells the sender', async () => {
    const [from, to] = [await accountWith(10), await accountWith(0)];
    await app.send(from, to, 4);
    expect(await app.settle(from, 3)).toMatchObject({ outcome: 'done' });
    expect(await typesOf(from)).toEqual(['AccountOpened', 'MoneyDeposited', 'TransferSent', 'TransferCompleted']);
    expect((await eventsOf(to)).at(-1)).toMatchObject({
      type: 'TransferReceived',
      data: { transferId: `${from}:3`, from, sent: eur(4), amount: eur(4), balance: 4 },
    });
    expect([await balanceOf(from), await balanceOf(to)]).toEqual([6, 4]);
  });

  it('happens once, however many settle it, at once or later', async () => {
    const [from, to] = [await accountWith(10), await accountWith(0)];
    await app.send(from, to, 4);
    await Promise.all([app, instance(), instance()].flatMap((one) => [one.settle(from, 3), one.settle(from, 3)]));
    await instance().settle(from, 3);
    expect([await balanceOf(from), await balanceOf(to)]).toEqual([6, 4]);
    expect(await typesOf(to)).toEqual(['AccountOpened', 'TransferReceived']);
  });

  it('finds a transfer that is not the first event of its commit', async () => {
    const [from, to] = [await accountWith(10), await accountWith(0)];
    await app.execute(from, { type: 'PlaceHold', amount: eur(4) });
    await app.execute(from, { type: 'CaptureHold', hold: 3, to: { id: to, isSame: false, receiver: undefined } });
    expect(await instance().settle(from, 5)).toMatchObject({ outcome: 'done' });
    expect([await balanceOf(from), await balanceOf(to)]).toEqual([6, 4]);
  });

  it('returns what the receiver cannot take; the first verdict stands, whatever the receiver can take later', async () => {
    const [from, to] = [await accountWith(10), await accountWith(maximumMinor - 1)];
    await app.send(from, to, 4);
    // The settler dies between the two sides.
    const dying = instance({
      ...store,
      append: (commits, after) =>
        commits[0]?.aggregateId === from
          ? Promise.reject(new ServiceUnavailable('Cosmos DB'))
          : store.append(commits, after),
    });
    await expect(dying.settle(from, 3)).rejects.toThrow(ServiceUnavailable);
    await app.withdraw(to, 1_000);
    await instance().settle(from, 3);
    expect((await eventsOf(from)).at(-1)).toMatchObject({
      type: 'TransferReturned',
      data: { transfer: 3, balance: 10, reason: 'receiverCannotTake' },
    });
    expect(await typesOf(to)).toEqual(['AccountOpened', 'MoneyDeposited', 'TransferDeclined', 'MoneyWithdrawn']);
  });

  it('returns the money of a receiver that was closed meanwhile', async () => {
    const [from, to] = [await accountWith(10), await accountWith(0)];
    await app.send(from, to, 4);
    await app.close(to);
    await app.settle(from, 3);
    expect((await eventsOf(from)).at(-1)).toMatchObject({
      type: 'TransferReturned',
      data: { reason: 'receiverClosed' },
    });
    expect(await app.send(from, to, 4)).toMatchObject({ rejection: { code: 'ReceiverClosed' } });
  });

  it('is no earlier than what it answers, whatever the clock of the settler says', async () => {
    const [from, to] = [await accountWith(10), await accountWith(0)];
    const ahead = instance(store, { now: () => Date.now() + 3_600_000 });
    await ahead.send(from, to, 4);
    await app.settle(from, 3);
    const [sent, end] = (await eventsOf(from)).slice(-2);
    const verdict = (await eventsOf(to)).at(-1);
    const instants = [sent, verdict, end].map((event) => event?.occurredAt ?? '');
    expect(instants.toSorted()).toEqual(instants);
  });

  it('does not take the verdict on another transfer for its own, which had this id before the store was restored', async () => {
    const [from, to] = [await accountWith(10), await accountWith(0)];
    await app.send(from, to, 4);
    await app.settle(from, 3);
    for (const version of [3, 4]) {
      await containerOf('events').item(String(version).padStart(12, '0'), from).delete();
    }
    const after = instance();
    expect(await after.send(from, to, 9)).toMatchObject({ outcome: 'done', commit: { version: 3 } });
    expect(await after.settle(from, 3)).toMatchObject({ rejection: { code: 'VerdictOnAnother' } });
    expect(await typesOf(from)).toEqual(['AccountOpened', 'MoneyDeposited', 'TransferSent']);
  });

  it('keeps a receiver that is gone from beginning later, and returns the money', async () => {
    const [from, to] = [await accountWith(10), await accountWith(0)];
    await app.send(from, to, 4);
    await containerOf('events').item('000000000001', to).delete();
    await instance().settle(from, 3);
    expect((await eventsOf(from)).at(-1)).toMatchObject({ type: 'TransferReturned' });
    expect(await store.commitAt(to, 1)).toBe('fenced');
  });

  it('knows no other events for transfers', async () => {
    const from = await accountWith(10);
    for (const version of [1, 2, 3]) {
      expect(await app.settle(from, version)).toMatchObject({ rejection: { code: 'NoSuchTransfer' } });
    }
  });
});

/**
 * The money of two accounts: their balances, and what has left one of them and not reached the other. Anybody may look between any two
 * appends; the sum is what was deposited less what was withdrawn.
 */
const expectNothingLost = async (from: string, to: string): Promise<void> => {
  const [sender, receiver] = [await eventsOf(from), await eventsOf(to)];
  const sumOf = (type: 'MoneyDeposited' | 'MoneyWithdrawn') =>
    [...sender, ...receiver].reduce((sum, event) => sum + (event.type === type ? event.data.amount.minor : 0), 0);
  const inTransit = sender.reduce((sum, event) => {
    if (event.type !== 'TransferSent') return sum;
    const hasArrived = receiver.some((each) => each.type === 'TransferReceived' && each.data.transferId === event.id);
    const isBack = sender.some((each) => each.type === 'TransferReturned' && each.data.transfer === event.version);
    return hasArrived || isBack ? sum : sum + event.data.amount.minor;
  }, 0);
  const balances = await Promise.all(
    [from, to].map(async (id) => ((await stateOf(id)) as { state: { balance: number } }).state.balance),
  );
  const [one = 0, other = 0] = balances;
  expect(one + other + inTransit).toBe(sumOf('MoneyDeposited') - sumOf('MoneyWithdrawn'));
};

/** What becomes of a receiver before somebody settles a transfer to it, and after the first who tries has died. */
const receivers: Readonly<
  Record<string, { meanwhile(id: string): Promise<unknown>; after(id: string): Promise<unknown> }>
> = {
  'takes it': { meanwhile: () => Promise.resolve(), after: () => Promise.resolve() },
  'fills up, and empties': {
    meanwhile: (id) => app.deposit(id, maximumMinor - 3),
    async after(id) {
      // It has the money already where the settler died after the verdict.
      const { state } = (await stateOf(id)) as { state: { balance: number } };
      if (state.balance > 0) await app.withdraw(id, state.balance);
    },
  },
  closes: { meanwhile: (id) => app.close(id), after: () => Promise.resolve() },
};

describe('a crash at any step', () => {
  const steps = ['before', 'after'].flatMap((when) => [1, 2, 3].map((count) => [when, count] as const));

  /** An instance that dies before or after its append of this count; whoever asks it again gets no answer. */
  const dyingAt = (when: string, count: number, onAppended: () => Promise<void>) => {
    let appends = 0;
    return instance({
      ...store,
      async append(commits, after) {
        appends += 1;
        if (appends > count || (appends === count && when === 'before')) throw new ServiceUnavailable('Cosmos DB');
        const result = await store.append(commits, after);
        await onAppended();
        if (appends === count) throw new ServiceUnavailable('Cosmos DB');
        return result;
      },
    });
  };
  /** Another one, which stays. */
  const settler = (onAppended: () => Promise<void>) =>
    instance({
      ...store,
      async append(commits, after) {
        const result = await store.append(commits, after);
        await onAppended();
        return result;
      },
    });

  const cases = steps.flatMap(([when, count]) => Object.keys(receivers).map((what) => [when, count, what] as const));
  it.each(cases)('%s append %i loses and doubles nothing where the receiver %s', async (when, count, what) => {
    const [from, to] = [await accountWith(10), await accountWith(0)];
    const look = () => expectNothingLost(from, to);
    const dying = dyingAt(when, count, look);
    await dying.send(from, to, 4).catch(() => undefined);
    await receivers[what]?.meanwhile(to);
    await look();
    await dying.settle(from, 3).catch(() => undefined);
    await receivers[what]?.after(to);
    await look();
    await Promise.all([settler(look).settle(from, 3), settler(look).settle(from, 3)]);
    await look();

    const [sent, arrived] = [await typesOf(from), await typesOf(to)];
    const ends = [...sent, ...arrived].filter((type) => /^Transfer(Received|Returned)$/.test(type));
    expect(ends).toHaveLength(sent.includes('TransferSent') ? 1 : 0);
    expect(await stateOf(from)).toMatchObject({ state: { transfers: [] } });
    if (what === 'takes it') {
      expect([await balanceOf(from), await balanceOf(to)]).toEqual(ends.length > 0 ? [6, 4] : [10, 0]);
    }
  });
});

it('a transfer with its verdict and its end costs 18 modelled units where the instance knows both accounts, and 32 where it knows none', async () => {
  const [from, to] = [await accountWith(10), await accountWith(0)];
  const unitsOf = async (one: ReturnType<typeof instance>): Promise<number> => {
    const measured = await meter.measure(async (cost) => {
      const sent = await one.send(from, to, 1);
      if (sent.outcome !== 'done') throw new Error(`It was not sent: ${sent.outcome}`);
      await one.settle(from, sent.commit.version);
      return { ...cost };
    });
    return measured.units;
  };
  const fresh = instance();
  expect(await unitsOf(fresh)).toBeLessThanOrEqual(32);
  expect(await unitsOf(fresh)).toBeLessThanOrEqual(18);
});

it('the sum of all balances, and of what is on its way, never changes by transfers', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ from: fc.nat(2), to: fc.nat(2), minor: fc.integer({ min: 1, max: 12 }), settler: fc.nat(1) }),
        {
          maxLength: 12,
        },
      ),
      async (plan) => {
        const ids = await Promise.all([10, 10, 10].map(accountWith));
        const apps = [instance(), instance()];
        await Promise.all(
          plan.map(async ({ from, to, minor, settler }) => {
            const [sender = '', receiver = ''] = [ids[from], ids[to]];
            if (sender === receiver) return;
            const sent = await (apps[settler] ?? app).send(sender, receiver, minor);
            if (sent.outcome !== 'done') return;
            await Promise.all(apps.map((one) => one.settle(sender, sent.commit.version)));
          }),
        );
        let sum = 0;
        for (const id of ids) {
          sum += await balanceOf(id);
          expect(await stateOf(id)).toMatchObject({ state: { transfers: [], currency: EUR } });
        }
        expect(sum).toBe(30);
      },
    ),
    { numRuns: 15 },
  ));
