import { expect, it } from 'vitest';
import { calendarOf } from '../../projections/bankTimeZone.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const timeZone = 'Pacific/Kiritimati';
const app = appOfThisFile({ env: { BANK_TIME_ZONE: timeZone } });

it("daily totals and the books count the days of the bank's time zone; an instance in another zone does not answer", async () => {
  const { id } = await newAccount(app.bank);
  bodyOf(await app.bank.deposit(id, '7'));
  const today = () => calendarOf(timeZone).dayOf(new Date().toISOString());
  await eventually(async () => bodyOf(await app.bank.get('/analytics/daily'))).toMatchObject({
    timeZone,
    items: expect.arrayContaining([expect.objectContaining({ day: today() })]) as unknown,
  });

  await eventually(async () => bodyOf(await app.bank.get('/ledger/trial-balance'))).toMatchObject({
    date: today(),
    totals: [{ currency: 'EUR', debit: '7.00', credit: '7.00' }],
  });

  const other = await app.startInstance({ env: { BANK_TIME_ZONE: 'UTC' } });
  for (const path of ['/analytics/daily', '/ledger/trial-balance']) {
    const refused = await other.bank.get(path);
    expectProblem(refused, 503, 'ServiceUnavailable');
    expect(refused.headers.get('retry-after')).toBe('60');
  }
  await other.stop();
});
