import { setTimeout as sleep } from 'node:timers/promises';
import { startBank } from './bankProcess.ts';
import { listenerCosts } from './listenerCost.ts';
import { lengthen, openAccounts } from './longHistory.ts';
import { startMailbox } from './mailbox.ts';
import { dead, good, goodAfter, startReceiver, type Receiver } from './receiver.ts';
import { printTable } from './table.ts';
import { untilHeard } from './untilHeard.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const accounts = 100;
const eventsPerAccount = 100;

/** Measures how soon webhooks and e-mail are told, how fast a good webhook is beside bad ones, and what both cost commands. */
export const webhooks = async (): Promise<void> => {
  await measureLatency();
  await measureBacklog();
  await measureCost();
};

const createWebhook = async (url: string, receiver: Receiver, types: readonly string[] = []): Promise<void> => {
  const body = JSON.stringify({ url: receiver.url, types });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${url}/webhooks`, { method: 'POST', headers, body });
  if (status !== 201) throw new Error(`No webhook: ${status}`);
};

const measureLatency = async (): Promise<void> => {
  const [receiver, mailbox] = [await startReceiver(good), await startMailbox()];
  const bank = await startBank(undefined, { LISTENERS: 'notifications,webhooks', SMTP: mailbox.url });
  try {
    await createWebhook(bank.url, receiver);
    const rows = [];
    for (const [heard, { arrival }] of [
      ['received by a webhook', receiver],
      ['accepted as an e-mail', mailbox],
    ] as const) {
      await untilHeard(bank, 3_000, arrival);
      rows.push({ event: heard, ...(await untilHeard(bank, seconds * 1_000, arrival)) });
    }
    printTable('From the answer to a command until its event is told, idle, ms', rows);
  } finally {
    await bank.stop();
    await receiver.stop();
    await mailbox.stop();
  }
};

/** All events are in the event store at about the same time; the relay sends them. */
const measureBacklog = async (): Promise<void> => {
  const answers = [good, goodAfter(100), goodAfter(1_000), dead];
  const receivers = await Promise.all(answers.map(startReceiver));
  const [first] = receivers;
  const bank = await startBank(undefined, { LISTENERS: 'webhooks' });
  try {
    for (const receiver of receivers) await createWebhook(bank.url, receiver);
    const [begun, idle] = [performance.now(), await bank.processorSeconds()];
    for (const id of await openAccounts(bank.cosmos, accounts)) await lengthen(bank.cosmos, id, eventsPerAccount);
    const stored = performance.now();
    const events = accounts * eventsPerAccount;
    while ((first?.arrived.size ?? 0) < events) await sleep(50);
    const ended = performance.now();
    const inSeconds = (from: number) => ((ended - from) / 1_000).toFixed(1);
    printTable('A good webhook beside one that answers after 100 ms, one after a second, and one that never does', [
      {
        events,
        'it has all after the first was stored, s': inSeconds(begun),
        'after the last, s': inSeconds(stored),
        'processor time, with the services, s': ((await bank.processorSeconds()) - idle).toFixed(1),
        'by then, the one of 100 ms has': receivers[1]?.arrived.size ?? 0,
        'the slow one has': receivers[2]?.arrived.size ?? 0,
        'the dead one has': receivers[3]?.arrived.size ?? 0,
      },
    ]);
  } finally {
    await bank.stop();
    for (const receiver of receivers) await receiver.stop();
  }
};

const measureCost = async (): Promise<void> => {
  const [receiver, mailbox] = [await startReceiver(good), await startMailbox()];
  const told = { LISTENERS: 'notifications', SMTP: mailbox.url };
  try {
    await listenerCosts('Webhooks and e-mail', [
      { name: 'off, once more', env: {} },
      { name: 'webhooks, none created', env: { LISTENERS: 'webhooks' } },
      {
        name: 'webhooks, one told of accounts opened',
        env: { LISTENERS: 'webhooks' },
        prepare: (url) => createWebhook(url, receiver, ['AccountOpened']),
      },
      {
        name: 'webhooks, one told of everything',
        env: { LISTENERS: 'webhooks' },
        prepare: (url) => createWebhook(url, receiver),
      },
      { name: 'e-mail about every deposit', env: told },
    ]);
  } finally {
    await receiver.stop();
    await mailbox.stop();
  }
};
