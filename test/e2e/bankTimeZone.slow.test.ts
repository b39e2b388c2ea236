import { expect, it } from 'vitest';
import { calendarOf } from '../../projections/bankTimeZone.ts';
import { deposited, opened } from '../support/bank.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, newCustomer } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { appendPast } from '../support/e2ePast.ts';
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

it("statements are of the months of the bank's time zone; an instance in another zone does not answer", async () => {
  const customerId = await newCustomer(app.bank);
  const { id } = await appendPast(app.database, [
    ['2026-01-31T09:59:59.999Z', opened(customerId), deposited(1, 1, customerId)],
    // February begins fourteen hours before that of UTC.
    ['2026-01-31T10:00:00.000Z', deposited(1, 2, customerId)],
    ['2026-02-28T10:00:00.000Z', deposited(1, 3, customerId)],
  ]);
  const { items } = bodyOf(await app.bank.get(`/accounts/${id}/statements`, { atLeast: 4 })) as {
    items: { month: string; lines: number }[];
  };
  expect(items.slice(-3).map(({ month, lines }) => [month, lines])).toEqual([
    ['2026-03', 1],
    ['2026-02', 1],
    ['2026-01', 1],
  ]);
  const february = (bank: typeof app.bank) => bank.get(`/accounts/${id}/statements/2026-02`);
  expect(bodyOf(await february(app.bank))).toMatchObject({
    opening: { amount: '0.01' },
    lines: [{ occurredAt: '2026-01-31T10:00:00.000Z' }],
  });

  const other = await app.startInstance({ env: { BANK_TIME_ZONE: 'UTC' } });
  expectProblem(await february(other.bank), 503, 'ServiceUnavailable');
  expectProblem(await other.bank.get(`/accounts/${id}/statements`), 503, 'ServiceUnavailable');
  expect((await other.bank.get(`/accounts/${id}/balances`)).status).toBe(200);
  await other.stop();
});
