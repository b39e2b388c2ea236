import { describe, expect, it } from 'vitest';
import { sendSigned } from '../signedRequest.ts';
import { bulk, creates, type Item, itemsOf, ownersInTurns, partitioned, rangeOf } from './partitioned.ts';

const cosmos = partitioned();
const owners = ownersInTurns(10);

const idsNow = async (): Promise<string[]> => {
  await cosmos.faults.clear();
  const { resources } = await cosmos.container.items.query<string>('SELECT VALUE c.id FROM c').fetchAll();
  return resources.sort();
};

const idsIn = (items: readonly Item[], isIn: (range: string) => boolean): string[] =>
  items
    .filter(({ owner }) => isIn(rangeOf(owner)))
    .map(({ id }) => id)
    .sort();

describe('a bulk request', () => {
  it('reaches the keys of all ranges, and answers in the order of its operations', async () => {
    const items = itemsOf(owners);
    const results = await bulk(cosmos.container, creates(items));
    expect(results.map(({ resourceBody }) => resourceBody?.id)).toEqual(items.map(({ id }) => id));
    expect(new Set(results.map(({ statusCode }) => statusCode))).toEqual(new Set([201]));
    for (const { id, owner } of items) {
      expect((await cosmos.container.item(id, owner).read()).statusCode).toBe(200);
    }
  });

  it('is one request for each range', async () => {
    const delay = { kind: 'delay', ms: 0 } as const;
    await cosmos.faults.inject(
      ['0', '1', '2'].map((range) => ({ on: { operation: 'bulk', range }, times: 9, fault: delay })),
    );
    await bulk(cosmos.container, creates(itemsOf(owners)));
    expect(await cosmos.faults.hits()).toEqual([1, 1, 1]);
  });

  it('must contain keys of the named range only, else nothing of it is written', async () => {
    const { service, container } = cosmos;
    const link = `dbs/bank/colls/${container.id}`;
    const send = async (range: string | undefined, items: readonly Item[]): Promise<[number, string | null]> => {
      const operations = creates(items).map((each) => ({ ...each, partitionKey: JSON.stringify([each.partitionKey]) }));
      const { status, headers } = await sendSigned(service.port, `/${link}/docs`, 'docs', link, {
        method: 'POST',
        body: JSON.stringify(operations),
        headers: {
          'x-ms-cosmos-is-batch-request': 'true',
          'x-ms-cosmos-batch-atomic': 'false',
          ...(range === undefined ? {} : { 'x-ms-documentdb-partitionkeyrangeid': range }),
        },
      });
      return [status, headers.get('x-ms-substatus')];
    };
    const items = itemsOf(owners);
    const own = items.filter(({ owner }) => rangeOf(owner) === '1');
    expect(await send('1', own)).toEqual([200, null]);
    expect(await send('1', items)).toEqual([400, null]);
    expect(await send(undefined, own)).toEqual([400, null]);
    expect(await send('7', own)).toEqual([410, '1002']);
    expect(await idsNow()).toEqual(idsIn(items, (range) => range === '1'));
  });
});

describe('with one range away', () => {
  it.each([
    [503, 1],
    [429, 1],
    [408, 1],
  ])('items.bulk throws at %i, although the other ranges have written', async (status, requests) => {
    const items = itemsOf(owners);
    await cosmos.faults.inject({
      on: { operation: 'bulk', range: '1' },
      times: 100,
      fault: { kind: 'answer', status, retryAfterMs: 1 },
    });
    const failure: unknown = await bulk(cosmos.container, creates(items)).then(
      () => 'an answer',
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    expect(failure).toMatchObject({ cause: { code: status } });
    // The error tells nothing of the outcomes of the other ranges.
    expect(Object.keys(failure as Error)).toEqual(['diagnostics']);
    expect(await cosmos.faults.hits()).toEqual([requests]);
    expect(await idsNow()).toEqual(idsIn(items, (range) => range !== '1'));
  });

  it('items.bulk throws at a lost answer, although all ranges have written', async () => {
    const items = itemsOf(owners);
    await cosmos.faults.inject({ on: { operation: 'bulk', range: '2' }, fault: { kind: 'drop', when: 'after' } });
    await expect(bulk(cosmos.container, creates(items))).rejects.toThrow('Bulk request errored');
    expect(await idsNow()).toEqual(idsIn(items, () => true));
  });

  it('items.executeBulkOperations tells the outcome of each operation', async () => {
    const items = itemsOf(owners);
    const fault = { kind: 'answer', status: 503 } as const;
    await cosmos.faults.inject({ on: { operation: 'bulk', range: '1' }, times: 100, fault });
    const results = await cosmos.container.items.executeBulkOperations(creates(items));
    expect(results.map(({ response, error }) => response?.statusCode ?? error?.code)).toEqual(
      items.map(({ owner }) => (rangeOf(owner) === '1' ? 503 : 201)),
    );
  });

  it('point operations in the other ranges work', async () => {
    const [first = '', second = ''] = owners;
    expect([rangeOf(first), rangeOf(second)]).toEqual(['0', '1']);
    await cosmos.faults.inject({ on: { range: '1' }, times: 100, fault: { kind: 'answer', status: 503 } });
    expect((await cosmos.container.items.create({ id: '1', owner: first })).statusCode).toBe(201);
    await expect(cosmos.container.items.create({ id: '1', owner: second })).rejects.toMatchObject({ code: 503 });
    // A query over everything touches the range, too.
    await expect(cosmos.container.items.query('SELECT * FROM c').fetchAll()).rejects.toMatchObject({ code: 503 });
    const own = cosmos.container.items.query('SELECT * FROM c', { partitionKey: first });
    expect((await own.fetchAll()).resources).toHaveLength(1);
  });
});

describe('a split during bulk requests', () => {
  it.each(['bulk', 'executeBulkOperations'] as const)('is passed over by items.%s', async (method) => {
    const { container, faults } = cosmos;
    const expected: string[] = [];
    for (const [round, range] of ['0', '2', '3', '5'].entries()) {
      const items = itemsOf(owners, `round-${round}`);
      const operations = creates(items);
      const statuses =
        method === 'bulk'
          ? (await bulk(container, operations)).map(({ statusCode }) => statusCode)
          : (await container.items.executeBulkOperations(operations)).map(({ response }) => response?.statusCode);
      expect(statuses).toEqual(items.map(() => 201));
      expected.push(...items.map(({ id }) => id));
      await faults.split(container.id, range);
    }
    expect(await idsNow()).toEqual(expected.sort());
  });
});
