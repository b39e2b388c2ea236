import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { brokersOf } from '../../../adapters/kafka/connection.ts';
import { openKafka } from '../../../adapters/kafka/stream.ts';
import type { CloudEvent } from '../../../application/publishing/message.ts';
import { describeWithKafka } from '../../support/kafka/jars.ts';
import { kafkaOfThisFile, type Record } from '../../support/kafka/broker.ts';

const never = new AbortController().signal;
const eventOf = (
  aggregateid: string,
  aggregateversion: number,
  data: unknown = { n: aggregateversion },
): CloudEvent => ({
  ...{ specversion: '1.0', id: `${aggregateid}:${aggregateversion}`, source: 'urn:daybook:account' },
  ...{ type: 'MoneyDeposited', time: '2026-11-20T10:00:00.000Z', datacontenttype: 'application/json' },
  ...{ aggregate: 'account', aggregateid, aggregateversion, schemaversion: 1 },
  ...{ traceparent: '00-11111111111111111111111111111111-2222222222222222-01', data },
});
const history = (length: number, id: string = randomUUID()) =>
  Array.from({ length }, (_, index) => eventOf(id, index + 1));

const versionsOf = (records: readonly Record[]) =>
  records.map(({ headers }) => Number(headers.get('ce_aggregateversion')));

describeWithKafka('a stream of Kafka', { timeout: 60_000 }, () => {
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

  it('keeps the order of each aggregate, and three groups read all of it', async () => {
    const { name, template } = await topicOf();
    const histories = Array.from({ length: 20 }, () => history(50));
    const mixed = Array.from({ length: 50 }, (_, index) => histories.flatMap((own) => own[index] ?? [])).flat();
    await opened(template).append(mixed, never);
    for (let group = 0; group < 3; group += 1) {
      const records = await kafka.read(name, mixed.length);
      const byKey = Map.groupBy(records, ({ key }) => key);
      expect(byKey.size).toBe(20);
      for (const own of byKey.values())
        expect(own.map(({ value }) => value)).toEqual(history(50).map(({ data }) => JSON.stringify(data)));
    }
  });

  it('returns what is too large, and takes the rest', async () => {
    const { name, template } = await topicOf({ 'max.message.bytes': '20000' });
    const events = history(7).map((event) =>
      event.aggregateversion === 4 ? { ...event, data: { text: 'x'.repeat(30_000) } } : event,
    );
    expect(await opened(template).append(events, never)).toEqual([events[3]]);
    expect(versionsOf(await kafka.read(name, 6))).toEqual([1, 2, 3, 5, 6, 7]);
  });

  it('fails for a topic that is not there, and goes on once it is', async () => {
    const name = randomUUID();
    const stream = opened(`${name}_{aggregate}`);
    await expect(stream.append(history(1), never)).rejects.toThrow(
      expect.objectContaining({
        name: 'ServiceUnavailable',
        cause: expect.objectContaining({ message: expect.stringMatching(/Unknown topic/) as string }) as Error,
      }),
    );
    await kafka.createTopics([`${name}_account`]);
    expect(await stream.append(history(1), never)).toEqual([]);
  });

  it('fails in time where a broker accepts and never answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    const stream = opened('{aggregate}', `127.0.0.1:${port}`);
    await expect(stream.append(history(1), AbortSignal.timeout(300))).rejects.toThrow('Kafka is unavailable');
  });

  it('goes on when a broker that was killed comes back', async () => {
    const { name, template } = await topicOf();
    const stream = opened(template);
    const events = history(20);
    await stream.append(events.slice(0, 10), never);
    await kafka.kill();
    await expect(stream.append(events.slice(10), AbortSignal.timeout(1_000))).rejects.toThrow('Kafka is unavailable');
    await kafka.start();
    await expect
      .poll(() => stream.append(events.slice(10), AbortSignal.timeout(5_000)).catch(String), { timeout: 20_000 })
      .toEqual([]);
    expect(versionsOf(await kafka.read(name, 20))).toEqual(events.map((_, index) => index + 1));
  });
});
