import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { openAddresses } from '../../../adapters/webhooks/addresses.ts';
import { openPost, type Resolve } from '../../../adapters/webhooks/post.ts';
import { certificate } from '../../support/managedIdentity.ts';
import { answering, silent, startReceiver } from '../../support/webhookReceiver.ts';

const addresses = openAddresses({ allowLocal: true, ownHost: () => undefined });
const open = (options: { timeoutMs?: number; resolve?: Resolve } = {}) => {
  const { post, close } = openPost({ addresses, timeoutMs: 5_000, ...options });
  afterAll(close);
  return (url: string) => post(url, { 'webhook-id': 'e:1' }, '{}');
};
const post = open();
const impatient = open({ timeoutMs: 600 });

/** Whatever is said to it, it does what the test wants with the connection. */
const startSockets = async (behaviour: (socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => behaviour(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};
const byteByByte = (socket: Socket, text: string) => {
  let at = 0;
  const timer = setInterval(() => socket.write(text.charAt(at++)), 50);
  socket.on('close', () => clearInterval(timer));
};
const portOf = (url: string) => new URL(url).port;

describe('a message', () => {
  it('is sent with its headers and body, and the status of the answer counts', async () => {
    const receiver = await startReceiver(answering(202));
    expect(await post(receiver.url)).toEqual({
      status: 202,
      retryAfterMs: undefined,
      ms: expect.any(Number) as number,
    });
    expect(receiver.received).toMatchObject([{ body: '{}', headers: { 'webhook-id': 'e:1', 'content-length': '2' } }]);
  });

  it.each([
    [429, '7', 7_000],
    [503, '0', 0],
    [503, 'rubbish', undefined],
    [500, '7', undefined],
  ])('hears of a pause: %s with %s', async (status, pause, ms) => {
    const { url } = await startReceiver(answering(status, { 'retry-after': pause }));
    expect(await post(url)).toMatchObject({ status, retryAfterMs: ms });
  });

  it('follows no redirection, also not to an address that is admitted', async () => {
    const elsewhere = await startReceiver();
    for (const location of [elsewhere.url, 'http://169.254.169.254/metadata']) {
      const { url } = await startReceiver(answering(302, { location }));
      expect(await post(url)).toMatchObject({ status: 302 });
    }
    expect(elsewhere.received).toEqual([]);
  });

  it('uses a connection again, and another one where the receiver has closed it', async () => {
    const ports: (number | undefined)[] = [];
    const receiver = await startReceiver((response) => {
      ports.push(response.socket?.remotePort);
      answering(200)(response, { headers: {}, body: '' });
    });
    await post(receiver.url);
    await post(receiver.url);
    expect(new Set(ports).size).toBe(1);
    let closing = false;
    receiver.behave((response) => {
      // Once only: as a server that closes just when the next message arrives.
      if (closing) response.socket?.resetAndDestroy();
      else answering(200)(response, { headers: {}, body: '' });
      closing = !closing;
    });
    await post(receiver.url);
    expect(await post(receiver.url)).toMatchObject({ status: 200 });
  });
});

describe('a bad receiver', () => {
  it('that never answers is given up', async () => {
    const { url } = await startReceiver(silent);
    expect(await impatient(url)).toMatchObject({ error: 'timedOut' });
  });

  it('that answers byte by byte is given up, and its status counts once that has come', async () => {
    const slow = await startSockets((socket) => byteByByte(socket, 'HTTP/1.1 200 OK\r\n\r\n'));
    expect(await impatient(slow)).toMatchObject({ error: 'timedOut' });
    const slowBody = await startSockets((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      byteByByte(socket, 'x'.repeat(1_000));
    });
    expect(await impatient(slowBody)).toMatchObject({ status: 200 });
  });

  it('that answers with 100 MB is read for 64 KB', async () => {
    let sent = 0;
    const { url } = await startReceiver((response) => {
      const chunk = Buffer.alloc(64 * 1024);
      response.writeHead(200, { 'content-length': 100 * 1024 * 1024 });
      const write = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        sent += chunk.length;
      };
      response.on('drain', write).on('error', () => undefined);
      write();
    });
    expect(await post(url)).toMatchObject({ status: 200 });
    // More than that is on its way in the buffers of both sides.
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  it.each([
    ['closes at once', (socket: Socket) => void socket.destroy(), 'connectionFailed'],
    [
      'changes to another protocol',
      (socket: Socket) =>
        void socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      'answerUnreadable',
    ],
    ['answers rubbish', (socket: Socket) => void socket.end('rubbish\r\n\r\n'), 'answerUnreadable'],
    [
      'has endless headers',
      (socket: Socket) => void socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`),
      'answerUnreadable',
    ],
  ])('that %s has failed', async (_, behaviour, error) =>
    expect(await post(await startSockets(behaviour))).toMatchObject({ error }),
  );

  it('that nobody is has failed, and so has one with a bad certificate', async () => {
    expect(await post('http://127.0.0.1:1/')).toMatchObject({ error: 'connectionFailed' });
    for (const path of [certificate, new URL('../../support/unknownIssuer.pem', import.meta.url)]) {
      const pem = readFileSync(path);
      const server = createTlsServer({ key: pem, cert: pem }, (_request, response) => response.end());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      afterAll(() => server.close());
      const { port } = server.address() as AddressInfo;
      expect(await post(`https://127.0.0.1:${port}/`)).toMatchObject({ error: 'certificateRefused' });
    }
  });
});

describe('a name', () => {
  it.each([[['10.0.0.1']], [['1.1.1.1', '169.254.169.254']], [['::ffff:127.0.0.1']]])(
    'is refused where one of its addresses is: %s',
    async (found) => {
      const resolving = open({ resolve: () => Promise.resolve(found) });
      expect(await resolving('https://receiver.example/')).toMatchObject({ error: 'addressRefused' });
    },
  );

  it('is dialled at the address that was checked, and checked again at the next look', async () => {
    const receiver = await startReceiver(answering(200, { connection: 'close' }));
    let looks = 0;
    const resolving = open({ resolve: () => Promise.resolve([(looks += 1) === 1 ? '127.0.0.1' : '192.168.0.1']) });
    const url = `http://receiver.example:${portOf(receiver.url)}/`;
    expect(await resolving(url)).toMatchObject({ status: 200 });
    expect(receiver.received).toMatchObject([{ headers: { host: `receiver.example:${portOf(receiver.url)}` } }]);
    expect(await resolving(url)).toMatchObject({ error: 'addressRefused' });
    expect(looks).toBe(2);
  });

  it('that cannot be resolved has failed, and so has one whose servers are silent', async () => {
    const nobody = open({ resolve: () => Promise.resolve([]) });
    expect(await nobody('https://receiver.example/')).toMatchObject({ error: 'nameNotResolved' });
    const silence = open({ resolve: () => new Promise(() => undefined), timeoutMs: 200 });
    expect(await silence('https://receiver.example/')).toMatchObject({ error: 'timedOut' });
  });
});

describe('an address in a URL', () => {
  it('is checked when a message is sent, too', async () => {
    expect(await post('http://192.168.0.1/')).toMatchObject({ error: 'addressRefused' });
    expect(await post('http://0xa9.254.169.254/')).toMatchObject({ error: 'addressRefused' });
  });
});

describe('a proxy of the environment', () => {
  it('gets no message, while all else of the process goes by it', async () => {
    const receiver = await startReceiver();
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    afterAll(() => proxy.close());
    const program = `
      import { get } from 'node:http';
      import { openAddresses } from './adapters/webhooks/addresses.ts';
      import { openPost } from './adapters/webhooks/post.ts';
      const { post, close } = openPost({ addresses: openAddresses({ allowLocal: true, ownHost: () => undefined }) });
      console.log((await post(process.env.RECEIVER, {}, '{}')).status);
      close();
      get('http://example.com/else', (answer) => answer.resume());`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: new URL('../../..', import.meta.url),
      env: {
        ...{ RECEIVER: receiver.url, NODE_USE_ENV_PROXY: '1', NO_PROXY: '' },
        HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      },
    });
    expect([stdout.trim(), receiver.received.length, asked]).toEqual(['200', 1, ['http://example.com/else']]);
  });
});
