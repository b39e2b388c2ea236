import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { expect, it, onTestFinished } from 'vitest';

const config = {
  UserConfig: {
    Namespaces: [
      {
        Name: 'n',
        Topics: [
          {
            Name: 't',
            Properties: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT1H' },
            Subscriptions: [{ Name: 's' }],
          },
        ],
      },
    ],
  },
};

async function startBroker(dataDir: string) {
  const script = new URL('brokerProcess.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, dataDir, JSON.stringify(config)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  // Whoever loses the broker shall hear of it at once.
  const client = new ServiceBusClient(line.toString().trim(), { retryOptions: { maxRetries: 0, timeoutInMs: 1000 } });
  return { client, kill };
}

/** Sends and completes until the broker dies; returns what it acknowledged, and what it had begun to be told. */
async function loadUntilKilled(client: ServiceBusClient, kill: () => Promise<void>, round: number) {
  const [sent, completing, completed] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let killed = false;
  let enough: () => void = () => undefined;
  const busy = new Promise<void>((resolve) => (enough = resolve));
  const receiver = client.createReceiver('t', 's');
  receiver.subscribe(
    {
      processMessage: async (message) => {
        const id = String(message.messageId);
        completing.add(id);
        // Settled after the kill, it is not known whether the broker heard of it.
        await receiver.completeMessage(message).then(
          () => completed.add(id),
          () => undefined,
        );
        if (completed.size >= 1000 && sent.size >= 2000) enough();
      },
      processError: () => Promise.resolve(),
    },
    { maxConcurrentCalls: 20, autoCompleteMessages: false },
  );
  const sender = client.createSender('t');
  const senders = Array.from({ length: 8 }, async (_, number) => {
    for (let batch = 0; !killed; batch++) {
      const ids = Array.from({ length: 10 }, (_, index) => `${round}:${number}:${batch}:${index}`);
      try {
        await sender.sendMessages(ids.map((messageId) => ({ body: 'x'.repeat(500), messageId })));
        for (const id of ids) sent.add(id);
      } catch {
        return;
      }
    }
  });
  await busy;
  await kill();
  killed = true;
  await Promise.all(senders);
  await client.close();
  return { sent, completing, completed };
}

async function drain(client: ServiceBusClient): Promise<string[]> {
  const receiver = client.createReceiver('t', 's', { receiveMode: 'receiveAndDelete' });
  const ids: string[] = [];
  for (;;) {
    const messages = await receiver.receiveMessages(500, { maxWaitTimeInMs: 300 });
    if (messages.length === 0) return ids;
    ids.push(...messages.map(({ messageId }) => String(messageId)));
  }
}

it('survives being killed: no acknowledged message is lost, no completed one comes back, repeats stay known', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'service-bus-durability-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  for (const round of [1, 2]) {
    const first = await startBroker(dataDir);
    const { sent, completing, completed } = await loadUntilKilled(first.client, first.kill, round);

    const second = await startBroker(dataDir);
    const repeats = [...sent].slice(-100).map((messageId) => ({ body: 'repeat', messageId }));
    await second.client.createSender('t').sendMessages(repeats);
    const left = await drain(second.client);
    await second.client.close();
    await second.kill();

    const found = new Set(left);
    expect(found.size).toBe(left.length);
    expect([...sent].filter((id) => !found.has(id) && !completing.has(id))).toEqual([]);
    expect([...completed].filter((id) => found.has(id))).toEqual([]);
  }
});
