import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf } from '../support/e2eBank.ts';

const app = appOfThisFile();

it("the README's walk-through shows the ids that its idempotency keys lead to", async () => {
  const readme = await readFile('README.md', 'utf8');
  const ada = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' };
  const created = await app.bank.post('/customers', ada, { 'idempotency-key': 'ada' });
  const customer = bodyOf(created) as { id: string };
  const body = { customerId: customer.id, currency: 'EUR' };
  const opened = await app.bank.post('/accounts', body, { 'idempotency-key': 'adas-euros' });
  const account = bodyOf(opened) as { id: string };
  expect(readme).toContain(`"id":"${customer.id}"`);
  expect(readme).toContain(`/api/accounts/${account.id}/deposits`);
  const second = await app.bank.post('/accounts', body, { 'idempotency-key': 'adas-savings' });
  const savings = bodyOf(second) as { id: string };
  expect(readme).toContain(`"to": "${savings.id}"`);

  const key = (name: string) => ({ 'idempotency-key': name });
  const eur = (amount: string) => ({ amount, currency: 'EUR' });
  bodyOf(await app.bank.deposit(account.id, '100.00', {}, key('salary')));
  bodyOf(await app.bank.withdraw(account.id, '58.00', {}, key('rent')));
  const sent = { ...eur('12.00'), to: savings.id };
  const prefer = { ...key('savings'), prefer: 'wait=5' };
  expect((await app.bank.post(`/accounts/${account.id}/transfers`, sent, prefer)).body).toMatchObject({
    status: 'completed',
  });
  const held = bodyOf(await app.bank.post(`/accounts/${account.id}/holds`, eur('20.00'), key('hotel')));
  const { holdId } = held as { holdId: string };
  expect(readme).toContain(`/holds/${holdId}/capture`);
  const captured = await app.bank.post(`/accounts/${account.id}/holds/${holdId}/capture`, eur('15.00'));
  expect(captured.body).toMatchObject({ version: 7, balance: eur('15.00') });
});
