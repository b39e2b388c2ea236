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
});
