import { expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, times } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';

const app = appOfThisFile();
const topic = 'bank-events';

it('a topic that is full holds up no command, and the relay sends everything once there is room again', async () => {
  const { administration } = app;
  await administration.createSubscription(topic, 'witness', {
    defaultRuleOptions: { name: 'deposits', filter: { sqlExpression: "type = 'MoneyDeposited'" } },
  });
  await administration.createSubscription(topic, 'nobody-reads');
  await administration.updateTopic({ ...(await administration.getTopic(topic)), maxSizeInMegabytes: 1 });
  const sender = app.serviceBus.createSender(topic);
  const fill = async (): Promise<unknown> => {
    for (;;) await sender.sendMessages({ body: Buffer.alloc(60_000) });
  };
  await expect(fill()).rejects.toMatchObject({ code: 'QuotaExceeded' });
  const rest = async (): Promise<unknown> => {
    for (;;) await sender.sendMessages({ body: Buffer.alloc(100) });
  };
  await expect(rest()).rejects.toMatchObject({ code: 'QuotaExceeded' });

  const { id } = await newAccount(app.bank);
  const replies = await times(20, () => app.bank.deposit(id, '1'));
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
  const last = Math.max(...replies.map((reply) => bodyOf(reply).version));
  expect(bodyOf(await app.bank.account(id, { atLeast: String(last) }))).toMatchObject({ version: last });
  await app.runTimer('relayCommits');
  await eventually(() => Promise.resolve(app.log())).toMatch(/error relayCommits/);
  expect((await administration.getSubscriptionRuntimeProperties(topic, 'witness')).totalMessageCount).toBe(0);

  await administration.deleteSubscription(topic, 'nobody-reads');
  await app.runTimer('relayCommits');
  await viewHas(app.bank, id, last);
  const witness = app.serviceBus.createReceiver(topic, 'witness', { receiveMode: 'receiveAndDelete' });
  const heard: unknown[] = [];
  while (heard.length < 20) {
    const messages = await witness.receiveMessages(20);
    heard.push(...messages.map(({ messageId }) => messageId));
  }
  expect(heard.toSorted()).toEqual(replies.map((reply) => `${id}:${bodyOf(reply).version}`).toSorted());
});
