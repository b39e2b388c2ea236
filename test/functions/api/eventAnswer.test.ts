import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { currency } from '../../../domain/currency.ts';
import { minorUnitsIn, money } from '../../../domain/money.ts';
import { bankAggregates } from '../../../domain/registry.ts';
import { defineEvent, upcaster } from '../../../eventSourcing/event.ts';
import { eventAnswers, type EventAnswers } from '../../../functions/api/eventAnswer.ts';
import { carryOut, plans, wholeLife } from '../../support/histories.ts';

const priced = defineEvent({
  type: 'Priced',
  schemaVersion: 2,
  data: z.strictObject({
    prices: z.array(money),
    fee: money.optional(),
    total: minorUnitsIn('limits', 'currency'),
    limits: z.strictObject({ currency, highest: minorUnitsIn('currency') }),
    minor: z.int(),
  }),
  upcasters: { 1: upcaster(z.object({ cents: z.int(), price: money }), (old) => old as never) },
});
const { dataOf, schemas } = eventAnswers([priced]);
const yen = { amount: '7', currency: 'JPY' };

describe('the data of an event is answered', () => {
  const limits = { currency: 'JPY', highest: 7 };
  const data = { prices: [{ minor: 1234, currency: 'EUR' }], total: 7, limits, minor: 3 };

  const shown = {
    prices: [{ amount: '12.34', currency: 'EUR' }],
    total: yen,
    limits: { currency: 'JPY', highest: yen },
    minor: 3,
  };

  it('with amounts where its schema has money, wherever that is', () =>
    expect(dataOf({ type: 'Priced', schemaVersion: 2, data })).toEqual(shown));

  it('by the schema of its own version', () =>
    expect(
      dataOf({ type: 'Priced', schemaVersion: 1, data: { cents: 5, price: { minor: 5, currency: 'EUR' } } }),
    ).toEqual({ cents: 5, price: { amount: '0.05', currency: 'EUR' } }));

  it.each([
    ['the type is unknown', { type: 'Unheard', schemaVersion: 1, data }],
    ['the version is unknown', { type: 'Priced', schemaVersion: 3, data }],
    ['it does not fit', { type: 'Priced', schemaVersion: 2, data: { ...data, total: -1 } }],
  ])('as it is stored where %s', (_, event) => expect(dataOf(event)).toEqual(event.data));

  it('as the document says', () =>
    expect(
      schemas.map((schema) => schema.safeParse({ type: 'Priced', schemaVersion: 2, data: shown }).success),
    ).toEqual([false, true]));
});

it('no event of the bank has an amount that is a number, and each is as the document says', () => {
  const byKind = new Map<string, EventAnswers>(bankAggregates.map(({ name, events }) => [name, eventAnswers(events)]));
  fc.assert(
    fc.property(plans, (plan) => {
      for (const { aggregate, events } of carryOut(plan)) {
        const answers = byKind.get(aggregate);
        for (const event of events) {
          const answer = JSON.parse(JSON.stringify({ ...event, data: answers?.dataOf(event) })) as typeof event;
          // Versions of events are numbers; amounts never are.
          const { hold, transfer, reverses, ...data } = answer.data as Record<string, unknown>;
          for (const version of [hold, transfer, reverses]) expect(['undefined', 'number']).toContain(typeof version);
          expect(JSON.stringify(data)).not.toMatch(/":\d|\[\d/);
          expect(z.union(answers?.schemas ?? []).safeParse(answer)).toMatchObject({ success: true });
        }
      }
    }),
    { examples: [[wholeLife]] },
  );
});
