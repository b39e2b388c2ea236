import { commandTo } from '../../application/subscriptions/subscriber.ts';
import { currency, type Currency } from '../../domain/currency.ts';
import { rate } from '../../domain/rate/rate.ts';
import { rateIdOf } from '../../functions/api/currencyPair.ts';
import type { Dice } from './dice.ts';
import { dayMs, minuteMs, secondMs, type Step } from './steps.ts';

/** How much one euro brings about. */
const perEuro = new Map(
  Object.entries({ EUR: 1, GBP: 0.86, CHF: 0.94, JPY: 163 }).map(([code, much]) => [currency.parse(code), much]),
);
const weekMs = 7 * dayMs;

/** What a pair brings during a week, and the key of the step that set it. */
type WeeksRate = { readonly rate: string; readonly key: string };

export type DemoRates = {
  readonly steps: readonly Step[];
  readonly at: (base: Currency, quote: Currency, at: number) => WeeksRate;
};

/** The pairs whose rates the demo sets. */
export const pairs = [...perEuro.keys()].flatMap((base) =>
  [...perEuro.keys()].flatMap((quote) => (quote === base ? [] : [{ base, quote }])),
);

/** Each pair gets a rate every week; from week to week it changes by one percent at most. */
export const planRates = (days: number, dice: Dice): DemoRates => {
  const steps: Step[] = [];
  const rates = new Map<string, WeeksRate>();
  const values = new Map(perEuro);
  for (let week = 0; week * 7 < days; week += 1) {
    if (week > 0) for (const [code, value] of values) values.set(code, value * dice.between(0.995, 1.005));
    for (const [index, { base, quote }] of pairs.entries()) {
      const key = `rate-${base}-${quote}-${week}`;
      const value = ((values.get(quote) ?? 1) / (values.get(base) ?? 1)) * 0.995;
      const command = { type: 'SetRate' as const, base, quote, rate: String(Number(value.toPrecision(6))) };
      rates.set(key, { rate: command.rate, key });
      steps.push({
        at: week * weekMs + minuteMs + index * secondMs,
        key,
        command: () => commandTo(rate, rateIdOf({ base, quote }), { ...command, source: 'Demo Exchange' }),
      });
    }
  }
  return {
    steps,
    at(base, quote, at) {
      // The first steps of a week set its rates.
      const week = Math.floor((at - 2 * minuteMs) / weekMs);
      const found = rates.get(`rate-${base}-${quote}-${week}`);
      if (!found) throw new Error(`There is no rate of ${base} in ${quote} yet`);
      return found;
    },
  };
};

/** An amount in euros as about as much in another currency, in whole minor units. */
export const aboutEuros = (euros: number, code: Currency, decimals: number): number =>
  Math.max(1, Math.round(euros * (perEuro.get(code) ?? 1) * 10 ** decimals));
