import { expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, times, type Reply } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';
import { kafkaOfThisFile, type Record } from '../support/kafka/broker.ts';
import { describeWithKafka } from '../support/kafka/jars.ts';

type Listener = { readonly name: string; readonly kind: string; readonly state: string; readonly behind: number };

describeWithKafka('events in Kafka', { timeout: 60_000 }, () => {
  const kafka = kafkaOfThisFile();
  const app = appOfThisFile(() => ({ flags: ['--kafka', kafka.address()] }));
  const listed = async () =>
    bodyOf((await app.bank.get('/ops/listeners')) as Reply<{ items: readonly Listener[] }>).items.find(
      ({ name }) => name === 'kafka',
    );
  const idsOf = (records: readonly Record[]) => records.map(({ headers }) => headers.get('ce_id'));

  it('wait for their topics, and then come by kind of aggregate, each aggregate in order', async () => {
    const accounts = await times(5, () => newAccount(app.bank, '10'));
    await eventually(listed, 20_000).toMatchObject({
      ...{ kind: 'stream', state: 'failing', reason: expect.stringMatching(/Unknown topic events_/) as string },
      behind: 15,
    });
    await kafka.createTopics(['events_customer', 'events_account', 'events_rate']);
    await times(5, (index) => app.bank.deposit(accounts[index]?.id ?? '', '1'));
    const records = await kafka.read('events_account', 15);
    const byKey = Map.groupBy(records, ({ key }) => key);
    for (const { id } of accounts)
      expect(idsOf(byKey.get(id) ?? [])).toEqual([1, 2, 3].map((version) => `${id}:${version}`));
    expect(await kafka.read('events_customer', 5)).toHaveLength(5);
    await eventually(listed, 20_000).toMatchObject({ state: 'live', behind: 0, parked: 0 });
  });

  it('come again as a whole from an instant, when an operator asks for it', async () => {
    const replay = (body: object) => app.bank.post('/ops/listeners/kafka/replay', body);
    expectProblem(await replay({ from: 1, aggregateId: crypto.randomUUID() }), 400, 'InvalidRequest');
    const { id } = await newAccount(app.bank, '10');
    await eventually(listed, 20_000).toMatchObject({ behind: 0 });
    const { operationId } = bodyOf((await replay({ from: '2020-01-01T00:00:00Z' })) as Reply<{ operationId: string }>);
    expect(bodyOf(await app.bank.get(`/ops/operations/${operationId}`))).toMatchObject({ status: 'succeeded' });
    await app.bank.deposit(id, '1');
    const comesAgain = (records: readonly Record[]) =>
      records.filter(({ headers }) => headers.get('ce_id') === `${id}:1`).length > 1;
    // Whatever was sent before, each aggregate's events come again in order.
    const again = await kafka.read('events_account', comesAgain);
    for (const own of Map.groupBy(again, ({ key }) => key).values()) {
      const versions = own.map(({ headers }) => Number(headers.get('ce_aggregateversion')));
      expect(versions.slice(versions.lastIndexOf(1)).every((version, index) => version === index + 1)).toBe(true);
    }
  });
});
