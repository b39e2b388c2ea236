import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosChangeFeed } from '../../../adapters/cosmos/changeFeed.ts';
import { cosmosCheckpoints } from '../../../adapters/cosmos/checkpoints.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import type { Checkpoints } from '../../../application/checkpoints.ts';
import type { Topic } from '../../../application/publishing/ports.ts';
import { runRelay } from '../../../application/publishing/relay.ts';
import { commitOf, deposited, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const database = await cosmosForTests();
const events = database.container('events');
const store = cosmosEventStore(events);
const clock = { now: () => Date.now() };

/** A topic that keeps what it is sent: what the relay sends is the subject here, not how it travels. */
const recordingTopic = (send?: Topic['send']) => {
  const sent: string[] = [];
  const topic: Topic = {
    async send(messages) {
      const refused = (await send?.(messages)) ?? [];
      sent.push(...messages.filter((message) => !refused.includes(message)).map(({ id }) => id));
      return refused;
    },
  };
  return { topic, sent };
};
/** Checkpoints under a name of the test's own. */
const checkpointsNamed = (name: string): Checkpoints => {
  const all = cosmosCheckpoints(database.container('checkpoints'));
  return { load: () => all.load(name), save: (_, position, etag) => all.save(name, position, etag) };
};
const servicesOf = (topic: Topic, checkpoints: Checkpoints) => ({
  changeFeed: cosmosChangeFeed(events),
  checkpoints,
  topic,
  isSent: () => false,
  parking: cosmosParking(database.container('parked'), clock),
  clock,
  log: () => undefined,
});
const relay = (topic: Topic, checkpoints: Checkpoints) =>
  runRelay(servicesOf(topic, checkpoints), clock.now() + 10_000);
/** The messages of this id that the relay parked. */
const parkedOf = async (messageId: string) => {
  const query = { query: 'SELECT * FROM c WHERE c.messageId = @id', parameters: [{ name: '@id', value: messageId }] };
  const { resources } = await database
    .container('parked')
    .items.query<{ reason: string; body: string }>(query, { partitionKey: 'relay' })
    .fetchAll();
  return resources;
};
const account = async () => {
  const id = randomUUID();
  const commit = commitOf('account', id, 0, [opened(), deposited(1, 1)]);
  await store.append([commit], { state: {}, stateVersion: 1 });
  return id;
};

describe('the relay', () => {
  it('sends every event, and each run only what is new', async () => {
    const { topic, sent } = recordingTopic();
    const checkpoints = checkpointsNamed(randomUUID());
    const first = await account();
    await relay(topic, checkpoints);
    expect(sent.filter((id) => id.startsWith(first))).toEqual([`${first}:1`, `${first}:2`]);

    sent.length = 0;
    expect(await relay(topic, checkpoints)).toBe(0);
    const second = await account();
    expect(await relay(topic, checkpoints)).toBe(2);
    expect(sent).toEqual([`${second}:1`, `${second}:2`]);
  });

  it('leaves out what is known to be sent', async () => {
    const { topic, sent } = recordingTopic();
    const id = await account();
    const services = servicesOf(topic, checkpointsNamed(randomUUID()));
    await runRelay({ ...services, isSent: (messageId) => messageId === `${id}:1` }, clock.now() + 10_000);
    expect(sent.filter((messageId) => messageId.startsWith(id))).toEqual([`${id}:2`]);
  });

  it('leaves to the next run what is appended during this one', async () => {
    const { topic } = recordingTopic();
    let pages = 0;
    const growing = {
      read: () => {
        pages += 1;
        const occurredAt = new Date(Date.now() + pages).toISOString();
        const commits = [commitOf('account', randomUUID(), 0, [opened()], { occurredAt })];
        return Promise.resolve({ commits, position: String(pages), end: false });
      },
    };
    await runRelay({ ...servicesOf(topic, checkpointsNamed(randomUUID())), changeFeed: growing }, Infinity);
    expect(pages).toBe(1);
  });

  it('sends again what it could not send, and nothing is skipped', async () => {
    const checkpoints = checkpointsNamed(randomUUID());
    const id = await account();
    const broken = recordingTopic(() => Promise.reject(new ServiceUnavailable('Service Bus')));
    await expect(relay(broken.topic, checkpoints)).rejects.toThrow(ServiceUnavailable);
    const { topic, sent } = recordingTopic();
    await relay(topic, checkpoints);
    expect(sent).toContain(`${id}:2`);
  });

  it('that ends between send and checkpoint sends again', async () => {
    const checkpoints = checkpointsNamed(randomUUID());
    const id = await account();
    const { topic, sent } = recordingTopic();
    await expect(relay(topic, { ...checkpoints, save: () => Promise.reject(new Error('killed')) })).rejects.toThrow();
    await relay(topic, checkpoints);
    expect(sent.filter((sentId) => sentId === `${id}:1`)).toHaveLength(2);
  });

  it('leaves the checkpoint to another instance that moved it', async () => {
    const checkpoints = checkpointsNamed(randomUUID());
    await account();
    const { topic } = recordingTopic();
    await relay(topic, checkpoints);
    const before = await checkpoints.load('relay');
    await account();
    await relay(topic, {
      ...checkpoints,
      save: () => Promise.resolve('conflict'),
    });
    expect(await checkpoints.load('relay')).toEqual(before);
  });

  it('begins at the beginning when its checkpoint is of a store that was replaced', async () => {
    const checkpoints = checkpointsNamed(randomUUID());
    const id = await account();
    const { topic, sent } = recordingTopic();
    await relay(topic, checkpoints);
    const mine = await checkpoints.load('relay');
    const position = (mine?.position ?? '').replace(/"rid":"[^"]*"/, '"rid":"another"');
    expect(position).not.toBe(mine?.position);
    await checkpoints.save('relay', position, mine?.etag);
    sent.length = 0;
    await relay(topic, checkpoints);
    expect(sent).toContain(`${id}:1`);
  });

  it('parks what can never be sent, and goes on', async () => {
    const checkpoints = checkpointsNamed(randomUUID());
    const id = await account();
    const { topic, sent } = recordingTopic((messages) =>
      Promise.resolve(messages.filter((message) => message.id === `${id}:1`)),
    );
    await relay(topic, checkpoints);
    expect(sent).toContain(`${id}:2`);
    expect(await parkedOf(`${id}:1`)).toMatchObject([{ reason: 'Too large to be sent, or its id too long' }]);
  });

  it('parks what is no commit, with the document itself, and goes on', async () => {
    const checkpoints = checkpointsNamed(randomUUID());
    const rubbish = { id: '000000000001', aggregateId: randomUUID(), commandId: 'u:rubbish', version: 'one' };
    await events.items.create(rubbish);
    const id = await account();
    const { topic, sent } = recordingTopic();
    await relay(topic, checkpoints);
    expect(sent).toContain(`${id}:1`);
    const [parked, ...others] = await parkedOf(`${rubbish.aggregateId}:${rubbish.id}`);
    expect(others).toEqual([]);
    expect(parked?.reason).toMatch(/is not a commit/);
    expect(JSON.parse(parked?.body ?? '')).toMatchObject(rubbish);
  });

  it('ends at its deadline, however much there is to send', async () => {
    const checkpoints = checkpointsNamed(randomUUID());
    const { topic } = recordingTopic();
    let pages = 0;
    const aPageASecond = {
      changeFeed: {
        read: () => Promise.resolve({ commits: [], position: String((pages += 1)), end: false }),
      },
      clock: { now: () => pages * 1_000 },
    };
    await runRelay({ ...servicesOf(topic, checkpoints), ...aPageASecond }, 5_000);
    expect(pages).toBe(5);
    expect(await checkpoints.load('relay')).toMatchObject({ position: '5' });
  });
});
