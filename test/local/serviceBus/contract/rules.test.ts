import type { ServiceBusRuleManager } from '@azure/service-bus';
import { describe, expect, it } from 'vitest';
import { contractTarget, receive } from './target.ts';

const target = contractTarget();

const rulesOf = async (manager: ServiceBusRuleManager) => {
  const rules = [];
  for await (const rule of manager.listRules()) rules.push(rule);
  return rules;
};
const taking = () => ({ receiveMode: 'receiveAndDelete' as const });

describe('a rule manager', () => {
  it('adds, lists and removes rules', async () => {
    const manager = target.client().createRuleManager('ruled', 'added');
    expect(await rulesOf(manager)).toMatchObject([{ name: '$Default', filter: { sqlExpression: '1=1' } }]);
    await manager.createRule('sql', { sqlExpression: "colour = 'blue'" }, { sqlExpression: 'REMOVE colour' });
    await manager.createRule('correlation', {
      subject: 'label',
      sessionId: 'session',
      applicationProperties: { text: 'x', number: 1, truth: true },
    });
    expect(await rulesOf(manager)).toMatchObject([
      { name: '$Default' },
      { name: 'sql', filter: { sqlExpression: "colour = 'blue'" }, action: { sqlExpression: 'REMOVE colour' } },
      {
        name: 'correlation',
        filter: {
          subject: 'label',
          sessionId: 'session',
          applicationProperties: { text: 'x', number: 1, truth: true },
        },
      },
    ]);
    await manager.deleteRule('$Default');
    await manager.deleteRule('sql');
    expect(await rulesOf(manager)).toMatchObject([{ name: 'correlation' }]);
  });

  it('says what is wrong', async () => {
    const manager = target.client().createRuleManager('ruled', 'removed');
    await expect(manager.createRule('$Default', { subject: 'x' })).rejects.toMatchObject({
      code: 'MessagingEntityAlreadyExists',
    });
    await expect(manager.createRule('bad', { sqlExpression: 'colour =' })).rejects.toMatchObject({
      code: 'GeneralError',
    });
    await expect(manager.deleteRule('missing')).rejects.toMatchObject({ code: 'MessagingEntityNotFound' });
  });
});

describe('an action', () => {
  it('changes a copy of its own; rules without one share a copy [believed]', async () => {
    const client = target.client();
    const manager = client.createRuleManager('ruled', 'changed');
    await manager.createRule('also-plain', { sqlExpression: 'size > 1' });
    await manager.createRule(
      'larger',
      { sqlExpression: 'size > 1' },
      {
        sqlExpression:
          "SET size = size * 2 + 1; SET sys.Label = 'was ' + sys.Label; REMOVE colour; SET user.[new one] = TRUE",
      },
    );
    await manager.createRule('marked', { subject: 'first' }, { sqlExpression: "SET mark = 'x'" });
    await client.createSender('ruled').sendMessages({
      body: 'kept',
      subject: 'first',
      messageId: 'm',
      applicationProperties: { size: 3, colour: 'blue' },
    });
    const copies = await receive(client.createReceiver('ruled', 'changed', taking()), 3);
    const seen = copies.map(({ body, messageId, subject, applicationProperties }) => ({
      body: body as string,
      messageId,
      subject,
      ...applicationProperties,
    }));
    const same = { body: 'kept', messageId: 'm' };
    expect(seen).toEqual([
      { ...same, subject: 'first', size: 3, colour: 'blue' },
      { ...same, subject: 'was first', size: 7, 'new one': true },
      { ...same, subject: 'first', size: 3, colour: 'blue', mark: 'x' },
    ]);
  });
});

describe('peeking at a queue', () => {
  it('shows scheduled messages among the others', async () => {
    const client = target.client();
    const sender = client.createSender('awaited');
    await sender.sendMessages({ body: 1 });
    const number = await sender.scheduleMessages({ body: 2 }, new Date(Date.now() + 3_600_000));
    await sender.sendMessages({ body: 3 });
    const peeked = await client.createReceiver('awaited').peekMessages(10);
    expect(peeked.map(({ body, state }) => [body as unknown, state])).toEqual([
      [1, 'active'],
      [2, 'scheduled'],
      [3, 'active'],
    ]);
    expect(peeked[1]?.sequenceNumber).toEqual(number[0]);
    await sender.cancelScheduledMessages(number);
    await receive(client.createReceiver('awaited', taking()), 2);
  });
});
