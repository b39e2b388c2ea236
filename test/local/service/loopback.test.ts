import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { listenOnLoopback } from '../../../local/service/loopback.ts';
import { freePort } from '../../support/freePort.ts';

it('answers at both addresses, and at neither once it is closed', async () => {
  const server = createHttpServer((_, response) => response.end('here'));
  const { port, close } = await listenOnLoopback(server, await freePort());
  for (const name of ['127.0.0.1', '[::1]', 'localhost']) {
    expect(await (await fetch(`http://${name}:${port}/`, { headers: { connection: 'close' } })).text()).toBe('here');
  }
  await close();
  for (const address of ['127.0.0.1', '::1']) {
    await expect(once(connect(port, address), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
});

it.each(['127.0.0.1', '::1'])('takes no port that another program has at %s', async (address) => {
  const other = createServer().listen(0, address);
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(listenOnLoopback(createServer(), port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  other.close();
});

it('loses no connection that comes before its owner is ready', async () => {
  const port = await freePort();
  const attempt = async (): Promise<string> =>
    text(connect(port, '::1')).catch(() => new Promise((resolve) => setImmediate(() => resolve(attempt()))));
  const early = attempt();
  const server = createServer();
  const { close } = await listenOnLoopback(server, port);
  server.on('connection', (socket) => socket.end('welcome'));
  expect(await early).toBe('welcome');
  await close();
});
