import { z } from 'zod';
import { instantOf } from '../../application/clock.ts';
import { bankCalendar } from '../../projections/bankTimeZone.ts';
import { dailyTotals } from '../../projections/dailyTotals.ts';
import { date } from '../../projections/days.ts';
import { ofAnotherZone, sumsAt, trialBalance, trialBalanceBody } from '../../projections/ledger.ts';
import { endpoint, query, type EndpointTable } from '../http/endpoint.ts';
import { badRequest, needsRebuild } from '../http/problem.ts';
import { answerQuery } from '../http/query.ts';

const invariant = z
  .object({
    name: z.string().meta({ examples: ['debitsEqualCredits'] }),
    holds: z.boolean(),
    checkedAt: z.iso.datetime(),
    detail: z.string().optional().meta({ description: 'What breaks it, and how far the app has looked' }),
  })
  .meta({ id: 'Invariant' });

/** The books of the bank, and what always holds in them. */
export const ledgerEndpoints: EndpointTable = {
  trialBalance: query({
    get: 'ledger/trial-balance',
    access: 'query',
    summary: "The balances of the bank's own accounts at the end of a day of its time zone; debits equal credits",
    query: z.strictObject({ date: date.optional().meta({ description: 'Today if not given; no day to come' }) }),
    refuses: [],
    answers: { status: 200, body: trialBalanceBody },
    async handle({ generations, searches, clock, log }, { query: { date: asked }, headers }) {
      const today = bankCalendar.dayOf(instantOf(clock.now()));
      const day = asked ?? today;
      if (day > today) return badRequest({ pointer: '/query/date', message: 'must not be to come' });
      const generation = await generations.answering(dailyTotals);
      const groups = await searches.sums(generation, sumsAt(day));
      // Only now: of whatever the sums have found, it finds the zone.
      const foreign = await searches.allEntries(generation, {
        ...ofAnotherZone(bankCalendar, day),
        after: undefined,
        limit: 1,
      });
      if (foreign.items.length > 0) {
        log('warn', `The view ${dailyTotals.name} cannot answer trialBalance before it is rebuilt`);
        return needsRebuild();
      }
      return answerQuery(trialBalance(day, groups), headers['if-none-match']);
    },
  }),
  listInvariants: endpoint({
    get: 'ops/invariants',
    access: 'watch',
    summary:
      'The rules that the books always meet, and whether they did when the app last checked, which it does every minute',
    refuses: [],
    answers: { status: 200, body: z.object({ items: z.array(invariant) }) },
    handle: async ({ listInvariants }) => ({ status: 200, body: { items: await listInvariants() } }),
  }),
};
