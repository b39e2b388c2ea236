import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ServiceBusClient, type ServiceBusSessionReceiver } from '@azure/service-bus';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../launcher/temporaryFolder.ts';

/** More rounds find more bugs. Each takes about a second. */
const rounds = Number(process.env.SERVICEBUS_KILL_ROUNDS ?? 10);

const perBatch = 10;

const config = {
  UserConfig: {
    Namespaces: [
      {
        Name: 'n',
        Queues: [
          { Name: 'scheduled' },
          { Name: 'deferred' },
          { Name: 'sessions', Properties: { RequiresSession: true } },
        ],
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
  const connect = (retryOptions: object): ServiceBusClient =>
    new ServiceBusClient(line.toString().trim(), { retryOptions: { maxRetries: 0, ...retryOptions } });
  return { connect, kill };
}
type Broker = Awaited<ReturnType<typeof startBroker>>;

/** The operations of one round: those that the broker acknowledged, and those that clients had started. */
type Load = {
  readonly round: number;
  readonly sent: Set<string>;
  readonly completing: Set<string>;
  readonly completed: Set<string>;
  readonly scheduled: Set<string>;
  readonly cancelled: Set<string>;
  readonly deferred: Map<string, Long>;
  isKilled: boolean;
  /** The last state that a client started to set, and the last that the broker acknowledged. */
  state: { begun: number; acknowledged: number };
};
type Long = NonNullable<
  Awaited<ReturnType<ReturnType<ServiceBusClient['createReceiver']>['peekMessages']>>[number]['sequenceNumber']
>;

async function untilKilled(load: Load, step: (turn: number) => Promise<void>): Promise<void> {
  for (let turn = 0; !load.isKilled; turn++) {
    // What became of an operation without an answer, the test cannot know.
    await step(turn).catch(() => undefined);
  }
}

function consume(client: ServiceBusClient, { completing, completed }: Load): void {
  const receiver = client.createReceiver('t', 's');
  receiver.subscribe(
    {
      processMessage: async (message) => {
        const id = String(message.messageId);
        completing.add(id);
        // After the kill, the test cannot know whether the broker got this settlement.
        await receiver.completeMessage(message).then(
          () => completed.add(id),
          () => undefined,
        );
      },
      processError: () => Promise.resolve(),
    },
    { maxConcurrentCalls: 20, autoCompleteMessages: false },
  );
}

function send(client: ServiceBusClient, load: Load): Promise<void>[] {
  const { round, sent } = load;
  const sender = client.createSender('t');
  return Array.from({ length: 6 }, (_, number) =>
    untilKilled(load, async (batch) => {
      const ids = Array.from({ length: perBatch }, (_, index) => `${round}:${number}:${batch}:${index}`);
      await sender.sendMessages(ids.map((messageId) => ({ body: 'x'.repeat(500), messageId })));
      for (const id of ids) sent.add(id);
    }),
  );
}

function schedule(client: ServiceBusClient, load: Load): Promise<void> {
  const { round, scheduled, cancelled } = load;
  const sender = client.createSender('scheduled');
  return untilKilled(load, async (turn) => {
    const [kept, dropped] = [`${round}:${turn}:kept`, `${round}:${turn}:dropped`];
    const at = new Date(Date.now() + 3_600_000);
    const [, number] = await sender.scheduleMessages(
      [
        { body: 1, messageId: kept },
        { body: 1, messageId: dropped },
      ],
      at,
    );
    scheduled.add(kept);
    if (number) await sender.cancelScheduledMessages(number);
    cancelled.add(dropped);
  });
}

function defer(client: ServiceBusClient, load: Load): Promise<void> {
  const { round, deferred } = load;
  const [sender, receiver] = [client.createSender('deferred'), client.createReceiver('deferred')];
  return untilKilled(load, async (turn) => {
    await sender.sendMessages({ body: 1, messageId: `${round}:${turn}` });
    const [message] = await receiver.receiveMessages(1);
    if (!message?.sequenceNumber) return;
    await receiver.deferMessage(message);
    deferred.set(String(message.messageId), message.sequenceNumber);
  });
}

async function advanceState(client: ServiceBusClient, load: Load): Promise<void> {
  const { state } = load;
  let receiver: ServiceBusSessionReceiver | undefined;
  await untilKilled(load, async () => {
    receiver ??= await client.acceptSession('sessions', 'ledger');
    state.begun++;
    await receiver.setSessionState(state.begun);
    state.acknowledged = state.begun;
  });
}

async function loadUntilKilled({ connect, kill }: Broker, round: number, from: number) {
  // A client that loses the broker waits for as long as this.
  const client = connect({ timeoutInMs: 2_000 });
  const load: Load = {
    round,
    sent: new Set(),
    completing: new Set(),
    completed: new Set(),
    scheduled: new Set(),
    cancelled: new Set(),
    deferred: new Map(),
    isKilled: false,
    state: { begun: from, acknowledged: from },
  };
  consume(client, load);
  const work = [...send(client, load), schedule(client, load), defer(client, load), advanceState(client, load)];
  await expect
    .poll(() => load.completed.size >= 200 && load.sent.size >= 500 && load.deferred.size > 5, {
      timeout: 60_000,
    })
    .toBe(true);
  load.isKilled = true;
  await kill();
  await Promise.all(work);
  await client.close();
  return load;
}

async function drain(client: ServiceBusClient): Promise<string[]> {
  const receiver = client.createReceiver('t', 's', { receiveMode: 'receiveAndDelete' });
  const ids: string[] = [];
  for (;;) {
    const messages = await receiver.receiveMessages(500, { maxWaitTimeInMs: 200 });
    // A busy broker may need longer than the client waits.
    if (messages.length === 0 && (await receiver.peekMessages(1)).length === 0) return ids;
    ids.push(...messages.map(({ messageId }) => String(messageId)));
  }
}

async function scheduledIds(client: ServiceBusClient): Promise<Set<string>> {
  const receiver = client.createReceiver('scheduled');
  const ids = new Set<string>();
  for (;;) {
    const messages = await receiver.peekMessages(250);
    if (messages.length === 0) return ids;
    for (const { messageId } of messages) ids.add(String(messageId));
  }
}

/** All ids of the batches to which these ids belong: a batch must be complete. */
const batchesOf = (ids: readonly string[]): string[][] =>
  [...new Set(ids.map((id) => id.replace(/\d+$/, '')))].map((batch) =>
    Array.from({ length: perBatch }, (_, index) => `${batch}${index}`),
  );

const missing = (wanted: Iterable<string>, found: ReadonlySet<string>) => [...wanted].filter((id) => !found.has(id));

/** Receives all messages. Checks that none is missing and none has come back. Returns the session's state. */
async function findWhatIsLeft({ connect }: Broker, load: Load): Promise<number> {
  const client = connect({});
  const repeats = [...load.sent].slice(-100).map((messageId) => ({ body: 'repeat', messageId }));
  await client.createSender('t').sendMessages(repeats);
  const left = await drain(client);
  const found = new Set(left);
  expect(found.size).toBe(left.length);
  expect(missing(load.sent, new Set([...found, ...load.completing]))).toEqual([]);
  expect([...load.completed].filter((id) => found.has(id))).toEqual([]);
  for (const batch of batchesOf(left)) expect(batch.every((id) => found.has(id) || load.completing.has(id))).toBe(true);

  const waiting = await scheduledIds(client);
  expect(missing(load.scheduled, waiting)).toEqual([]);
  expect([...load.cancelled].filter((id) => waiting.has(id))).toEqual([]);
  const numbers = [...load.deferred.values()];
  const deferred = await client
    .createReceiver('deferred', { receiveMode: 'receiveAndDelete' })
    .receiveDeferredMessages(numbers);
  expect(deferred.map(({ messageId }) => messageId)).toEqual([...load.deferred.keys()]);
  const session = await client.acceptSession('sessions', 'ledger');
  const state = Number(await session.getSessionState());
  expect(state).toBeGreaterThanOrEqual(load.state.acknowledged);
  expect(state).toBeLessThanOrEqual(load.state.begun);
  await client.close();
  return state;
}

it(
  `survives being killed, ${rounds} times: nothing acknowledged is lost, no batch is halved, nothing that was completed comes back`,
  async () => {
    const dataDir = await temporaryFolder();
    let broker = await startBroker(dataDir);
    let state = 0;
    for (let round = 1; round <= rounds; round++) {
      const load = await loadUntilKilled(broker, round, state);
      broker = await startBroker(dataDir);
      state = await findWhatIsLeft(broker, load);
    }
  },
  60_000 + rounds * 60_000,
);
