import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { messagesOf } from '../../../application/publishing/message.ts';
import type { Copy } from '../../../application/subscriptions/ports.ts';
import { createSubscriberRunner } from '../../../application/subscriptions/runSubscriber.ts';
import { defineSubscriber } from '../../../application/subscriptions/subscriber.ts';
import { account } from '../../../domain/account/account.ts';
import { bankEventsOf } from '../../../domain/registry.ts';
import { commitOf, opened } from '../../support/bank.ts';
import { nothingAgain } from '../../support/listening.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const commit = commitOf('account', randomUUID(), 0, [opened()]);
const [event] = bankEventsOf(commit);
const [body] = messagesOf(commit);

/** Asks to hear its event again at noon, until that has come. */
const alarm = defineSubscriber({
  name: 'alarm',
  follows: [account],
  async handle(_event, { now, hearAgain }) {
    if (now() < new Date(noon).toISOString()) await hearAgain(new Date(noon).toISOString());
  },
});

/** Delivers the event at an instant of the instance's clock; returns the copies that the subscriber asks for. */
const deliveredAt = async (now: number, properties: Record<string, unknown> = {}): Promise<readonly Copy[]> => {
  const copies: Copy[] = [];
  const run = createSubscriberRunner({
    ...nothingAgain,
    once: (_handling, work) => work(),
    execute: () => expect.unreachable('It executes nothing'),
    stream: () => expect.unreachable('There is no stream'),
    history: { next: () => expect.unreachable('It reads nothing') },
    topic: { sendCopies: (sent) => Promise.resolve(void copies.push(...sent)).then(() => []) },
    clock: { now: () => now },
  });
  const message = { messageId: 'a:1', enqueuedAt: undefined, deliveryCount: 1, properties, body };
  const patience = {
    retry: <Result>(work: () => Promise<Result>) => work(),
    waitWithin: () => Promise.resolve(false),
    ageMs: () => 0,
  };
  if (event) await run(alarm, [{ message, event }], patience);
  return copies;
};

it('an event comes again at the instant for which its subscriber asks, however soon that is', async () => {
  for (const leftMs of [7 * 86_400_000, 1_000]) {
    expect(await deliveredAt(noon - leftMs)).toMatchObject([{ listener: 'alarm', at: new Date(noon).toISOString() }]);
  }
  expect(await deliveredAt(noon)).toEqual([]);
});

it('an event that comes again too early by this clock comes again under another id each time, until its time has come', async () => {
  const behindMs = 5_000;
  const ids = new Set<string>();
  // Service Bus delivers at its own time; this instance's clock is behind it.
  for (let delivered = noon; ;) {
    const [copy] = await deliveredAt(delivered - behindMs, { listener: 'alarm' });
    if (!copy) break;
    expect(ids).not.toContain(copy.messageId);
    expect(copy.messageId).not.toContain(new Date(noon).toISOString());
    ids.add(copy.messageId);
    delivered = Math.max(delivered, Date.parse(copy.at ?? ''));
  }
  expect(ids.size).toBeLessThan(4);
});
