import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../../support/e2eApp.ts';
import { bodyOf, newAccount } from '../../support/e2eBank.ts';
import { eventually } from '../../support/e2eEventually.ts';
import { expectProblem } from '../../support/e2eProblem.ts';
import { accountShows, clerkOf, shopBeside, type ShownOrder } from '../../support/e2eShop.ts';
import { curlAt, paste } from '../../support/paste.ts';

const bank = appOfThisFile({ flags: ['--allow-host', 'localhost:7071'] });
const shop = appOfThisFile(() => shopBeside(bank.origin));
const clerk = clerkOf({
  get bank() {
    return shop.bank;
  },
  get inbox() {
    return shop.inbox;
  },
});

describe('the shop', () => {
  it('holds the money of an order, and takes it when the order ships; each listener does its part', async () => {
    const { id: account } = await newAccount(bank.bank, '100');
    const product = await clerk.addProduct('25.00', 10);
    const { id, email } = await clerk.order(product, account, 2);
    await clerk.shows(id, { status: 'placed', payment: 'held', isReserved: true });
    await accountShows(bank.bank, account, '100.00', '50.00');

    bodyOf(await clerk.ship(id));
    await clerk.shows(id, { status: 'shipped', payment: 'captured', isFlagged: false });
    await accountShows(bank.bank, account, '50.00', '50.00');
    await eventually(async () => (await clerk.subjectsTo(email)).toSorted()).toEqual([
      ...['We have your order.', 'Your order is paid, and on its way to you.'],
    ]);
    await eventually(async () => (await shop.bank.get('/analytics/sales')).body).toMatchObject({
      items: [{ orders: 1, revenue: { amount: '50.00', currency: 'EUR' } }],
    });
    expect(await clerk.parked()).toEqual([]);
  });

  it('cancels an order that it has no units for, and releases its money', async () => {
    const { id: account } = await newAccount(bank.bank, '100');
    const { id, email } = await clerk.order(await clerk.addProduct('25.00', 1), account, 2);
    await clerk.shows(id, { status: 'cancelled', reason: 'noStock', payment: 'released' });
    await accountShows(bank.bank, account, '100.00', '100.00');
    expectProblem(await clerk.ship(id), 409, 'OrderEnded');
    await eventually(() => clerk.subjectsTo(email)).toContain(
      'Your order is cancelled, and nothing is taken from your account.',
    );
  });

  it('cancels an order whose buyer has too little money, and keeps its units for others', async () => {
    const { id: account } = await newAccount(bank.bank, '49.99');
    const { id: rich } = await newAccount(bank.bank, '50');
    const product = await clerk.addProduct('25.00', 2);
    const { id } = await clerk.order(product, account, 2);
    await clerk.shows(id, { status: 'cancelled', reason: 'noMoney', payment: 'refused' });
    // The units come back once the inventory has heard of that.
    const next = await clerk.orderOnceThereAreUnits(product, rich, 2);
    await clerk.shows(next, { status: 'placed', payment: 'held', isReserved: true });
  });

  it('has large orders, and no others, looked at', async () => {
    const { id: account } = await newAccount(bank.bank, '5000');
    const product = await clerk.addProduct('1000.00', 10);
    const small = await clerk.order(product, account, 1);
    const large = await clerk.order(product, account, 2);
    await clerk.shows(large.id, { isFlagged: true });
    await clerk.shows(small.id, { payment: 'held', isReserved: true, isFlagged: false });
    expect(await clerk.typesOf(small.id)).not.toContain('OrderFlagged');
  });

  it('cancels an order by hand until it ships, and gives back what was reserved and held', async () => {
    const { id: account } = await newAccount(bank.bank, '50');
    const { id } = await clerk.order(await clerk.addProduct('25.00', 2), account, 2);
    await clerk.shows(id, { payment: 'held', isReserved: true });
    bodyOf(await clerk.cancel(id));
    expect(bodyOf(await clerk.cancel(id))).toMatchObject({ position: expect.stringContaining(`${id}:`) as string });
    await clerk.shows(id, { status: 'cancelled', reason: 'byHand', payment: 'released' });
    await accountShows(bank.bank, account, '50.00', '50.00');
  });

  it('refuses an order whose total is more than an amount may be', async () => {
    const product = await clerk.addProduct('9999999999999.99', 2);
    const order = { product, units: 2, account: crypto.randomUUID(), email: 'ada@example.com' };
    expectProblem(await shop.bank.post('/orders', order), 422, 'TotalTooLarge');
  });

  it('refuses orders of products that it does not know, and commands to orders that there are not', async () => {
    const unknown = crypto.randomUUID();
    const order = { product: unknown, units: 1, account: unknown, email: 'ada@example.com' };
    expectProblem(await shop.bank.post('/orders', order), 422, 'ProductUnknown');
    expectProblem(await clerk.ship(unknown), 404, 'OrderUnknown');
    expectProblem(await shop.bank.get(`/orders/${unknown}`), 404, 'NotFound');
  });
});

it('works as its README says', async () => {
  const readme = await readFile('examples/shop/README.md', 'utf8');
  const blocks = [...readme.matchAll(/^```\n(curl .*?)^```$/gms)].map(([, block = '']) => block);
  const curl = curlAt({ 7071: bank.origin, 7072: shop.origin });
  const answersOf = async (block = '') =>
    [...(await paste(curl + block)).matchAll(/^\{.*$/gm)].map(([answer]) => JSON.parse(answer) as ShownOrder);
  const id = /orders\/([\da-f-]{36})/.exec(blocks[1] ?? '')?.[1] ?? '';
  expect((await answersOf(blocks[0])).at(-1)).toMatchObject({ id, version: 1 });
  await clerk.shows(id, { payment: 'held', isReserved: true });
  const [order, shipped, events] = await answersOf(blocks[1]);
  expect([order, shipped, events]).toMatchObject([
    { id, status: 'placed' },
    { version: 4 },
    { items: [{}, {}, {}, {}] },
  ]);
  await clerk.shows(id, { status: 'shipped', payment: 'captured' });
});
