import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import { describe, expect, it } from 'vitest';
import { startCosmos } from '../../../../local/cosmos/server.ts';
import { faultsAt } from '../../../../local/faults/client.ts';
import { freePort } from '../../../support/freePort.ts';
import { sendSigned } from '../signedRequest.ts';
import { bulk, creates, itemsOf, ownersInTurns, partitioned } from './partitioned.ts';

const cosmos = partitioned();
const owners = ownersInTurns(3);

type Ranges = { PartitionKeyRanges: { id: string; minInclusive: string; maxExclusive: string; parents: string[] }[] };

const askForRanges = (headers: Record<string, string> = {}): Promise<Response> => {
  const link = `dbs/bank/colls/${cosmos.container.id}`;
  return sendSigned(cosmos.service.port, `/${link}/pkranges`, 'pkranges', link, { headers });
};

describe('a split', () => {
  it('shows in the ranges of the container, and in their etag', async () => {
    const before = await askForRanges();
    const etag = before.headers.get('etag') ?? '';
    expect(((await before.json()) as Ranges).PartitionKeyRanges.map(({ id }) => id)).toEqual(['0', '1', '2']);
    expect((await askForRanges({ 'if-none-match': etag })).status).toBe(304);
    await cosmos.faults.split(cosmos.container.id, '1');
    const after = await askForRanges({ 'if-none-match': etag });
    expect(after.status).toBe(200);
    const { PartitionKeyRanges: ranges } = (await after.json()) as Ranges;
    expect(ranges.map(({ id, parents }) => [id, parents])).toEqual([
      ['0', []],
      ['3', ['1']],
      ['4', ['1']],
      ['2', []],
    ]);
    expect(ranges.map(({ minInclusive }) => minInclusive)).toEqual([
      '',
      ...ranges.slice(0, -1).map((each) => each.maxExclusive),
    ]);
  });

  it('does not concern point operations and batches', async () => {
    const { container, faults } = cosmos;
    for (const [at, range] of ['0', '1', '2'].entries()) {
      for (const owner of owners) await container.items.create({ id: `${at}`, owner, n: 0 });
      await faults.split(container.id, range);
      for (const owner of owners) {
        await container.item(`${at}`, owner).patch([{ op: 'incr', path: '/n', value: 1 }]);
        const { code } = await container.items.batch([{ operationType: 'Read', id: `${at}` }], owner);
        expect(code).toBe(200);
      }
    }
  });

  it('is refused for ranges and containers that there are not', async () => {
    const { container, faults, client } = cosmos;
    await expect(faults.split(container.id, '7')).rejects.toThrow("The partition key range '7' is gone.");
    await expect(faults.split('none', '0')).rejects.toThrow("There is no container 'none'.");
    await expect(faults.split('', '')).rejects.toThrow('no container');
    const { database } = await client.databases.create({ id: 'other' });
    await database.containers.create({ id: container.id, partitionKey: '/owner' });
    await expect(faults.split(container.id, '0')).rejects.toThrow('name one');
    const split = (body: string) =>
      fetch(`http://127.0.0.1:${cosmos.service.port}/_split`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    expect((await split('{"container":"c"}')).status).toBe(400);
    const named = await split(JSON.stringify({ database: 'other', container: container.id, range: '0' }));
    expect(await named.json()).toMatchObject({ ranges: [{ id: '3' }, { id: '4' }, { id: '1' }, { id: '2' }] });
    await database.delete();
  });

  it('is kept with the data, whatever number of partitions later starts ask for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cosmos-'));
    const first = await startCosmos({ port: await freePort(), dataDir: folder, partitions: 2 });
    const client = new CosmosClient(first.connectionString);
    const { database } = await client.databases.create({ id: 'bank' });
    const { container } = await database.containers.create({ id: 'things', partitionKey: { paths: ['/owner'] } });
    await bulk(container, creates(itemsOf(owners)));
    await faultsAt(first.port).split('things', '0');
    const ranges = await container.readPartitionKeyRanges().fetchAll();
    await first.close();
    const second = await startCosmos({ port: first.port, dataDir: folder, partitions: 5 });
    expect((await container.readPartitionKeyRanges().fetchAll()).resources).toEqual(ranges.resources);
    expect((await bulk(container, creates(itemsOf(owners, 'later')))).map(({ statusCode }) => statusCode)).toEqual(
      owners.map(() => 201),
    );
    const { container: younger } = await database.containers.create({ id: 'new', partitionKey: { paths: ['/owner'] } });
    expect(await younger.getFeedRanges()).toHaveLength(5);
    client.dispose();
    await second.close();
    await rm(folder, { recursive: true });
  });
});
