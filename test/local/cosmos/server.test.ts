import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChangeFeedStartFrom, CosmosClient } from '@azure/cosmos';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCosmos } from '../../../local/cosmos/server.ts';
import { emulatorKey } from '../../../local/cosmos/wire/authorization.ts';
import type { RunningService } from '../../../local/service/runningService.ts';
import { freePort } from '../../support/freePort.ts';
import { type Raw, sendSigned } from './signedRequest.ts';

let folder: string;
let running: RunningService[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cosmos-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((service) => service.close()));
  await rm(folder, { recursive: true });
});

const start = async (options: Partial<Parameters<typeof startCosmos>[0]> = {}): Promise<RunningService> => {
  const service = await startCosmos({ port: 0, ...options });
  running.push(service);
  return service;
};

const stop = async (service: RunningService): Promise<void> => {
  running = running.filter((other) => other !== service);
  await service.close();
};

/** A signed request without the SDK. */
const send = ({ port }: RunningService, path: string, type: string, link: string, raw?: Raw): Promise<Response> =>
  sendSigned(port, path, type, link, raw);

const problem = async (response: Promise<Response>): Promise<{ status: number; code: unknown; message: unknown }> => {
  const answered = await response;
  const { code, message } = (await answered.json()) as { code: unknown; message: unknown };
  return { status: answered.status, code, message };
};

describe('starting', () => {
  it('says which port was found, and how to connect', async () => {
    const service = await start();
    expect(service.port).toBeGreaterThan(0);
    expect(service.connectionString).toBe(
      `AccountEndpoint=http://127.0.0.1:${service.port}/;AccountKey=${emulatorKey};`,
    );
  });

  it('fails with EADDRINUSE on a taken port, also when the data is in use too', async () => {
    const { port } = await start({ dataDir: folder });
    await expect(startCosmos({ port, dataDir: folder })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('does not share its data with a second server', async () => {
    await start({ dataDir: folder });
    await expect(startCosmos({ port: 0, dataDir: folder })).rejects.toThrow('locked');
  });
});

describe('closing', () => {
  it('ends idle connections and frees the port', async () => {
    const service = await start({ port: await freePort() });
    const client = new CosmosClient(service.connectionString);
    await client.databases.create({ id: 'kept' });
    await stop(service);
    const again = await start({ port: service.port });
    expect((await send(again, '/dbs', 'dbs', '')).status).toBe(200);
    client.dispose();
  });

  it('keeps everything in the folder', async () => {
    const first = await start({ dataDir: folder, port: await freePort() });
    const client = new CosmosClient(first.connectionString);
    const { database } = await client.databases.create({ id: 'bank' });
    const { container } = await database.containers.create({ id: 'events', partitionKey: '/owner' });
    const created = await container.items.create({ id: '1', owner: 'a' });
    await stop(first);
    const second = await start({ dataDir: folder, port: first.port });
    expect((await container.item('1', 'a').read()).resource).toEqual(created.resource);
    const next = await container.items.create({ id: '2', owner: 'a' });
    expect(next.resource?._rid).not.toBe(created.resource?._rid);
    expect(Number(next.headers.lsn)).toBe(Number(created.headers.lsn) + 1);
    client.dispose();
    await stop(second);
  });
});

/** A service with the container `things` in the database `bank`. */
const withThings = async (): Promise<RunningService> => {
  const service = await start();
  const client = new CosmosClient(service.connectionString);
  const { database } = await client.databases.create({ id: 'bank' });
  await database.containers.create({ id: 'things', partitionKey: '/owner' });
  client.dispose();
  return service;
};

describe('a request', () => {
  it('must be signed with the key of the emulator', async () => {
    const service = await start();
    expect((await send(service, '/dbs', 'dbs', '')).status).toBe(200);
    const unsigned = fetch(`http://127.0.0.1:${service.port}/dbs`);
    expect(await problem(unsigned)).toMatchObject({ status: 401, code: 'Unauthorized' });
    const otherKey = Buffer.from('other').toString('base64');
    expect((await send(service, '/dbs', 'dbs', '', { key: otherKey })).status).toBe(401);
    expect((await send(service, '/dbs', 'dbs', 'dbs/other')).status).toBe(401);
    expect((await send(service, '/dbs', 'dbs', '', { headers: { authorization: '%E0%A4%A' } })).status).toBe(401);
  });

  it.each(['', 'rubbish', '[1,', '"text"', '5', 'null'])('with the body %j is a 400', async (body) => {
    const service = await start();
    const sent = send(service, '/dbs', 'dbs', '', { method: 'POST', body });
    expect(await problem(sent)).toMatchObject({
      status: 400,
      code: 'BadRequest',
      message: expect.any(String) as string,
    });
  });

  it('of more than 2 MB is a 413', async () => {
    const service = await start();
    const body = 'x'.repeat(5 * 1024 * 1024);
    const sent = send(service, '/dbs', 'dbs', '', { method: 'POST', body });
    expect(await problem(sent)).toMatchObject({ status: 413, code: 'RequestEntityTooLarge' });
  });

  it('that is nested without end is a 400', async () => {
    const service = await start();
    await send(service, '/dbs', 'dbs', '', { method: 'POST', body: '{"id":"d"}' });
    const create = '{"id":"c","partitionKey":{"paths":["/p"]}}';
    await send(service, '/dbs/d/colls', 'colls', 'dbs/d', { method: 'POST', body: create });
    const docs = (body: string, headers: Record<string, string>) =>
      send(service, '/dbs/d/colls/c/docs', 'docs', 'dbs/d/colls/c', { method: 'POST', body, headers });
    const key = { 'x-ms-documentdb-partitionkey': '["p"]' };
    const deep = `{"id":"1","p":"p","a":${'['.repeat(400_000)}${']'.repeat(400_000)}}`;
    expect((await docs(deep, key)).status).toBe(400);
    const query = JSON.stringify({ query: `SELECT * FROM c WHERE ${'('.repeat(200_000)}1${')'.repeat(200_000)}` });
    const isQuery = { ...key, 'content-type': 'application/query+json', 'x-ms-documentdb-isquery': 'True' };
    expect((await docs(query, isQuery)).status).toBe(400);
    const sums = JSON.stringify({ query: `SELECT VALUE 1${'+1'.repeat(200_000)} FROM c` });
    expect((await docs(sums, isQuery)).status).toBe(400);
  });

  it('to something unknown is a 404, with a verb that makes no sense a 405', async () => {
    const service = await start();
    expect(await problem(send(service, '/dbs/none', 'dbs', 'dbs/none'))).toMatchObject({
      status: 404,
      code: 'NotFound',
    });
    expect(await problem(send(service, '/none', 'none', ''))).toMatchObject({ status: 404 });
    expect(await problem(send(service, '/dbs', 'dbs', '', { method: 'PUT' }))).toMatchObject({ status: 405 });
    expect(await problem(send(service, '/dbs/%E0%A4%A', 'dbs', ''))).toMatchObject({ status: 400 });
  });

  it('for the ranges of a container answers 304 as long as they are the same', async () => {
    const service = await withThings();
    const ask = (headers: Record<string, string>) =>
      send(service, '/dbs/bank/colls/things/pkranges', 'pkranges', 'dbs/bank/colls/things', { headers });
    const first = await ask({ 'a-im': 'Incremental feed' });
    expect(first.status).toBe(200);
    const again = await ask({ 'a-im': 'Incremental feed', 'if-none-match': first.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  it('to a range that is not there is told that it is gone', async () => {
    const service = await withThings();
    const response = await send(service, '/dbs/bank/colls/things/docs', 'docs', 'dbs/bank/colls/things', {
      headers: { 'a-im': 'Incremental feed', 'x-ms-documentdb-partitionkeyrangeid': '7' },
    });
    expect([response.status, response.headers.get('x-ms-substatus')]).toEqual([410, '1002']);
  });
});

it('takes no position in the feed of another server for one of its own', async () => {
  const feedOf = async () => {
    const client = new CosmosClient((await start()).connectionString);
    const { database } = await client.databases.create({ id: 'bank' });
    const { container } = await database.containers.create({ id: 'events', partitionKey: '/account' });
    return (from: ChangeFeedStartFrom) =>
      container.items.getChangeFeedIterator({ changeFeedStartFrom: from }).readNext();
  };
  const [one, other] = [await feedOf(), await feedOf()];
  const position = ChangeFeedStartFrom.Continuation((await one(ChangeFeedStartFrom.Beginning())).continuationToken);
  await one(position);
  await expect(other(position)).rejects.toThrow('not for the current container');
});
