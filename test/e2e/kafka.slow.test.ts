import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { follow } from '../local/launcher/runStart.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, times, type Reply } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';
import { describeWithKafka, kafkaOfThisFile, type Record } from '../support/kafka/broker.ts';

type Listener = { readonly name: string; readonly kind: string; readonly state: string; readonly behind: number };

describeWithKafka('events in Kafka', { timeout: 180_000 }, () => {
  const kafka = kafkaOfThisFile();
  const app = appOfThisFile(() => ({ flags: ['--kafka', kafka.address()] }));
  const listed = async () =>
    bodyOf((await app.bank.get('/ops/listeners')) as Reply<{ items: readonly Listener[] }>).items.find(
      ({ name }) => name === 'kafka',
    );
  const idsOf = (records: readonly Record[]) => records.map(({ headers }) => headers.get('ce_id'));
  /** A try that failed half-way may have written some, which come again. */
  const distinct = (records: readonly Record[]) => [...new Set(idsOf(records))];

  it('wait for their topics, and then come by kind of aggregate, each aggregate in order', async () => {
    const accounts = await times(5, () => newAccount(app.bank, '10'));
    await eventually(listed).toMatchObject({
      ...{ kind: 'stream', state: 'failing', reason: expect.stringMatching(/Unknown topic events_/) as string },
      behind: 15,
    });
    await kafka.createTopics(['events_customer'], { 'max.message.bytes': '1000' });
    await kafka.createTopics(['events_account', 'events_rate']);
    await times(5, (index) => app.bank.deposit(accounts[index]?.id ?? '', '1'));
    const records = await kafka.read('events_account', (all) => distinct(all).length === 15);
    const byKey = Map.groupBy(records, ({ key }) => key);
    for (const { id } of accounts)
      expect(distinct(byKey.get(id) ?? [])).toEqual([1, 2, 3].map((version) => `${id}:${version}`));
    expect(await kafka.read('events_customer', (all) => distinct(all).length === 5)).not.toEqual([]);
    await eventually(listed).toMatchObject({ state: 'live', behind: 0, parked: 0 });
  });

  it('are read by the example, which keeps the balance of each account', async () => {
    const { id } = await newAccount(app.bank, '12.34');
    const script = fileURLToPath(new URL('../../examples/kafkaBalances.ts', import.meta.url));
    const example = follow(process.execPath, [script, kafka.address()]);
    onTestFinished(async () => {
      example.child.kill('SIGTERM');
      await example.gone;
    });
    await eventually(() => Promise.resolve(example.out() + example.errors())).toContain(`${id} MoneyDeposited 1234\n`);
  });

  it('that are too large for their topic are parked, and hold nobody up', async () => {
    const long = '字'.repeat(100);
    const { id } = bodyOf(await app.bank.createCustomer({ firstName: long, lastName: long }));
    const { id: next } = bodyOf(await app.bank.createCustomer());
    await eventually(listed).toMatchObject({ state: 'live', behind: 0, parked: 1 });
    expect((await app.bank.get('/ops/dead-letters', { listener: 'kafka' })).body).toMatchObject({
      items: [{ messageId: `${id}:1`, reason: 'Larger than the topic takes' }],
    });
    const records = await kafka.read('events_customer', (all) => idsOf(all).includes(`${next}:1`));
    expect(idsOf(records)).not.toContain(`${id}:1`);
  });

  it('wait for a broker that never answers, or is gone, while everybody else goes on; none is missing after that', async () => {
    const { id } = await newAccount(app.bank, '1');
    await eventually(listed).toMatchObject({ state: 'live', behind: 0 });
    const outages = [
      {
        begin: () => kafka.halt(),
        end: () => kafka.goOn(),
        reason: /in time|timed out/,
      },
      { begin: () => kafka.kill(), end: () => kafka.start(), reason: /ECONNREFUSED|failed/ },
    ];
    for (const [index, { begin, end, reason }] of outages.entries()) {
      await begin();
      await app.bank.deposit(id, '1');
      await viewHas(app.bank, id, 3 + index);
      await eventually(listed).toMatchObject({
        ...{ state: 'failing', reason: expect.stringMatching(reason) as string, behind: 1 },
      });
      await end();
      await eventually(listed, 60_000).toMatchObject({ state: 'live', behind: 0 });
    }
    const records = await kafka.read('events_account', (all) => idsOf(all).includes(`${id}:4`));
    expect(distinct(records.filter(({ key }) => key === id))).toEqual(
      [1, 2, 3, 4].map((version) => `${id}:${version}`),
    );
  });

  it('come again as a whole from an instant, when an operator asks for it', async () => {
    const replay = (body: object) => app.bank.post('/ops/listeners/kafka/replay', body);
    expectProblem(await replay({ from: 1, aggregateId: crypto.randomUUID() }), 400, 'InvalidRequest');
    const { id } = await newAccount(app.bank, '10');
    await eventually(listed).toMatchObject({ behind: 0 });
    const { operationId } = bodyOf((await replay({ from: '2020-01-01T00:00:00Z' })) as Reply<{ operationId: string }>);
    expect(bodyOf(await app.bank.get(`/ops/operations/${operationId}`))).toMatchObject({ status: 'succeeded' });
    await app.bank.deposit(id, '1');
    const comesAgain = (records: readonly Record[]) =>
      records.filter(({ headers }) => headers.get('ce_id') === `${id}:1`).length > 1;
    // What comes again begins with an earlier version, and has no holes.
    const again = await kafka.read('events_account', comesAgain);
    for (const own of Map.groupBy(again, ({ key }) => key).values()) {
      const versions = own.map(({ headers }) => Number(headers.get('ce_aggregateversion')));
      expect(versions.filter((version, index) => version > (versions[index - 1] ?? 0) + 1)).toEqual([]);
    }
  });
});
