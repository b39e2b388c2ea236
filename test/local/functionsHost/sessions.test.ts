import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningService } from '../../../local/service/runningService.ts';
import { administrationAt } from '../serviceBus/contract/target.ts';
import { startBroker } from './broker.ts';
import { appRoot, eventually, runHost, type TestHost } from './runHost.ts';

type Report = { type: string; input: { n: number }; sessionId: string; running: number; at: number };

let broker: RunningService;
let other: RunningService;
let client: ServiceBusClient;
let host: TestHost;
beforeAll(async () => {
  [broker, other] = await Promise.all([startBroker(), startBroker()]);
  client = new ServiceBusClient(broker.connectionString);
  host = await runHost('sessionApp.ts', {
    appRoot: await appRoot({
      extensions: {
        serviceBus: { maxConcurrentSessions: 2, sessionIdleTimeout: '00:00:00.6', maxMessageBatchSize: 10 },
      },
    }),
    settings: { BROKER: broker.connectionString },
  });
});
afterAll(async () => {
  await host.close();
  await client.close();
  await broker.close();
  await other.close();
});

const reports = (type: string): Report[] => (host.sent as unknown as Report[]).filter((report) => report.type === type);
const send = async (entity: string, messages: readonly { sessionId: string; body: object }[]): Promise<void> => {
  const sender = client.createSender(entity);
  await sender.sendMessages(messages.map((message, n) => ({ ...message, messageId: `${Date.now()}-${n}` })));
  await sender.close();
};
/** Sends these messages, and returns the reports once there are so many. */
const outcome = async (messages: readonly { sessionId: string; body: object }[], count: number): Promise<Report[]> => {
  const before = reports('ordered').length;
  await send('ordered', messages);
  return eventually(() => {
    const found = reports('ordered').slice(before);
    return found.length >= count && found;
  }, `${count} messages`);
};

describe('a function of a queue with sessions', () => {
  it('gets the messages of a session one by one, in their order, also when one of them fails', async () => {
    const messages = Array.from({ length: 6 }, (_, n) => ({
      sessionId: 'a',
      body: { n, waitMs: 5, failOnce: n === 2 },
    }));
    const found = await outcome(messages, 7);
    expect(found.map(({ input }) => input.n)).toEqual([0, 1, 2, 2, 3, 4, 5]);
    expect(new Set(found.map(({ running }) => running))).toEqual(new Set([1]));
  });

  it('holds a session until nothing has come in it for the idle timeout: others wait for that long [believed]', async () => {
    const messages = ['p', 'q', 'r'].map((sessionId, n) => ({ sessionId, body: { n } }));
    const found = await outcome(messages, 3);
    const [first, , third] = found.map(({ at }) => at) as [number, number, number];
    // host.json allows two sessions at a time, and an idle time below Azure's default of a minute.
    expect(third - first).toBeGreaterThanOrEqual(550);
  });

  it('keeps a session whose function takes longer than the idle timeout', async () => {
    const found = await outcome(
      [
        { sessionId: 'long', body: { n: 0, waitMs: 900 } },
        { sessionId: 'long', body: { n: 1 } },
      ],
      2,
    );
    expect(found.map(({ input }) => input.n)).toEqual([0, 1]);
    expect(host.log.filter(({ message }) => message.startsWith('could not'))).toEqual([]);
  });
});

describe('a function of a topic with sessions, of cardinality "many"', () => {
  it('gets batches of one session each', async () => {
    const messages = Array.from({ length: 40 }, (_, n) => ({ sessionId: n % 2 === 0 ? 'even' : 'odd', body: { n } }));
    await send('batched', messages);
    type Batch = { input: { n: number }[]; sessionId: string };
    const batches = await eventually(() => {
      const found = reports('batched') as unknown as Batch[];
      return found.flatMap(({ input }) => input).length >= 40 && found;
    }, '40 messages');
    for (const { input, sessionId } of batches) {
      expect(input.length).toBeLessThanOrEqual(10);
      expect(new Set(input.map(({ n }) => (n % 2 === 0 ? 'even' : 'odd')))).toEqual(new Set([sessionId]));
    }
    const odd = batches.filter(({ sessionId }) => sessionId === 'odd').flatMap(({ input }) => input.map(({ n }) => n));
    expect(odd).toEqual(Array.from({ length: 20 }, (_, n) => 2 * n + 1));
  });
});

describe('a session whose lock is lost', () => {
  it('is taken again, without a word', async () => {
    // The host renews no locks of batches, and here the lock is shorter than the idle timeout.
    const holding = await runHost('sessionApp.ts', {
      appRoot: await appRoot({
        extensions: { serviceBus: { maxConcurrentSessions: 1, sessionIdleTimeout: '00:01:00' } },
      }),
      settings: { BROKER: other.connectionString },
    });
    const arrived = (count: number): Promise<unknown> =>
      eventually(() => holding.sent.filter(({ type }) => type === 'batched').length >= count, `${count} batches`);
    const otherClient = new ServiceBusClient(other.connectionString);
    const sender = otherClient.createSender('batched');
    await sender.sendMessages({ sessionId: 'first', body: { n: 0 } });
    await arrived(1);
    await sender.sendMessages({ sessionId: 'second', body: { n: 1 } });
    await arrived(2);
    expect(holding.log.filter(({ level }) => level !== 'information')).toEqual([]);
    await holding.close();
    await otherClient.close();
  });
});

describe('a broker that answers late', () => {
  it('may end a session that the host is just leaving', async () => {
    const leaving = await runHost('sessionApp.ts', {
      appRoot: await appRoot({ extensions: { serviceBus: { sessionIdleTimeout: '00:00:00.6' } } }),
      settings: { BROKER: other.connectionString },
    });
    const arrived = (count: number): Promise<unknown> =>
      eventually(() => leaving.sent.filter(({ type }) => type === 'batched').length >= count, `${count} batches`);
    const otherClient = new ServiceBusClient(other.connectionString);
    const sender = otherClient.createSender('batched');
    await sender.sendMessages({ sessionId: 'left', body: { n: 0 } });
    await arrived(1);
    // The broker is in this process. It finds the lock's two seconds over before it reads that the host leaves.
    const administration = administrationAt(other.connectionString);
    const left = async () => (await administration.getSubscriptionRuntimeProperties('batched', 's')).totalMessageCount;
    await expect.poll(left, { interval: 5 }).toBe(0);
    const awake = Date.now() + 2_500;
    while (Date.now() < awake);
    await sender.sendMessages({ sessionId: 'next', body: { n: 1 } });
    await arrived(2);
    await leaving.close();
    await otherClient.close();
  });
});

describe('a host that closes', () => {
  it('frees its sessions, so that another one can have them at once', async () => {
    await outcome([{ sessionId: 'mine', body: { n: 0 } }], 1);
    await host.close();
    await send('ordered', [{ sessionId: 'mine', body: { n: 1 } }]);
    const receiver = await client.acceptSession('ordered', 'mine');
    const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
    expect(message?.body).toEqual({ n: 1 });
    await receiver.close();
  });
});
