import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { brokersOf } from '../../../adapters/kafka/connection.ts';
import { openKafka } from '../../../adapters/kafka/stream.ts';
import { describeWithKafka, kafkaOfThisFile } from '../../support/kafka/broker.ts';
import { firstEvents, versionsOf } from '../../support/kafka/events.ts';

describeWithKafka('a stream to two brokers', () => {
  const kafka = kafkaOfThisFile({ brokers: 2 });

  it('goes on with the next leader when the one that led is gone, and loses nothing', async () => {
    const name = randomUUID();
    await kafka.createTopics([`${name}_account`], {}, [2, 1]);
    const stream = openKafka(brokersOf({ connectionString: kafka.address() }), `${name}_{aggregate}`);
    onTestFinished(() => stream.close());
    const events = firstEvents(20);
    const append = (some: typeof events) =>
      expect
        .poll(() => stream.append(some, AbortSignal.timeout(5_000)).catch(String), { timeout: 60_000, interval: 100 })
        .toEqual([]);
    await append(events.slice(0, 10));
    await kafka.kill(2);
    await append(events.slice(10, 15));
    // The first leader is back, and leads no more; or leads again.
    await kafka.start(2);
    await append(events.slice(15));
    const versions = versionsOf(await kafka.read(`${name}_account`, (all) => versionsOf(all).includes(20)));
    expect([...new Set(versions)]).toEqual(events.map((_, index) => index + 1));
  });
});
