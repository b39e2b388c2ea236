import { demoAccounts, demoCustomers, moneyOf, type DemoSize } from './accounts.ts';
import { dailyLife } from './dailyLife.ts';
import { createDice } from './dice.ts';
import { planRates } from './rates.ts';
import { accountStep, customerStep, dayMs, type Step } from './steps.ts';
import { closingSteps, freezeSteps, isFrozenOn, renameSteps, reversalSteps } from './stories.ts';

export const wholeDemo: DemoSize = { customers: 20, accounts: 30, days: 90 };

const seed = 20_250_601;

/**
 * All steps of a demo in their order in time: the same for the same size. The bank accepts each of them, in this order. The first
 * creates a customer when the demo starts, the last has the key `lastKey`. The stories take five customers and six accounts.
 */
export const planDemo = (size: DemoSize): readonly [Step, ...Step[]] => {
  const { days } = size;
  const dice = createDice(seed);
  const rates = planRates(days, dice);
  const customers = demoCustomers(size);
  const accounts = demoAccounts(size, customers);
  const closing = accounts.find(({ isSavings }) => isSavings);
  const [first, , third] = accounts;
  if (!first || !third || !closing) throw new Error(`A demo has three customers or more, and more accounts`);
  const others = accounts.filter((each) => each !== closing);

  const lives = others.flatMap((own, index) => {
    const receivers = others.filter((each) => each !== own && (!each.isSavings || each.owner === own.owner));
    const isFrozen = (day: number) => isFrozenOn(index, day, days);
    return dailyLife(own, { dice, rates, days, receivers, isFrozen });
  });
  const last = { type: 'DepositMoney', amount: moneyOf(12.5, first.currency), reference: 'Dinner, your half' } as const;
  const steps = [
    ...customers.map(({ key, id, comesAt, firstName, lastName, mailbox }) => {
      const create = { type: 'CreateCustomer', firstName, lastName, email: `${mailbox}@demo.example` } as const;
      return customerStep(comesAt, key, id, create);
    }),
    ...rates.steps,
    ...accounts.map(({ key, id, opensAt, owner, currency }) =>
      accountStep(opensAt, key, id, () => ({ type: 'OpenAccount', customerId: owner.id, currency })),
    ),
    ...lives,
    ...freezeSteps(accounts, days),
    ...reversalSteps(third, days),
    ...renameSteps(customers, days),
    ...closingSteps(closing, [first, third], rates, days),
    accountStep(days * dayMs, lastKey, first.id, () => last),
  ];
  const [begin, ...rest] = steps.toSorted((one, other) => one.at - other.at);
  if (!begin) throw new Error('A demo has steps');
  return [begin, ...rest];
};

export const lastKey = 'last';
