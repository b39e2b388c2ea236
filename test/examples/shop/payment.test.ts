import { describe, expect, it } from 'vitest';
import type { Reads, Tools } from '../../../application/subscriptions/subscriber.ts';
import { order } from '../../../examples/shop/domain/order.ts';
import type { OrderEvent } from '../../../examples/shop/domain/orderEvents.ts';
import { payment } from '../../../examples/shop/listeners/payment.ts';
import { eur } from '../../support/bank.ts';
import { givenAt } from '../../support/given.ts';

const payBy = '2026-11-27T10:00:00.000Z';
const placed: OrderEvent = {
  type: 'OrderPlaced',
  data: { product: 'teapot', units: 2, account: 'adas', payBy, email: 'ada@example.com', total: eur(50_00) },
};
const held: OrderEvent = { type: 'PaymentHeld', data: { hold: 'adas:7' } };
const away = () => Promise.reject(new Error('The bank is away'));
const absent = payment({ hold: away, capture: away, release: away });

/** Tells the listener of the last event of an order, at an instant; what it asks for and executes. */
const told = async (events: readonly OrderEvent[], now: string, isKnown = false) => {
  const asked: string[] = [];
  const state = events.reduce((before, event, index) => order.evolve(before, event, index + 1, givenAt), order.initial);
  const tools: Partial<Tools> = {
    current: (() => Promise.resolve({ version: events.length, state })) as unknown as Reads['current'],
    now: () => now,
    once: (work) => (isKnown ? Promise.resolve() : work()),
    hearAgain: (at) => Promise.resolve(void asked.push(at)),
    execute: (commands) => Promise.resolve(void asked.push(...commands.map(({ command }) => command.type))),
  };
  const last = events.at(-1) ?? placed;
  const event = { ...last, id: 'o:1', aggregate: 'order', aggregateId: 'o', version: 1, occurredAt: givenAt };
  const failure = await absent.handle(event, tools as Tools).catch((error: unknown) => error);
  return { asked, failure };
};

describe('the payment', () => {
  it('asks to hear of the order at the end of its time before it asks the bank, which may stay away for longer than messages live', async () => {
    const { asked, failure } = await told([placed], '2026-11-20T10:00:00.000Z');
    expect([asked, failure]).toEqual([[payBy], new Error('The bank is away')]);
    // Each further try of the same message asks the bank alone.
    expect((await told([placed], '2026-11-20T10:00:01.000Z', true)).asked).toEqual([]);
  });

  it.each([
    ['has said nothing', [placed]],
    ['holds the money of an order that nobody has shipped', [placed, held]],
  ])('gives up at the end of that time where the bank %s', async (_, events) => {
    expect((await told(events, payBy, true)).asked).toEqual(['GiveUpPayment']);
  });

  it('asks to hear of an order whose money is held at the end of its time', async () => {
    expect((await told([placed, held], '2026-11-27T09:59:59.999Z')).asked).toEqual([payBy]);
  });
});
