import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { account } from '../../../domain/account/account.ts';
import { currency } from '../../../domain/currency.ts';
import { parseAmount } from '../../../domain/money.ts';
import { postingsAnswer } from '../../../functions/api/postingsAnswer.ts';
import { carryOut, plans, wholeLife } from '../../support/histories.ts';

type Amount = { readonly amount: string; readonly currency: string };
type Posting = { readonly account: string; readonly debit?: Amount; readonly credit?: Amount };

const { shape, of } = postingsAnswer(account.events);
const answer = z.strictObject(shape as { postings: z.ZodType<Posting[]> });
const minorOf = ({ amount, currency: code }: Amount): number => {
  const money = parseAmount(amount, currency.parse(code));
  if (typeof money === 'string') throw new Error(money);
  return money.minor;
};

describe('the postings of an event', () => {
  it('are answered as the document says, one side each, and balance in each currency', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const events = carryOut(plan).flatMap(({ aggregate, events }) => (aggregate === 'account' ? events : []));
        for (const event of events) {
          const sums = new Map<string, number>();
          for (const { debit, credit } of answer.parse(of(event)).postings) {
            expect([debit, credit].filter((side) => side !== undefined)).toHaveLength(1);
            const amount = debit ?? credit;
            if (!amount) continue;
            const signed = debit ? minorOf(amount) : -minorOf(amount);
            sums.set(amount.currency, (sums.get(amount.currency) ?? 0) + signed);
          }
          expect([...sums.values()].every((sum) => sum === 0)).toBe(true);
        }
      }),
      { examples: [[wholeLife]] },
    );
  });

  it('are those of the books', () => {
    const amount = { minor: 1234, currency: currency.parse('EUR') };
    const data = { customerId: 'c', amount, balance: 1234 };
    expect(of({ type: 'MoneyDeposited', schemaVersion: 1, data })).toEqual({
      postings: [
        { account: 'cash', debit: { amount: '12.34', currency: 'EUR' } },
        { account: 'customers', credit: { amount: '12.34', currency: 'EUR' } },
      ],
    });
    expect(
      of({ type: 'AccountOpened', schemaVersion: 1, data: { customerId: 'c', currency: amount.currency } }),
    ).toEqual({ postings: [] });
  });

  it('are left out where nobody can read the event', () =>
    expect(of({ type: 'Unheard', schemaVersion: 1, data: {} })).toEqual({}));
});
