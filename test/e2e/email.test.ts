import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Mail } from '../../local/mail/inbox.ts';
import { commitOf, deposited, opened } from '../support/bank.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, newCustomer, newEmail } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';

const app = appOfThisFile({ env: { LISTENERS: 'notifications', SMTP: 'smtp://127.0.0.1:1' } });

const mailsTo = async (address: string): Promise<readonly Mail[]> => {
  const { items } = (await (await fetch(`${app.inbox}/_inbox`)).json()) as { items: readonly Mail[] };
  return items.filter(({ to }) => to.includes(address)).toReversed();
};
const subjectsTo = async (address: string) => (await mailsTo(address)).map(({ subject }) => subject);
/** Also where the first try was too slow, and the letter comes again. */
const mailed = <Value>(read: () => Promise<Value>) => eventually(read);
const emailOf = async (customerId: string) => bodyOf(await app.bank.customer(customerId)).email;

describe('e-mail', () => {
  it('tells a customer what happens in their accounts, and each of two customers of their own side', async () => {
    const [one, two] = [await newAccount(app.bank, '100'), await newAccount(app.bank)];
    const { transferId } = bodyOf(
      await app.bank.post(`/accounts/${one.id}/transfers`, {
        ...{ to: two.id, amount: '1', currency: 'EUR', reference: '<b>Rent</b>' },
      }),
    ) as { transferId: string };
    const [sender, receiver] = [await emailOf(one.customerId), await emailOf(two.customerId)];
    await mailed(async () => (await subjectsTo(sender)).toSorted()).toEqual([
      ...['Money came in', 'You sent a transfer', 'Your new account'],
    ]);
    await mailed(async () => (await subjectsTo(receiver)).toSorted()).toEqual([
      ...['You received a transfer', 'Your new account'],
    ]);
    const sent = (await mailsTo(sender)).find(({ subject }) => subject === 'You sent a transfer');
    expect(sent?.messageId).toBe(`<${transferId.replace(':', '.')}@daybook.example>`);
    expect(sent?.html).toContain('&lt;b&gt;Rent&lt;/b&gt;');
    expect(sent?.text).toContain(`To account: ${two.id}`);
    expect(JSON.stringify(await mailsTo(sender))).not.toContain(receiver);
  });

  it('goes to a new address, and tells what the customer has chosen', async () => {
    const id = await newCustomer(app.bank);
    const email = newEmail();
    bodyOf(await app.bank.changeEmail(id, email));
    const above = { amount: '10', currency: 'EUR' };
    bodyOf(await app.bank.chooseNotifications(id, { types: ['MoneyDeposited'], above }));
    const { id: account } = bodyOf(await app.bank.openAccount(id));
    bodyOf(await app.bank.deposit(account, '10'));
    bodyOf(await app.bank.deposit(account, '10.01'));
    await mailed(() => mailsTo(email)).toMatchObject([{ text: expect.stringContaining('€10.01') as string }]);
  });

  it('tells nothing old: not what an import brings, nor a replay', async () => {
    const id = await newCustomer(app.bank);
    const email = await emailOf(id);
    const account = randomUUID();
    const events = [opened(id), deposited(100, 100, id), deposited(100, 200, id)];
    const occurredAt = new Date(Date.now() - 365 * 86_400_000).toISOString();
    const commit = commitOf('account', account, 0, events, { occurredAt });
    await app.database.container('events').items.create({ ...commit, id: '000000000001' });
    await app.runTimer('relayCommits');
    await viewHas(app.bank, account, 3);
    const replay = { from: new Date(Date.now() - 2 * 365 * 86_400_000).toISOString() };
    const { operationId } = bodyOf(await app.bank.post('/ops/listeners/notifications/replay', replay)) as {
      operationId: string;
    };
    await eventually(async () => (await app.bank.get(`/ops/operations/${operationId}`)).body).toMatchObject({
      status: 'succeeded',
    });
    bodyOf(await app.bank.openAccount(id));
    await mailed(() => subjectsTo(email)).toEqual(['Your new account']);
  });
});

describe('an app that starts again', () => {
  it('tells nothing again', async () => {
    const { id, customerId } = await newAccount(app.bank, '1');
    const email = await emailOf(customerId);
    await mailed(() => subjectsTo(email)).toHaveLength(2);
    await app.restart();
    bodyOf(await app.bank.deposit(id, '2'));
    // The inbox has forgotten what came before; the app has not.
    await mailed(() => mailsTo(email)).toMatchObject([{ text: expect.stringContaining('€2.00') as string }]);
  });
});
