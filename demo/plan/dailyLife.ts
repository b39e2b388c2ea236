import { instantOf } from '../../application/clock.ts';
import type { AccountCommand } from '../../domain/account/commands.ts';
import { exchange } from '../../domain/exchange.ts';
import type { Money } from '../../domain/money.ts';
import { eventId } from '../../eventSourcing/commit.ts';
import { rateIdOf } from '../../functions/api/currencyPair.ts';
import { moneyOf, type DemoAccount } from './accounts.ts';
import { holdReferences, purchases, transferReferences } from './cast.ts';
import type { Dice } from './dice.ts';
import type { DemoRates } from './rates.ts';
import { accountStep, dayMs, hourMs, minuteMs, secondMs, type Step } from './steps.ts';

/** A transfer, and the command that brings it to its end. */
export const transferSteps = (
  at: number,
  key: string,
  { from, to, amount, reference }: { from: DemoAccount; to: DemoAccount; amount: Money; reference: string },
  rates: DemoRates,
  settledAt: number,
): readonly Step[] => {
  const send = { type: 'SendTransfer' as const, to: to.id, isSame: false, receiver: undefined, amount, reference };
  const end = accountStep(
    settledAt,
    `${key}-end`,
    from.id,
    (versionOf) => ({ type: 'SettleTransfer', transfer: versionOf(key) }),
    { listener: 'transfers', to: key },
  );
  if (from.currency === to.currency) return [accountStep(at, key, from.id, () => send), end];

  const pair = { base: from.currency, quote: to.currency };
  const { rate, key: rateKey } = rates.at(pair.base, pair.quote, at);
  const buy = exchange(amount, rate, to.currency);
  if (typeof buy === 'string') throw new Error(`${key}: ${buy}`);
  const exchanged = accountStep(at, key, from.id, (versionOf, start): AccountCommand => {
    const rateId = eventId(rateIdOf(pair), versionOf(rateKey));
    const expiresAt = instantOf(start + Math.round(at) + minuteMs);
    return { ...send, quote: { sell: amount, buy, rate, rateId, expiresAt } };
  });
  return [exchanged, end];
};

type Life = {
  readonly dice: Dice;
  readonly rates: DemoRates;
  readonly days: number;
  /** To which the account may send money. */
  readonly receivers: readonly DemoAccount[];
  /** Whether the account is frozen on a day. */
  readonly isFrozen: (day: number) => boolean;
};

const salaryEvery = 30;

/** Each account keeps so much for what else the demo tells of it. */
export const reservedEuros = 25;

/** The days of one account. It only spends what it surely has: nothing that others send it, and nothing that it holds. */
export const dailyLife = (own: DemoAccount, { dice, rates, days, receivers, isFrozen }: Life): readonly Step[] => {
  const steps: Step[] = [];
  const end = days * dayMs;
  const inEuros = (euros: number): Money => moneyOf(euros, own.currency);
  let left = -inEuros(reservedEuros).minor;
  const deposit = (at: number, key: string, amount: Money, reference: string) => {
    left += amount.minor;
    steps.push(accountStep(at, key, own.id, () => ({ type: 'DepositMoney', amount, reference })));
  };
  /** Whether the account can spend an amount, which it then has no more. */
  const takes = ({ minor }: Money): boolean => {
    if (minor > left) return false;
    left -= minor;
    return true;
  };

  deposit(own.opensAt + minuteMs, `${own.key}-first`, inEuros(Math.round(dice.between(20, 50)) * 100), 'First deposit');
  const firstDay = Math.ceil(own.opensAt / dayMs);
  for (let day = firstDay; day < days; day += 1) {
    const key = `${own.key}-${day}`;
    /** An instant between two hours of the day. */
    const within = (from: number, to: number) => day * dayMs + Math.round(dice.between(from * hourMs, to * hourMs));
    if ((day - firstDay) % salaryEvery === 3) {
      const [euros, reference] = own.isSavings
        ? [dice.between(2, 9), 'Interest']
        : [dice.between(19, 42) * 100, 'Salary'];
      deposit(within(5, 6), `${key}-income`, inEuros(euros), reference);
    }
    if (own.isSavings || isFrozen(day)) continue;
    if ((day - firstDay) % salaryEvery === 5) {
      const amount = inEuros(Math.round(dice.between(60, 130)) * 10);
      const rent = { type: 'WithdrawMoney' as const, amount, reference: 'Rent' };
      if (takes(amount)) steps.push(accountStep(within(7, 8), `${key}-rent`, own.id, () => rent));
    }
    if (dice.chance(0.45)) {
      const [reference, least, most] = dice.oneOf(purchases);
      const amount = inEuros(dice.between(least, most));
      const buy = { type: 'WithdrawMoney' as const, amount, reference };
      if (takes(amount)) steps.push(accountStep(within(9, 12), `${key}-purchase`, own.id, () => buy));
    }
    if (dice.chance(0.06)) {
      const amount = inEuros(Math.round(dice.between(4, 25)) * 10);
      if (takes(amount)) steps.push(...holdSteps(within(12, 14), `${key}-hold`, own, amount, dice, end));
    }
    if (dice.chance(0.1)) {
      const [at, amount] = [within(15, 19), inEuros(dice.between(8, 120))];
      const [first, ...others] = receivers.filter(({ opensAt }) => opensAt < at - hourMs);
      const settledAt = at + dice.between(secondMs, 4 * secondMs);
      if (first && takes(amount)) {
        const savings = dice.chance(0.25) ? others.find(({ isSavings }) => isSavings) : undefined;
        const to = savings ?? dice.oneOf([first, ...others]);
        const reference = to.isSavings ? 'Savings' : dice.oneOf(transferReferences);
        steps.push(...transferSteps(at, `${key}-transfer`, { from: own, to, amount, reference }, rates, settledAt));
      }
    }
  }
  return steps;
};

/** A hold with its end: captured as a whole or in part, released, expired; or open, where that is after the end of the demo. */
const holdSteps = (
  at: number,
  key: string,
  { id }: DemoAccount,
  amount: Money,
  dice: Dice,
  end: number,
): readonly Step[] => {
  const reference = dice.oneOf(holdReferences);
  const expiresAt = at + Math.round(dice.between(2 * dayMs, 14 * dayMs));
  const endsAt = Math.round(dice.between(at + hourMs, expiresAt));
  const place = accountStep(at, key, id, (_, start) => ({
    ...{ type: 'PlaceHold', amount, reference, expiresAt: instantOf(start + expiresAt) },
  }));
  const howItEnds = dice.between(0, 10);
  if (howItEnds < 3) {
    const reaction = { listener: 'holds', to: key } as const;
    const expire = accountStep(expiresAt, `${key}-expired`, id, () => ({ type: 'ExpireHolds' }), reaction);
    return expiresAt < end ? [place, expire] : [place];
  }
  const last = accountStep(endsAt, `${key}-end`, id, (versionOf) => {
    const hold = versionOf(key);
    if (howItEnds < 5) return { type: 'ReleaseHold', hold };
    const part = { ...amount, minor: Math.ceil(amount.minor * 0.8) };
    return { type: 'CaptureHold', hold, reference, amount: howItEnds < 8 ? amount : part };
  });
  return endsAt < end ? [place, last] : [place];
};
