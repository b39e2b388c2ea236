import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createApiClient } from '../../client/client.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, newEmail } from '../support/e2eBank.ts';

const app = appOfThisFile();

describe('the client of openapi-typescript and openapi-fetch', () => {
  it('opens an account, moves money, and reads what it wrote', async () => {
    const bank = createApiClient({ url: app.origin });
    const ada = { firstName: 'Ada', lastName: 'Lovelace', email: newEmail() };
    const customer = await bank.POST('/api/customers', { body: ada });
    const customerId = customer.data?.id ?? '';
    const opened = await bank.POST('/api/accounts', { body: { customerId, currency: 'EUR' } });
    const path = { id: opened.data?.id ?? '' };
    const header = { 'idempotency-key': 'salary' };
    const deposit = () =>
      bank.POST('/api/accounts/{id}/deposits', {
        params: { path, header },
        body: { amount: '100.00', currency: 'EUR', reference: 'Salary' },
      });
    const first = await deposit();
    const again = await deposit();
    expect(again.data).toEqual(first.data);
    expect(again.response.headers.get('idempotency-replayed')).toBe('true');
    const { data } = await bank.GET('/api/accounts/{id}', {
      params: { path, query: { atLeast: first.data?.position ?? '' } },
    });
    expect(data).toMatchObject({ customerId, customerName: 'Ada Lovelace', balance: { amount: '100.00' } });
    const list = await bank.GET('/api/accounts/{id}/transactions', {
      params: { path, query: { limit: 1, atLeast: '2' } },
    });
    expect(list.data?.items.map(({ reference }) => reference)).toEqual(['Salary']);
    const refused = await bank.POST('/api/accounts/{id}/withdrawals', {
      params: { path },
      body: { amount: '100.01', currency: 'EUR' },
    });
    expect(refused.error?.code).toBe('InsufficientFunds');
  });
});

/** Makes zod schemas of the document, compiles them, and returns them by their names. */
const zodSchemas = async (): Promise<Readonly<Record<string, z.ZodType>>> => {
  const folder = await temporaryFolder();
  const [input, output] = [join(folder, 'openapi.json'), join(folder, 'client')];
  await writeFile(input, (await app.bank.get('/openapi.json')).text);
  await createClient({ input, output, plugins: ['zod'], logs: { level: 'silent', file: false } });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const file = join(output, 'zod.gen.ts');
  const compiler = resolve('node_modules/typescript/bin/tsc');
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024'];
  await promisify(execFile)(process.execPath, [compiler, ...flags, file], { cwd: folder }).catch((error: unknown) => {
    throw new Error(`It does not compile: ${(error as { stdout: string }).stdout}`);
  });
  return (await import(file)) as Readonly<Record<string, z.ZodType>>;
};

describe('a client with zod schemas', () => {
  it('compiles, sends what its schemas take, and takes what is answered', async () => {
    const schemas = await zodSchemas();
    /** Sends a body by the client's schema, and reads the answer by it. */
    const send = async (name: string, path: string, body: object) =>
      schemas[`z${name}Response`]?.parse(bodyOf(await app.bank.post(path, schemas[`z${name}Body`]?.parse(body))));
    const read = async (name: string, path: string) =>
      schemas[`z${name}Response`]?.parse(bodyOf(await app.bank.get(path)));

    const { id, customerId } = await newAccount(app.bank, '5');
    const ada = { firstName: 'Ada', lastName: 'Lovelace', email: newEmail() };
    expect(await send('CreateCustomer', '/customers', ada)).toMatchObject({ version: 1 });
    expect(await send('OpenAccount', '/accounts', { customerId, currency: 'JPY' })).toMatchObject({ version: 1 });
    const movement = { amount: '0.50', currency: 'EUR', reference: 'Ādas 帳簿' };
    expect(await send('DepositMoney', `/accounts/${id}/deposits`, movement)).toMatchObject({ version: 3 });
    expect(await send('WithdrawMoney', `/accounts/${id}/withdrawals`, movement)).toMatchObject({ version: 4 });
    expect(await read('GetAccount', `/accounts/${id}?atLeast=4`)).toMatchObject({ version: 4 });
    expect(await read('ListTransactions', `/accounts/${id}/transactions?limit=1&atLeast=4`)).toHaveProperty(
      'nextCursor',
    );
    for (const [name, path] of [
      ['AccountEvents', `/accounts/${id}/events`],
      ['GetCustomer', `/customers/${customerId}?atLeast=${id}:4`],
      ['CustomerEvents', `/customers/${customerId}/events`],
      ['ListCustomers', '/customers'],
      ['ListAccounts', `/accounts?customerId=${customerId}`],
      ['DailyTotals', '/analytics/daily'],
      ['ListProjections', '/ops/projections'],
      ['ListOperations', '/ops/operations'],
      ['ListDeadLetters', '/ops/dead-letters'],
      ['Health', '/health'],
    ] as const) {
      expect(await read(name, path)).toBeDefined();
    }
    for (const body of [
      { ...ada, email: 'a b@x.org' },
      { ...ada, firstName: ' \u3164 ' },
      { ...ada, lastName: 'Love\u202elace' },
    ]) {
      expect(schemas.zCreateCustomerBody?.safeParse(body).success).toBe(false);
    }
    expect(schemas.zDepositMoneyBody?.safeParse({ ...movement, amount: '0.00' }).success).toBe(false);
    expect(schemas.zOpenAccountBody?.safeParse({ customerId, currency: 'XXX' }).success).toBe(false);
  });
});
