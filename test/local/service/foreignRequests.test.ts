import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { CosmosClient } from '@azure/cosmos';
import { ServiceBusClient } from '@azure/service-bus';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCosmos } from '../../../local/cosmos/server.ts';
import { startLazyStorage } from '../../../local/launcher/services/lazyStorage.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import { runHost } from '../functionsHost/runHost.ts';
import { temporaryFolder } from '../launcher/temporaryFolder.ts';

type Server = { readonly port: number; close(): Promise<unknown> };

const allowedHosts = ['box.local', 'named.local:81'];
const config = { UserConfig: { Namespaces: [{ Name: 'n', Queues: [{ Name: 'q' }] }] } };

const servers = {
  'Cosmos DB': () => startCosmos({ port: 0, allowedHosts }),
  'Service Bus': () => startServiceBus({ port: 0, config, allowedHosts }),
  storage: async () => startLazyStorage({ port: 0, dataDir: await temporaryFolder(), allowedHosts }),
  'the Functions host': () => runHost('accessApp.ts', { allowedHosts }),
} satisfies Record<string, () => Promise<Server>>;

/** The status of the answer to this request, sent as it stands. */
const statusOf = async (port: number, request: string, address = '127.0.0.1'): Promise<number> => {
  const socket = connect(port, address);
  await once(socket, 'connect');
  socket.write(request.replaceAll('PORT', String(port)).replaceAll('\n', '\r\n'));
  const answer = await text(socket);
  return Number(/^HTTP\/1.1 (\d+) /.exec(answer)?.[1]);
};

const get = (host: string, more = ''): string => `GET / HTTP/1.1\nHost: ${host}\nConnection: close\n${more}\n`;

describe.each(Object.entries(servers))('%s', (_, start) => {
  let port: number;
  let server: Server;
  beforeAll(async () => {
    server = await start();
    ({ port } = server);
  });
  afterAll(() => server.close());

  it.each([
    ['a name that DNS points at this machine', get('evil.example')],
    ['such a name with the right port', get('evil.example:PORT')],
    ['a name that begins like one of its own', get('localhost.evil.example:PORT')],
    ['another port', get('localhost:1')],
    ['no port', get('localhost')],
    ['an address of all networks', get('0.0.0.0:PORT')],
    ['another name in the target', get('localhost:PORT').replace('/', 'http://evil.example/')],
    ['another port of a name that may come with one', get('named.local:PORT')],
  ])('refuses a request for %s', async (_what, request) => expect(await statusOf(port, request)).toBe(421));

  it('refuses a request for an empty name', async () => expect([400, 421]).toContain(await statusOf(port, get(''))));

  it.each([
    ['https://evil.example'],
    ['http://localhost:1'],
    ['http://localhost'],
    ['http://127.0.0.1:PORT'],
    ['null'],
    [''],
  ])('refuses a page of the origin "%s"', async (origin) =>
    expect(await statusOf(port, get('localhost:PORT', `Origin: ${origin}\n`))).toBe(403),
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=b', undefined])(
    'refuses a POST of another origin with the type %s, before it has read a body',
    async (type) => {
      const headers = `Origin: https://evil.example\n${type === undefined ? '' : `Content-Type: ${type}\n`}`;
      for (const path of ['/_faults', '/admin/functions/tick', '/dbs']) {
        const request = `POST ${path} HTTP/1.1\nHost: localhost:PORT\n${headers}Content-Length: 9\n\n`;
        expect(await statusOf(port, request)).toBe(403);
      }
    },
  );

  it.each([
    ['localhost:PORT'],
    ['LOCALHOST:PORT'],
    ['127.0.0.1:PORT'],
    ['[::1]:PORT'],
    ['box.local'],
    ['box.local:9'],
    ['named.local:81'],
  ])('takes requests for %s, without an origin and of its own', async (host) => {
    const own = `Origin: http://${host.toLowerCase().replace('port', 'PORT')}\n`;
    for (const request of [get(host), get(host, own)]) {
      expect([403, 421]).not.toContain(await statusOf(port, request));
    }
  });

  it('takes requests without a host, which no browser sends', async () =>
    expect([403, 421]).not.toContain(await statusOf(port, 'GET / HTTP/1.0\n\n')));

  it('listens on ::1, too', async () => {
    expect([403, 421]).not.toContain(await statusOf(port, get('[::1]:PORT'), '::1'));
    expect(await statusOf(port, get('evil.example'), '::1')).toBe(421);
  });
});

describe('by a name that means 127.0.0.1 and ::1', () => {
  it('Cosmos DB serves its client', async () => {
    const service = await startCosmos({ port: 0 });
    const client = new CosmosClient(service.connectionString.replace('127.0.0.1', 'localhost'));
    await client.databases.create({ id: 'd' });
    expect((await client.database('d').read()).resource?.id).toBe('d');
    client.dispose();
    await service.close();
  });

  it('Service Bus serves its client', async () => {
    const service = await startServiceBus({ port: 0, config });
    const client = new ServiceBusClient(service.connectionString.replace('127.0.0.1', 'localhost'));
    await client.createSender('q').sendMessages({ body: 'hello' });
    const [received] = await client.createReceiver('q').receiveMessages(1);
    expect(received?.body).toBe('hello');
    await client.close();
    await service.close();
  });

  it('storage serves its client', async () => {
    const storage = await startLazyStorage({ port: 0, dataDir: await temporaryFolder() });
    const text = storage.connectionString.replaceAll('127.0.0.1', 'localhost');
    const queue = QueueServiceClient.fromConnectionString(text).getQueueClient('things');
    await queue.create();
    expect(await queue.exists()).toBe(true);
    await storage.close();
  });
});
