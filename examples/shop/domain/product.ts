import { z } from 'zod';
import { money, positiveMoney, type Money } from '../../../domain/money.ts';
import type { Aggregate } from '../../../eventSourcing/aggregate.ts';
import { accept, reject } from '../../../eventSourcing/decider.ts';
import { defineEvent, type EventOf } from '../../../eventSourcing/event.ts';

export const unitCount = z.int().min(1).max(1_000_000);

/** What so many units cost; undefined where that is more than any amount may be. */
export const totalOf = ({ minor, currency }: Money, units: number): Money | undefined =>
  money.safeParse({ minor: minor * units, currency }).data;

const ofOrder = z.strictObject({ order: z.string(), units: unitCount });

const productEvents = [
  defineEvent({
    type: 'ProductAdded',
    schemaVersion: 1,
    data: z.strictObject({ name: z.string(), price: positiveMoney, units: unitCount }),
  }),
  defineEvent({ type: 'UnitsReserved', schemaVersion: 1, data: ofOrder }),
  defineEvent({ type: 'UnitsRefused', schemaVersion: 1, data: ofOrder }),
  defineEvent({ type: 'UnitsTaken', schemaVersion: 1, data: ofOrder }),
  defineEvent({ type: 'UnitsReturned', schemaVersion: 1, data: ofOrder }),
] as const;
type ProductEvent = EventOf<(typeof productEvents)[number]>;

type ProductCommand =
  | { readonly type: 'AddProduct'; readonly name: string; readonly price: Money; readonly units: number }
  /** Is never refused: where there are too few, that is what has happened. */
  | { readonly type: 'ReserveUnits'; readonly order: string; readonly units: number }
  | { readonly type: 'TakeUnits' | 'ReturnUnits'; readonly order: string };

const productState = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('unknown') }),
  z.strictObject({
    status: z.literal('known'),
    price: positiveMoney,
    /** Units that are for no order. */
    left: z.int().min(0),
    /** Units by order, until the order takes them or gives them back. */
    reserved: z.record(z.string(), unitCount),
  }),
]);
type Product = z.infer<typeof productState>;

/** A thing that the shop sells, and how many of it are left. */
export const product: Aggregate<ProductCommand, ProductEvent, Product, { code: 'ProductKnown' | 'ProductUnknown' }> = {
  name: 'product',
  label: 'a product',
  events: productEvents,
  state: productState,
  stateVersion: 1,
  initial: { status: 'unknown' },

  decide(command, state) {
    if (command.type === 'AddProduct') {
      if (state.status === 'known') return reject({ code: 'ProductKnown' });
      const { name, price, units } = command;
      return accept({ type: 'ProductAdded', data: { name, price, units } });
    }
    if (state.status === 'unknown') return reject({ code: 'ProductUnknown' });
    const { order } = command;
    const reserved = state.reserved[order];
    switch (command.type) {
      case 'ReserveUnits': {
        if (reserved !== undefined) return accept();
        const { units } = command;
        return accept({ type: units > state.left ? 'UnitsRefused' : 'UnitsReserved', data: { order, units } });
      }
      case 'TakeUnits':
      case 'ReturnUnits': {
        if (reserved === undefined) return accept();
        const type = command.type === 'TakeUnits' ? 'UnitsTaken' : 'UnitsReturned';
        return accept({ type, data: { order, units: reserved } });
      }
    }
  },

  evolve(state, event) {
    if (event.type === 'ProductAdded') {
      const { price, units } = event.data;
      return { status: 'known', price, left: units, reserved: {} };
    }
    if (state.status === 'unknown') return state;
    const { order, units } = event.data;
    const { [order]: _ended, ...others } = state.reserved;
    switch (event.type) {
      case 'UnitsReserved':
        return { ...state, left: state.left - units, reserved: { ...others, [order]: units } };
      case 'UnitsRefused':
        return state;
      case 'UnitsTaken':
        return { ...state, reserved: others };
      case 'UnitsReturned':
        return { ...state, left: state.left + units, reserved: others };
    }
  },
};
