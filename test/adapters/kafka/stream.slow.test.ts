import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { brokersOf } from '../../../adapters/kafka/connection.ts';
import { openKafka } from '../../../adapters/kafka/stream.ts';
import { describeWithKafka, kafkaOfThisFile } from '../../support/kafka/broker.ts';
import { eventOf, firstEvents, versionsOf } from '../../support/kafka/events.ts';

const never = new AbortController().signal;

describeWithKafka('a stream of Kafka', () => {
  const kafka = kafkaOfThisFile();
  const topicOf = async (config = {}) => {
    const name = randomUUID();
    await kafka.createTopics([`${name}_account`], config);
    return { name: `${name}_account`, template: `${name}_{aggregate}` };
  };
  const opened = (template: string, address = kafka.address()) => {
    const stream = openKafka(brokersOf({ connectionString: address }), template);
    onTestFinished(() => stream.close());
    return stream;
  };

  it('has events of the CloudEvents binding in binary mode, by the key of their aggregate', async () => {
    const { name, template } = await topicOf();
    const id = randomUUID();
    expect(await opened(template).append([eventOf(id, 1, { amount: '1' })], never)).toEqual([]);
    const [record] = await kafka.read(name, 1);
    expect(record).toMatchObject({ key: id, value: '{"amount":"1"}' });
    expect(Object.fromEntries(record?.headers ?? [])).toEqual({
      'content-type': 'application/json',
      ...{ ce_specversion: '1.0', ce_id: `${id}:1`, ce_source: 'urn:daybook:account', ce_type: 'MoneyDeposited' },
      ...{ ce_time: '2026-11-20T10:00:00.000Z', ce_aggregate: 'account', ce_aggregateid: id },
      ...{ ce_aggregateversion: '1', ce_schemaversion: '1' },
      ce_traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
    });
  });

  it('keeps the order of each aggregate in 10,000 events, and three groups read all of it, one of them from the middle', async () => {
    const { name, template } = await topicOf();
    const histories = Array.from({ length: 100 }, () => firstEvents(100));
    const mixed = Array.from({ length: 100 }, (_, index) => histories.flatMap((own) => own[index] ?? []));
    const stream = opened(template);
    for (const page of mixed) await stream.append(page, never);
    const all = await kafka.read(name, 10_000);
    const [again, byPartition] = [await kafka.read(name, 10_000), Map.groupBy(all, ({ partition }) => partition)];
    for (const records of [all, again]) {
      const byKey = Map.groupBy(records, ({ key }) => key);
      expect(byKey.size).toBe(100);
      for (const own of byKey.values()) expect(versionsOf(own)).toEqual(firstEvents(100).map((_, index) => index + 1));
    }
    const halves = [...byPartition.values()].map((records) => records.slice(records.length >> 1));
    const middles = halves.flatMap(([first]) => first ?? []);
    const half = await kafka.read(name, halves.flat().length, middles);
    expect(half.map(({ headers }) => headers.get('ce_id')).toSorted()).toEqual(
      halves
        .flat()
        .map(({ headers }) => headers.get('ce_id'))
        .toSorted(),
    );
  });

  it('returns what is too large, and takes the rest', async () => {
    const { name, template } = await topicOf({ 'max.message.bytes': '20000' });
    const events = firstEvents(7).map((event) =>
      event.aggregateversion === 4 ? { ...event, data: { text: 'x'.repeat(30_000) } } : event,
    );
    expect(await opened(template).append(events, never)).toEqual([events[3]]);
    expect(versionsOf(await kafka.read(name, 6))).toEqual([1, 2, 3, 5, 6, 7]);
  });

  it('fails for a topic that is not there, and goes on once it is', async () => {
    const name = randomUUID();
    const stream = opened(`${name}_{aggregate}`);
    await expect(stream.append(firstEvents(1), never)).rejects.toThrow(
      expect.objectContaining({
        name: 'ServiceUnavailable',
        cause: expect.objectContaining({ message: expect.stringMatching(/Unknown topic/) as string }) as Error,
      }),
    );
    await kafka.createTopics([`${name}_account`]);
    expect(await stream.append(firstEvents(1), never)).toEqual([]);
  });

  it('fails in time where a broker accepts and never answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    const stream = opened('{aggregate}', `127.0.0.1:${port}`);
    await expect(stream.append(firstEvents(1), AbortSignal.timeout(300))).rejects.toThrow('Kafka is unavailable');
  });

  it('goes on when a broker that was killed comes back', async () => {
    const { name, template } = await topicOf();
    const stream = opened(template);
    const events = firstEvents(20);
    await stream.append(events.slice(0, 10), never);
    await kafka.kill();
    await expect(stream.append(events.slice(10), AbortSignal.timeout(1_000))).rejects.toThrow('Kafka is unavailable');
    await kafka.start();
    await expect.poll(() => stream.append(events.slice(10), AbortSignal.timeout(5_000)).catch(String)).toEqual([]);
    // A try that failed half-way may have written some, which come again.
    const versions = versionsOf(await kafka.read(name, (all) => versionsOf(all).includes(20)));
    expect([...new Set(versions)]).toEqual(events.map((_, index) => index + 1));
  });
});
