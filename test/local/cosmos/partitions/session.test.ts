import { CosmosClient } from '@azure/cosmos';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startCosmos } from '../../../../local/cosmos/server.ts';
import { faultsAt } from '../../../../local/faults/client.ts';
import type { RunningService } from '../../../../local/service/runningService.ts';
import { ownersInTurns } from './partitioned.ts';

const [first = '', second = ''] = ownersInTurns(1);
const now = 1_700_000_000_000;

let service: RunningService;
let clients: CosmosClient[];

beforeEach(async () => {
  service = await startCosmos({ port: 0, partitions: 3, lagMs: 60_000, now: () => now });
  clients = [];
  const { database } = await connect().databases.create({ id: 'bank' });
  await database.containers.create({ id: 'things', partitionKey: { paths: ['/owner'] } });
});
afterEach(async () => {
  for (const client of clients) client.dispose();
  await service.close();
});

const connect = (): CosmosClient => {
  const client = new CosmosClient({ connectionString: service.connectionString, consistencyLevel: 'Session' });
  clients.push(client);
  return client;
};
const things = () => connect().database('bank').container('things');

it('a session sees what it has written in each partition, and no more', async () => {
  const [own, other] = [things(), things()];
  await own.items.create({ id: '1', owner: first });
  await other.items.create({ id: '2', owner: second });
  await own.items.create({ id: '3', owner: first });
  expect((await own.item('1', first).read()).statusCode).toBe(200);
  // The transaction before its own last one, in a partition of which the session has no token.
  expect((await own.item('2', second).read()).statusCode).toBe(404);
  expect((await other.item('2', second).read()).statusCode).toBe(200);
  expect((await other.item('1', first).read()).statusCode).toBe(404);
});

it('a session goes on after a split', async () => {
  const own = things();
  await own.items.create({ id: '1', owner: first });
  await faultsAt(service.port).split('things', '0');
  expect((await own.item('1', first).read()).statusCode).toBe(200);
  await own.items.create({ id: '2', owner: first });
  await faultsAt(service.port).split('things', '3');
  expect((await own.item('2', first).read()).statusCode).toBe(200);
});
