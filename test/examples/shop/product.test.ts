import { expect, it } from 'vitest';
import { product, totalOf } from '../../../examples/shop/domain/product.ts';
import { eur } from '../../support/bank.ts';
import { given, givenAt } from '../../support/given.ts';

const price = eur(25_00);
const added = (units: number) => ({ type: 'ProductAdded', data: { name: 'Teapot', price, units } }) as const;
const units = (
  type: 'UnitsReserved' | 'UnitsRefused' | 'UnitsTaken' | 'UnitsReturned',
  order: string,
  count: number,
) => ({
  type,
  data: { order, units: count },
});
const reserve = (order: string, count: number) => ({ type: 'ReserveUnits', order, units: count }) as const;

it('a product is added once', () => {
  given(product).when({ type: 'AddProduct', name: 'Teapot', price, units: 3 }).yields(added(3));
  given(product, added(3))
    .when({ type: 'AddProduct', name: 'Teapot', price, units: 3 })
    .rejects({ code: 'ProductKnown' });
  given(product).when(reserve('a', 1)).rejects({ code: 'ProductUnknown' });
});

it('reserves the last unit, and refuses the one after it: that is what happened, no rejection', () => {
  given(product, added(3))
    .when(reserve('a', 3))
    .yields(units('UnitsReserved', 'a', 3));
  given(product, added(3), units('UnitsReserved', 'a', 2))
    .when(reserve('b', 2))
    .yields(units('UnitsRefused', 'b', 2));
});

it('reserves once for an order, and ends a reservation once', () => {
  const reserved = given(product, added(3), units('UnitsReserved', 'a', 2));
  reserved.when(reserve('a', 2)).yields();
  reserved.when({ type: 'TakeUnits', order: 'a' }).yields(units('UnitsTaken', 'a', 2));
  reserved.when({ type: 'ReturnUnits', order: 'a' }).yields(units('UnitsReturned', 'a', 2));
  reserved.when({ type: 'ReturnUnits', order: 'b' }).yields();
});

it('has no total beyond what an amount may be', () => {
  expect(totalOf(eur(333_333_333_333_333), 3)).toEqual(eur(999_999_999_999_999));
  expect(totalOf(eur(500_000_000_000_000), 2)).toBeUndefined();
  expect(totalOf(eur(999_999_999_999_999), 1_000_000)).toBeUndefined();
});

it.each([
  ['UnitsTaken', 1],
  ['UnitsReturned', 3],
] as const)('after %s, %i are left', (type, left) => {
  const events = [added(3), units('UnitsReserved', 'a', 2), units(type, 'a', 2)];
  const state = events.reduce(
    (before, event, index) => product.evolve(before, event, index + 1, givenAt),
    product.initial,
  );
  expect(state).toEqual({ status: 'known', price, left, reserved: {} });
});
