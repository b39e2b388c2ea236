import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../../support/e2eApp.ts';
import { bodyOf, newAccount, type Page, type Reply } from '../../support/e2eBank.ts';
import { eventually } from '../../support/e2eEventually.ts';
import { accountShows, clerkOf, doorOfThisFile, shopBeside } from '../../support/e2eShop.ts';

const bank = appOfThisFile();
const door = doorOfThisFile(() => bank.origin);
const shop = appOfThisFile(() => shopBeside(door.url()));
const clerk = clerkOf({
  get bank() {
    return shop.bank;
  },
  get inbox() {
    return shop.inbox;
  },
});
const holdsOf = async (account: string) =>
  bodyOf((await bank.bank.get(`/accounts/${account}/holds`)) as Reply<Page<{ id: string; status: string }>>).items;
/** The bank's list of holds may be behind what the shop has heard. */
const hasHolds = (account: string, statuses: readonly string[]) =>
  eventually(async () => (await holdsOf(account)).map(({ status }) => status)).toEqual(statuses);

describe('the shop', () => {
  it('waits for a bank that is away, and holds nobody else up', async () => {
    const { id: account } = await newAccount(bank.bank, '100');
    const product = await clerk.addProduct('25.00', 2);
    await bank.kill();
    const { id, email } = await clerk.order(product, account, 2);
    await clerk.shows(id, { payment: 'open', isReserved: true });
    await eventually(() => clerk.subjectsTo(email)).toEqual(['We have your order.']);
    // Another order of the last units is decided on meanwhile.
    const other = await clerk.order(product, account, 1);
    await clerk.shows(other.id, { status: 'cancelled', reason: 'noStock', payment: 'open' });

    await bank.restart();
    await clerk.shows(id, { status: 'placed', payment: 'held' });
    await clerk.shows(other.id, { payment: 'released' });
    await accountShows(bank.bank, account, '100.00', '50.00');
    expect(await clerk.parked()).toEqual([]);
  });

  it('gives up on a bank that does not answer, asks again, and has one hold', async () => {
    const { id: account } = await newAccount(bank.bank, '100');
    const product = await clerk.addProduct('25.00', 2);
    door.holdBack = '/holds';
    const { id } = await clerk.order(product, account, 2);
    await eventually(() => Promise.resolve(door.held.length)).toBeGreaterThan(1);
    [door.holdBack, door.held] = [undefined, []];
    await clerk.shows(id, { payment: 'held' });
    await hasHolds(account, ['open']);
  });

  it.each([
    ['/holds', 'held', ['open'], ['100.00', '50.00']],
    ['/capture', 'captured', ['captured'], ['50.00', '50.00']],
  ] as const)(
    'that is killed before it hears what the bank said to %s asks again, and the bank does it once',
    async (path, payment, holds, [balance, available]) => {
      const { id: account } = await newAccount(bank.bank, '100');
      const product = await clerk.addProduct('25.00', 2);
      if (path === '/holds') door.holdBack = path;
      const { id } = await clerk.order(product, account, 2);
      if (path === '/capture') {
        await clerk.shows(id, { payment: 'held', isReserved: true });
        door.holdBack = path;
        bodyOf(await clerk.ship(id));
      }
      await eventually(() => Promise.resolve(door.held.length)).toBeGreaterThan(0);
      await shop.kill();
      [door.holdBack, door.held] = [undefined, []];
      await shop.restart();
      await clerk.shows(id, { payment });
      await accountShows(bank.bank, account, balance, available);
      await hasHolds(account, holds);
      const types = await clerk.typesOf(id);
      expect(types.filter((type) => type.startsWith('Payment'))).toEqual(
        path === '/holds' ? ['PaymentHeld'] : ['PaymentHeld', 'PaymentCaptured'],
      );
    },
  );
});

const refuse = (status: number | undefined) => {
  door.refusal = status;
  return Promise.resolve();
};

describe('a shop that has little time to be paid', () => {
  const hasty = appOfThisFile(() => shopBeside(door.url(), { PAY_WITHIN_SECONDS: '8' }));
  const itsClerk = clerkOf({
    get bank() {
      return hasty.bank;
    },
    get inbox() {
      return hasty.inbox;
    },
  });

  it('cancels an order that nobody ships in time, and parks nothing', async () => {
    const { id: account } = await newAccount(bank.bank, '100');
    const { id } = await itsClerk.order(await itsClerk.addProduct('25.00', 2), account, 2);
    await itsClerk.shows(id, { status: 'cancelled', reason: 'holdEnded', payment: 'refused', isReserved: true });
    expect(await itsClerk.typesOf(id)).toContain('PaymentHeld');
    await accountShows(bank.bank, account, '100.00', '100.00');
    expect(await itsClerk.parked()).toEqual([]);
  });

  it.each([
    ['stays away', () => bank.kill(), () => bank.restart()],
    ['refuses everybody', () => refuse(503), () => refuse(undefined)],
    ['takes its key no longer', () => refuse(401), () => refuse(undefined)],
  ])(
    'gives an order up whose bank %s for as long as it may be paid, says so, and sells its units to others',
    async (_, begin, end) => {
      const { id: account } = await newAccount(bank.bank, '100');
      const product = await itsClerk.addProduct('25.00', 2);
      await begin();
      const { id } = await itsClerk.order(product, account, 2);
      await itsClerk.shows(id, { status: 'cancelled', reason: 'noAnswer', payment: 'refused', isReserved: true });
      await end();

      const other = await itsClerk.orderOnceThereAreUnits(product, account, 2);
      await itsClerk.shows(other, { payment: 'held', isReserved: true });
      await accountShows(bank.bank, account, '100.00', '50.00');
      expect(await itsClerk.parked()).toEqual([]);
    },
  );

  it('cancels an order that has shipped and whose hold a teller has released', async () => {
    const { id: account } = await newAccount(bank.bank, '100');
    const { id } = await clerk.order(await clerk.addProduct('25.00', 2), account, 2);
    await clerk.shows(id, { payment: 'held', isReserved: true });
    await hasHolds(account, ['open']);
    const [hold] = await holdsOf(account);
    bodyOf(await bank.bank.post(`/accounts/${account}/holds/${hold?.id ?? ''}/release`, {}));
    bodyOf(await clerk.ship(id));
    await clerk.shows(id, { status: 'cancelled', reason: 'holdEnded', payment: 'refused' });
    expect(await clerk.parked()).toEqual([]);
  });
});
