import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, newCustomer, type Reply } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();
const newKey = () => ({ 'idempotency-key': randomUUID() });

/** The same answer as the first one, marked as a repetition. */
const expectReplay = (reply: Reply, first: Reply): void => {
  expect(first.status).toBe(201);
  expect({ status: reply.status, body: reply.body }).toEqual({ status: first.status, body: first.body });
  expect(reply.headers.get('idempotency-replayed')).toBe('true');
};

describe('a new name', () => {
  it('is what the customer, their accounts and the lists show from then on', async () => {
    const { id: account, customerId } = await newAccount(app.bank);
    const { email } = bodyOf(await app.bank.customer(customerId));
    const renamed = await app.bank.renameCustomer(customerId, { firstName: ' Ada ', lastName: 'King' });
    expect(renamed).toMatchObject({ status: 201, body: { version: 2, position: `${customerId}:2` } });
    expect(renamed.body).toEqual({ version: 2, position: `${customerId}:2` });
    const fresh = { atLeast: renamed.body.position };
    expect(bodyOf(await app.bank.customer(customerId, fresh))).toMatchObject({
      ...{ firstName: 'Ada', lastName: 'King', email, version: 2 },
    });
    expect(bodyOf(await app.bank.account(account, fresh)).customerName).toBe('Ada King');
    await eventually(async () => bodyOf(await app.bank.customers({ email })).items).toMatchObject([
      { id: customerId, lastName: 'King' },
    ]);
  });

  it('stands in the audit trail under the member that names a person', async () => {
    const id = await newCustomer(app.bank);
    bodyOf(await app.bank.renameCustomer(id, { firstName: 'Ada', lastName: 'King' }));
    expect((await app.bank.get(`/customers/${id}/events`)).body).toMatchObject({
      items: [
        { type: 'CustomerCreated', schemaVersion: 2 },
        { type: 'CustomerRenamed', version: 2, data: { person: { firstName: 'Ada', lastName: 'King' } } },
      ],
    });
  });

  it('is given once for a key, whatever came after', async () => {
    const id = await newCustomer(app.bank);
    const key = { ...newKey(), 'if-match': '"1"' };
    const king = { firstName: 'Ada', lastName: 'King' };
    const first = await app.bank.renameCustomer(id, king, key);
    bodyOf(await app.bank.renameCustomer(id, { firstName: 'Ada', lastName: 'Byron' }));
    expectReplay(await app.bank.renameCustomer(id, king, key), first);
    expectProblem(
      await app.bank.renameCustomer(id, { ...king, firstName: 'A' }, key),
      ...([422, 'IdempotencyKeyReused'] as const),
    );
    expect(bodyOf(await app.bank.customer(id, { atLeast: 3 }))).toMatchObject({ lastName: 'Byron', version: 3 });
  });

  it('is refused where nobody, or an account, has the id, and where the version is another', async () => {
    const king = { firstName: 'Ada', lastName: 'King' };
    const { id: account, customerId } = await newAccount(app.bank);
    expectProblem(await app.bank.renameCustomer(randomUUID(), king, newKey()), 404, 'NotFound');
    expectProblem(await app.bank.renameCustomer(account, king), 404, 'NotFound');
    expectProblem(await app.bank.renameCustomer(customerId, king, { 'if-match': '"2"' }), 412, 'VersionMismatch');
    const tag = (await app.bank.customer(customerId)).headers.get('etag') ?? '';
    expect((await app.bank.renameCustomer(customerId, king, { 'if-match': tag })).status).toBe(201);
  });
});
