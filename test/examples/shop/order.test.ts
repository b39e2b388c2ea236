import { describe, expect, it } from 'vitest';
import type { Money } from '../../../domain/money.ts';
import { order, type BankAnswer } from '../../../examples/shop/domain/order.ts';
import type { CancelReason, OrderEvent } from '../../../examples/shop/domain/orderEvents.ts';
import { nextPaymentStep } from '../../../examples/shop/domain/payment.ts';
import { eur } from '../../support/bank.ts';
import { given, givenAt } from '../../support/given.ts';

const payBy = '2026-11-27T10:00:00.000Z';
const inTime = '2026-11-27T09:59:59.999Z';
const ordered = { product: 'teapot', units: 2, account: 'adas', payBy, email: 'ada@example.com' };
const place = (price: Money | undefined) => ({ type: 'PlaceOrder', ...ordered, price }) as const;
const answered = (step: 'hold' | 'capture' | 'release', answer: BankAnswer) =>
  ({ type: 'RecordAnswer', step, answer }) as const;

const placed: OrderEvent = { type: 'OrderPlaced', data: { ...ordered, total: eur(50_00) } };
const reserved: OrderEvent = { type: 'StockReserved', data: {} };
const held: OrderEvent = { type: 'PaymentHeld', data: { hold: 'adas:7' } };
const shipped: OrderEvent = { type: 'OrderShipped', data: {} };
const captured: OrderEvent = { type: 'PaymentCaptured', data: { total: eur(50_00) } };
const released: OrderEvent = { type: 'PaymentReleased', data: {} };
const refused = (code: string): OrderEvent => ({ type: 'PaymentRefused', data: { code } });
const cancelled = (reason: CancelReason): OrderEvent => ({
  type: 'OrderCancelled',
  data: { reason },
});

describe('an order', () => {
  it('is placed once', () => {
    given(order)
      .when(place(eur(25_00)))
      .yields(placed);
    given(order, placed)
      .when(place(eur(25_00)))
      .rejects({ code: 'OrderKnown' });
  });

  it('is of a product that there is, and costs no more than an amount may be', () => {
    given(order).when(place(undefined)).rejects({ code: 'ProductUnknown' });
    given(order)
      .when(place(eur(999_999_999_999_999)))
      .rejects({ code: 'TotalTooLarge' });
  });

  it('takes nothing before it is placed', () =>
    given(order).when({ type: 'ShipOrder' }).rejects({ code: 'OrderUnknown' }));

  it('ships once its units are reserved and its money is held, until the hold ends', () => {
    const ready = given(order, placed, reserved, held);
    ready.when({ type: 'ShipOrder' }, inTime).yields(shipped);
    ready.when({ type: 'ShipOrder' }, payBy).rejects({ code: 'HoldEnds' });
    for (const missing of [[reserved], [held], []]) {
      given(order, placed, ...missing)
        .when({ type: 'ShipOrder' })
        .rejects({ code: 'OrderNotReady' });
    }
    given(order, placed, reserved, held, shipped).when({ type: 'ShipOrder' }).yields();
    given(order, placed, cancelled('byHand')).when({ type: 'ShipOrder' }).rejects({ code: 'OrderEnded' });
  });

  it('is cancelled until it ships, for the first reason', () => {
    given(order, placed, reserved, held).when({ type: 'CancelOrder', reason: 'byHand' }).yields(cancelled('byHand'));
    given(order, placed, cancelled('byHand')).when({ type: 'CancelOrder', reason: 'noStock' }).yields();
    given(order, placed, reserved, held, shipped)
      .when({ type: 'CancelOrder', reason: 'byHand' })
      .rejects({ code: 'OrderEnded' });
  });

  it('is cancelled where the bank holds no money, or holds it no longer, even once it has shipped', () => {
    const refusal = answered('hold', { refused: 'InsufficientFunds' });
    given(order, placed).when(refusal).yields(refused('InsufficientFunds'), cancelled('noMoney'));
    given(order, placed, cancelled('noStock')).when(refusal).yields(refused('InsufficientFunds'));
    const ended = answered('capture', { refused: 'HoldEnded' });
    given(order, placed, reserved, held, shipped).when(ended).yields(refused('HoldEnded'), cancelled('holdEnded'));
    given(order, placed, reserved, held, shipped, captured).when(ended).yields();
  });

  it('keeps the hold that the bank gave where another request for it was refused, whichever is recorded first', () => {
    const refusal = answered('hold', { refused: 'InsufficientFunds' });
    const refusedFirst = [placed, refused('InsufficientFunds'), cancelled('noMoney')];
    given(order, ...refusedFirst)
      .when(answered('hold', { done: 'adas:7' }))
      .yields(held);
    expect(stepAfter([...refusedFirst, held], inTime)).toBe('release');
    for (const before of [
      [placed, held],
      [placed, cancelled('byHand'), held],
    ]) {
      given(order, ...before)
        .when(refusal)
        .yields();
    }
  });

  it('is cancelled where its time to be paid is over, and says whether the bank had held the money', () => {
    given(order, placed).when({ type: 'GiveUpPayment' }).yields(refused('NoAnswer'), cancelled('noAnswer'));
    given(order, placed, cancelled('byHand')).when({ type: 'GiveUpPayment' }).yields(refused('NoAnswer'));
    given(order, placed, reserved, held)
      .when({ type: 'GiveUpPayment' })
      .yields(refused('HoldEnded'), cancelled('holdEnded'));
    given(order, placed, reserved, held, shipped, captured).when({ type: 'GiveUpPayment' }).yields();
  });

  it('lets a hold that has ended end once', () => {
    const ended = [placed, reserved, held, shipped, refused('HoldEnded'), cancelled('holdEnded')];
    given(order, ...ended)
      .when(answered('hold', { done: 'adas:7' }))
      .yields();
  });

  it('takes what listeners record once, also after its end', () => {
    const recorded = [
      [{ type: 'FlagOrder' }, { type: 'OrderFlagged', data: {} }],
      [{ type: 'RecordStock' }, reserved],
      [answered('hold', { done: 'adas:7' }), held],
    ] as const;
    for (const [command, event] of recorded) {
      given(order, placed).when(command).yields(event);
      given(order, placed, cancelled('byHand')).when(command).yields(event);
      given(order, placed, event).when(command).yields();
    }
    given(order, placed, held, shipped)
      .when(answered('capture', { done: 'adas:9' }))
      .yields(captured);
    given(order, placed, held, shipped, captured)
      .when(answered('capture', { done: 'adas:9' }))
      .yields();
    for (const answer of [{ done: 'adas:9' }, { refused: 'HoldEnded' }]) {
      given(order, placed, held, cancelled('noStock')).when(answered('release', answer)).yields(released);
      given(order, placed, held, cancelled('noStock'), released).when(answered('release', answer)).yields();
    }
  });
});

describe('the next step of a payment', () => {
  it.each([
    ['is a hold, before the bank has said anything', 'hold', [placed]],
    ['is a hold also of a cancelled order: its answer may have been lost', 'hold', [placed, cancelled('noStock')]],
    ['is none while the order waits to be shipped', undefined, [placed, reserved, held]],
    ['is the capture once the order ships', 'capture', [placed, reserved, held, shipped]],
    ['is the release once the order is cancelled', 'release', [placed, held, cancelled('noStock')]],
    ['is none once the money is captured', undefined, [placed, reserved, held, shipped, captured]],
    ['is none once it is released', undefined, [placed, held, cancelled('noStock'), released]],
    ['is none once the bank has refused', undefined, [placed, refused('NotFound'), cancelled('noMoney')]],
  ] as const)('%s', (_, step, events) => expect(stepAfter(events, inTime)).toBe(step));

  it('is to give up once the hold ends, but not on an order which has shipped', () => {
    expect(stepAfter([placed], payBy)).toBe('giveUp');
    expect(stepAfter([placed, reserved, held], payBy)).toBe('giveUp');
    expect(stepAfter([placed, reserved, held, shipped], payBy)).toBe('capture');
  });
});

const stepAfter = (events: readonly OrderEvent[], at: string) => {
  const state = events.reduce((before, event, index) => order.evolve(before, event, index + 1, givenAt), order.initial);
  return state.status === 'unknown' ? undefined : nextPaymentStep(state, at);
};
