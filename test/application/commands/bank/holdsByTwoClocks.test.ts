import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../../adapters/cosmos/eventStore.ts';
import type { AccountCommand } from '../../../../domain/account/commands.ts';
import { bankEventsOf } from '../../../../domain/registry.ts';
import { accountHandlers } from '../../../support/accountHandlers.ts';
import { eur } from '../../../support/bank.ts';
import { keyed, requestFor } from '../../../support/commandRequest.ts';
import { cosmosForTests } from '../../../support/cosmos.ts';

const store = cosmosEventStore((await cosmosForTests()).container('events'));
const { instance, commitsOf } = accountHandlers(store);

const noon = Date.UTC(2026, 11, 1, 12);
const at = (seconds: number) => new Date(noon + seconds * 1_000).toISOString();
const clockAt = (seconds: number) => ({ now: () => noon + seconds * 1_000 });
const command = (each: AccountCommand, key?: string) => requestFor(each, key === undefined ? {} : keyed(key));
const place = command({ type: 'PlaceHold', amount: eur(8), expiresAt: at(60) });
const typesOf = async (id: string) => (await commitsOf(id)).flatMap(bankEventsOf).map(({ type }) => type);

/** An account with 10, and a hold of 8 until a minute past noon. */
const withHold = async () => {
  const id = randomUUID();
  const { handle } = instance(store, clockAt(0));
  await handle(id, command({ type: 'OpenAccount', customerId: 'c', currency: eur(1).currency }));
  await handle(id, command({ type: 'DepositMoney', amount: eur(10) }));
  expect(await handle(id, place)).toMatchObject({ outcome: 'done', commit: { version: 3 } });
  return id;
};

describe('two instances whose clocks are five seconds apart', () => {
  it('do not spend one hold twice: what one saw expire, the other cannot capture', async () => {
    const id = await withHold();
    const [ahead, behind] = [instance(store, clockAt(62)), instance(store, clockAt(57))];
    expect(await ahead.handle(id, command({ type: 'WithdrawMoney', amount: eur(10) }))).toMatchObject({
      outcome: 'done',
    });
    const captured = await behind.handle(id, command({ type: 'CaptureHold', hold: 3 }));
    expect(captured).toMatchObject({ outcome: 'rejected', rejection: { code: 'HoldEnded' } });
    expect(await typesOf(id)).toEqual([
      'AccountOpened',
      'MoneyDeposited',
      'HoldPlaced',
      'HoldExpired',
      'MoneyWithdrawn',
    ]);
  });

  it('and what one captured, the other does not see expire', async () => {
    const id = await withHold();
    const [ahead, behind] = [instance(store, clockAt(62)), instance(store, clockAt(57))];
    await behind.handle(id, command({ type: 'CaptureHold', hold: 3 }));
    expect(await ahead.handle(id, command({ type: 'ExpireHolds' }))).toMatchObject({
      outcome: 'unchanged',
      version: 4,
    });
    expect(await typesOf(id)).toEqual(['AccountOpened', 'MoneyDeposited', 'HoldPlaced', 'HoldCaptured']);
  });
});

describe('a hold that is captured by many at once', () => {
  it('is captured once', async () => {
    const id = await withHold();
    const [one, other] = [instance(store, clockAt(1)), instance(store, clockAt(2))];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? one : other).handle(id, command({ type: 'CaptureHold', hold: 3 })),
      ),
    );
    expect(outcomes.filter((each) => each.outcome === 'done')).toHaveLength(1);
    expect(await store.loadNewest(id)).toMatchObject({ state: { balance: 2, holds: [] } });
  });

  it('gives a repeat with its key the first answer, after everything around it has changed', async () => {
    const id = await withHold();
    const capture = command({ type: 'CaptureHold', hold: 3 }, 'capture');
    const { handle } = instance(store, clockAt(1));
    const first = await handle(id, capture);
    await handle(id, command({ type: 'WithdrawMoney', amount: eur(2) }));
    await handle(id, command({ type: 'CloseAccount' }));
    const again = await instance(store, clockAt(3_000)).handle(id, { ...capture, traceparent: randomUUID() });
    expect(again).toEqual({ ...first, replayed: true });
  });

  it('is not placed again by a repeat whose time is over', async () => {
    const id = await withHold();
    const hold = command({ type: 'PlaceHold', amount: eur(1), expiresAt: at(60) }, 'place');
    const first = await instance(store, clockAt(0)).handle(id, hold);
    const again = await instance(store, clockAt(3_000)).handle(id, { ...hold, traceparent: randomUUID() });
    expect(again).toEqual({ ...first, replayed: true });
  });
});
