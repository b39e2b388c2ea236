import { moneyOf, type DemoAccount, type DemoCustomer } from './accounts.ts';
import { reservedEuros, transferSteps } from './dailyLife.ts';
import type { DemoRates } from './rates.ts';
import { accountStep, customerStep, dayMs, hourMs, minuteMs, secondMs, type Step } from './steps.ts';

/** The instant so many hours into the day that is at a part of the demo. */
const during = (days: number, part: number, hours: number) => Math.floor(days * part) * dayMs + hours * hourMs;

/** A first account is frozen for a while, since its card is missed; another one is still frozen. By the indices of the accounts. */
export const freezes = [
  { account: 1, from: 0.4, to: 0.5, why: 'Card missing', found: 'Card found' },
  { account: 3, from: 0.95, to: 1, why: 'Unusual payments', found: undefined },
] as const;

export const isFrozenOn = (index: number, day: number, days: number): boolean =>
  freezes.some(
    ({ account, from, to }) => account === index && day >= Math.floor(days * from) && day <= Math.floor(days * to),
  );

export const freezeSteps = (accounts: readonly DemoAccount[], days: number): readonly Step[] =>
  freezes.flatMap(({ account, from, to, why, found }) => {
    const own = accounts[account];
    if (!own) return [];
    const freeze = { type: 'FreezeAccount', reason: why } as const;
    const steps = [accountStep(during(days, from, 2), `${own.key}-frozen`, own.id, () => freeze)];
    if (found === undefined) return steps;
    const thaw = { type: 'UnfreezeAccount', reason: found } as const;
    return [...steps, accountStep(during(days, to, 22), `${own.key}-unfrozen`, own.id, () => thaw)];
  });

/** A deposit is booked twice, and reversed the next morning. */
export const reversalSteps = (own: DemoAccount, days: number): readonly Step[] => {
  const at = during(days, 0.5, 20);
  const amount = moneyOf(480, own.currency);
  const deposit = { type: 'DepositMoney', amount, reference: 'Refund of taxes' } as const;
  const again = `${own.key}-refund-again`;
  return [
    accountStep(at, `${own.key}-refund`, own.id, () => deposit),
    accountStep(at + minuteMs, again, own.id, () => deposit),
    accountStep(at + 9 * hourMs, `${own.key}-reversal`, own.id, (versionOf) => ({
      ...{ type: 'ReverseTransaction', reverses: versionOf(again), reason: 'Booked twice' },
    })),
  ];
};

const newNames = [
  { customer: 1, part: 0.45, firstName: 'Imogen', lastName: 'Ashworth-Llewellyn' },
  { customer: 4, part: 0.7, firstName: 'Ελένη', lastName: 'Παπαδοπούλου-Βλάχου' },
] as const;

export const renameSteps = (customers: readonly DemoCustomer[], days: number): readonly Step[] =>
  newNames.flatMap(({ customer, part, firstName, lastName }) => {
    const who = customers[customer];
    if (!who) return [];
    const rename = { type: 'RenameCustomer', firstName, lastName } as const;
    return [customerStep(during(days, part, 10), `${who.key}-renamed`, who.id, rename)];
  });

/** An account is emptied and closed while others send it money, which comes back. */
export const closingSteps = (
  own: DemoAccount,
  senders: readonly DemoAccount[],
  rates: DemoRates,
  days: number,
): readonly Step[] => {
  const at = during(days, 0.6, 20);
  const amount = moneyOf(750, own.currency);
  const move = (type: 'DepositMoney' | 'WithdrawMoney', reference: string) => () =>
    ({ type, amount, reference }) as const;
  const close = { type: 'CloseAccount', reason: 'Moved to another bank' } as const;
  return [
    accountStep(own.opensAt + minuteMs, `${own.key}-first`, own.id, move('DepositMoney', 'First deposit')),
    ...senders.flatMap((from, index) => {
      const sent = { from, to: own, amount: moneyOf(reservedEuros, from.currency), reference: 'Birthday present' };
      const [sentAt, settledAt] = [at + index * secondMs, at + minuteMs + index * secondMs];
      return transferSteps(sentAt, `${from.key}-to-closed`, sent, rates, settledAt);
    }),
    accountStep(at + 20 * secondMs, `${own.key}-emptied`, own.id, move('WithdrawMoney', 'Closing balance')),
    accountStep(at + 40 * secondMs, `${own.key}-closed`, own.id, () => close),
  ];
};
