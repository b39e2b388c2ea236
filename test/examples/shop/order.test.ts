import { describe, expect, it } from 'vitest';
import { order } from '../../../examples/shop/domain/order.ts';
import type { OrderEvent } from '../../../examples/shop/domain/orderEvents.ts';
import { nextPaymentStep } from '../../../examples/shop/domain/payment.ts';
import { eur } from '../../support/bank.ts';
import { given, givenAt } from '../../support/given.ts';

const payBy = '2026-11-27T10:00:00.000Z';
const inTime = '2026-11-27T09:59:59.999Z';
const placing = {
  product: 'teapot',
  units: 2,
  total: eur(50_00),
  account: 'adas',
  payBy,
  email: 'ada@example.com',
};

const placed: OrderEvent = { type: 'OrderPlaced', data: placing };
const reserved: OrderEvent = { type: 'StockReserved', data: {} };
const held: OrderEvent = { type: 'PaymentHeld', data: { hold: 'adas:7' } };
const shipped: OrderEvent = { type: 'OrderShipped', data: {} };
const captured: OrderEvent = { type: 'PaymentCaptured', data: { total: placing.total } };
const released: OrderEvent = { type: 'PaymentReleased', data: {} };
const refused = (code: string): OrderEvent => ({ type: 'PaymentRefused', data: { code } });
const cancelled = (reason: 'noStock' | 'noMoney' | 'holdEnded' | 'byHand'): OrderEvent => ({
  type: 'OrderCancelled',
  data: { reason },
});

describe('an order', () => {
  it('is placed once', () => {
    given(order)
      .when({ type: 'PlaceOrder', ...placing })
      .yields(placed);
    given(order, placed)
      .when({ type: 'PlaceOrder', ...placing })
      .rejects({ code: 'OrderKnown' });
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
    const refusal = { type: 'RecordRefusal', step: 'hold', code: 'InsufficientFunds' } as const;
    given(order, placed).when(refusal).yields(refused('InsufficientFunds'), cancelled('noMoney'));
    given(order, placed, cancelled('noStock')).when(refusal).yields(refused('InsufficientFunds'));
    const ended = { type: 'RecordRefusal', step: 'capture', code: 'HoldEnded' } as const;
    given(order, placed, reserved, held, shipped).when(ended).yields(refused('HoldEnded'), cancelled('holdEnded'));
    given(order, placed, reserved, held, shipped, captured).when(ended).yields();
  });

  it('keeps the hold that the bank gave where another request for it was refused, whichever is recorded first', () => {
    const refusal = { type: 'RecordRefusal', step: 'hold', code: 'InsufficientFunds' } as const;
    const refusedFirst = [placed, refused('InsufficientFunds'), cancelled('noMoney')];
    given(order, ...refusedFirst)
      .when({ type: 'RecordHold', hold: 'adas:7' })
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

  it('lets a hold that has ended end once', () => {
    const ended = [placed, reserved, held, shipped, refused('HoldEnded'), cancelled('holdEnded')];
    given(order, ...ended)
      .when({ type: 'RecordHold', hold: 'adas:7' })
      .yields();
    given(order, placed, reserved, held)
      .when({ type: 'RecordRefusal', step: 'lapse', code: 'HoldEnded' })
      .yields(refused('HoldEnded'), cancelled('holdEnded'));
  });

  it('takes what listeners record once, also after its end', () => {
    const recorded = [
      [{ type: 'FlagOrder' }, { type: 'OrderFlagged', data: {} }],
      [{ type: 'RecordStock' }, reserved],
      [{ type: 'RecordHold', hold: 'adas:7' }, held],
    ] as const;
    for (const [command, event] of recorded) {
      given(order, placed).when(command).yields(event);
      given(order, placed, cancelled('byHand')).when(command).yields(event);
      given(order, placed, event).when(command).yields();
    }
    given(order, placed, held, shipped).when({ type: 'RecordCapture' }).yields(captured);
    given(order, placed, held, shipped, captured).when({ type: 'RecordCapture' }).yields();
    given(order, placed, held, cancelled('noStock')).when({ type: 'RecordRelease' }).yields(released);
    given(order, placed, held, cancelled('noStock'), released).when({ type: 'RecordRelease' }).yields();
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

  it('is to let the payment lapse once the hold ends, but not that of an order which has shipped', () => {
    expect(stepAfter([placed], payBy)).toBe('lapse');
    expect(stepAfter([placed, reserved, held], payBy)).toBe('lapse');
    expect(stepAfter([placed, reserved, held, shipped], payBy)).toBe('capture');
  });
});

const stepAfter = (events: readonly OrderEvent[], at: string) => {
  const state = events.reduce((before, event, index) => order.evolve(before, event, index + 1, givenAt), order.initial);
  return nextPaymentStep(state, at)?.step;
};
