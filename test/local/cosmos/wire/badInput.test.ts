import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Container, CosmosClient } from '@azure/cosmos';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startCosmos } from '../../../../local/cosmos/server.ts';
import type { RunningService } from '../../../../local/service/runningService.ts';
import { refusal } from '../contract/target.ts';
import { sendSigned } from '../signedRequest.ts';

let service: RunningService;
let client: CosmosClient;
let container: Container;
let sockets: Socket[] = [];

beforeAll(async () => {
  service = await startCosmos({ port: 0 });
  client = new CosmosClient(service.connectionString);
  const { database } = await client.databases.create({ id: 'd' });
  ({ container } = await database.containers.create({ id: 'c', partitionKey: '/owner' }));
});
afterAll(async () => {
  client.dispose();
  await service.close();
});
afterEach(async () => {
  await everyoneElseIsServed();
  for (const socket of sockets) socket.destroy();
  sockets = [];
});

const everyoneElseIsServed = async (): Promise<void> => {
  expect((await container.items.upsert({ id: 'other', owner: 'o' })).statusCode).toBeLessThan(300);
  expect((await container.item('other', 'o').read()).statusCode).toBe(200);
};

const open = async (): Promise<Socket> => {
  const socket = connect(service.port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
};

it.each([
  ['rubbish', `${'\0\x01\xff'.repeat(1_000)}\r\n\r\n`, 400],
  ['AMQP', 'AMQP\x00\x01\x00\x00', 400],
  ['a verb that is none', 'STEAL /dbs HTTP/1.1\r\n\r\n', 400],
  ['headers without end', `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(4_000)}`, 431],
  ['a length that is none', 'POST /dbs HTTP/1.1\r\nhost: x\r\ncontent-length: many\r\n\r\n', 400],
  ['two lengths', 'POST /dbs HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n', 400],
])('%s is refused', async (_, bytes, status) => {
  const socket = await open();
  socket.on('error', () => undefined);
  socket.write(bytes, 'latin1');
  const answer = await text(socket);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ code: 'BadRequest' });
});

it('a thousand connections of half a request and silence are in nobody’s way', async () => {
  const before = process.memoryUsage().rss;
  for (let at = 0; at < 1_000; at++) {
    const socket = await open();
    socket.write(
      `POST /dbs/d/colls/c/docs HTTP/1.1\r\nhost: localhost:${service.port}\r\ncontent-length: 100000\r\n\r\n{"id":`,
    );
  }
  await everyoneElseIsServed();
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});

it('items of 10 MB are too large, however many come at once', async () => {
  const before = process.memoryUsage().rss;
  const item = { id: 'large', owner: 'a', text: 'x'.repeat(10 * 1024 * 1024) };
  const results = await Promise.all(Array.from({ length: 20 }, () => refusal(container.items.create(item))));
  expect(new Set(results)).toEqual(new Set([413]));
  expect((await container.item('large', 'a').read()).statusCode).toBe(404);
  // Most of it is the client's, which lives in the same process.
  expect(process.memoryUsage().rss - before).toBeLessThan(1024 * 1024 * 1024);
});

it('a body of 1 GB is cut off', async () => {
  const socket = await open();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.write(
    `POST /dbs/d/colls/c/docs HTTP/1.1\r\nhost: localhost:${service.port}\r\ncontent-length: ${2 ** 30}\r\n\r\n`,
  );
  const piece = Buffer.alloc(1024 * 1024, 'x');
  const write = (): Promise<unknown> => new Promise((resolve) => socket.write(piece, resolve));
  let sent = 0;
  for (; !socket.destroyed && sent < 1024; sent++) await Promise.race([write(), closed]);
  await closed;
  expect(sent).toBeLessThan(256);
});

const docs = (body: string, headers: Record<string, string> = {}) =>
  sendSigned(service.port, '/dbs/d/colls/c/docs', 'docs', 'dbs/d/colls/c', { method: 'POST', body, headers });

const key = { 'x-ms-documentdb-partitionkey': '["a"]' };
const batch = { ...key, 'x-ms-cosmos-is-batch-request': 'True', 'x-ms-cosmos-batch-atomic': 'True' };
const query = { 'content-type': 'application/query+json', 'x-ms-documentdb-isquery': 'True' };

it.each<[string, string, Record<string, string>]>([
  ['an item that is no JSON', '{"id":', key],
  ['an item that is no object', '[]', key],
  ['an item without an id', '{"owner":"a"}', key],
  ['an id that is a number', '{"id":1,"owner":"a"}', key],
  ['an id with a slash', '{"id":"a/b","owner":"a"}', key],
  ['an id of half a character', '{"id":"\\ud800","owner":"a"}', key],
  ['a key that is no JSON', '{"id":"1","owner":"a"}', { 'x-ms-documentdb-partitionkey': 'a' }],
  ['a key that is no array', '{"id":"1","owner":"a"}', { 'x-ms-documentdb-partitionkey': '"a"' }],
  ['a key of objects', '{"id":"1","owner":"a"}', { 'x-ms-documentdb-partitionkey': '[{"a":1}]' }],
  ['another key', '{"id":"1","owner":"a"}', { 'x-ms-documentdb-partitionkey': '["b"]' }],
  ['a level of consistency that is none', '{"id":"1","owner":"a"}', { ...key, 'x-ms-consistency-level': 'Perfect' }],
  ['a batch that is no array', '{}', batch],
  ['a batch of nothing', '[]', batch],
  ['a batch of numbers', '[1]', batch],
  ['a batch of 101 operations', JSON.stringify(Array.from({ length: 101 }, () => ({}))), batch],
  ['a query that is no JSON', 'SELECT * FROM c', query],
  ['a query without text', '{}', query],
  ['a query with parameters that are none', '{"query":"SELECT 1","parameters":5}', query],
  ['a continuation that is none', '{"query":"SELECT * FROM c"}', { ...query, 'x-ms-continuation': 'rubbish' }],
])('%s is a 400', async (_, body, headers) => {
  const response = await docs(body, headers);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'BadRequest', message: expect.any(String) as string });
});

it('operations of a batch that are none are each a 400', async () => {
  for (const operation of [{}, { operationType: 'Steal' }, { operationType: 'Create' }, { operationType: 'Read' }]) {
    const response = await docs(JSON.stringify([operation]), batch);
    expect([response.status, await response.json()]).toMatchObject([207, [{ statusCode: 400 }]]);
  }
});

it('what is signed with another key, or not at all, is a 401', async () => {
  const otherKey = Buffer.from('other').toString('base64');
  expect((await sendSigned(service.port, '/dbs', 'dbs', '', { key: otherKey })).status).toBe(401);
  expect((await fetch(`http://127.0.0.1:${service.port}/dbs/d/colls/c/docs`, { method: 'POST' })).status).toBe(401);
});

it.each([
  ['none', '', 401],
  ['rubbish', 'yesterday', 401],
  ['16 minutes ago', new Date(Date.now() - 16 * 60_000).toUTCString(), 403],
  // [believed]
  ['16 minutes ahead', new Date(Date.now() + 16 * 60_000).toUTCString(), 403],
  // A database of that name is missing: the signature was accepted.
  ['14 minutes ago', new Date(Date.now() - 14 * 60_000).toUTCString(), 404],
])('what is signed with a date that is %s is answered %s', async (_, date, status) => {
  const answer = await sendSigned(service.port, '/dbs/none', 'dbs', 'dbs/none', { date });
  expect([answer.status, await answer.json()]).toMatchObject([status, { code: expect.any(String) as string }]);
});

it('what does not exist is a 404', async () => {
  expect(await refusal(client.database('none').container('c').items.query('SELECT * FROM c').fetchAll())).toBe(404);
  expect(await refusal(client.database('d').container('none').items.create({ id: '1' }))).toBe(404);
  expect((await sendSigned(service.port, '/none', 'none', '')).status).toBe(404);
});
