import { once } from 'node:events';
import { ServiceBusClient } from '@azure/service-bus';
import rhea from 'rhea';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import type { RunningService } from '../../../local/service/runningService.ts';
import {
  authorizedReceiver,
  beginning,
  dial,
  frame,
  namespaceToken,
  protocolHeader,
  source,
  target,
} from './rawAmqp.ts';

const config = {
  UserConfig: { Namespaces: [{ Name: 'n', Queues: [{ Name: 'q', Properties: { LockDuration: 'PT1S' } }] }] },
};

let service: RunningService;
let client: ServiceBusClient;
const warnings: unknown[] = [];
/** Warnings of Node about itself may come of other files in this process. */
const listen = (warning: Error) => {
  if (!/^(Experimental|Deprecation)Warning$/.test(warning.name)) warnings.push(warning);
};

beforeAll(async () => {
  process.on('warning', listen);
  service = await startServiceBus({ port: 0, config });
  client = new ServiceBusClient(service.connectionString);
});
// After each test, the broker still serves the first client, and has reported no bug.
afterEach(async () => {
  await client.createSender('q').sendMessages({ body: 'still there' });
  const receiver = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
  expect(message?.body).toBe('still there');
  await receiver.close();
  expect(warnings).toEqual([]);
});
afterAll(async () => {
  await client.close();
  await service.close();
  process.off('warning', listen);
});

const listOf = (count: number, ...content: number[]) => {
  const body = Buffer.alloc(12 + content.length);
  body.set([0x00, 0x53, 0x10, 0xd0], 0);
  body.writeUInt32BE(4 + content.length, 4);
  body.writeUInt32BE(count, 8);
  body.set(content, 12);
  const head = Buffer.from([0, 0, 0, 8 + body.length, 2, 0, 0, 0]);
  return Buffer.concat([head, body]);
};
const attached = frame('attach', {
  name: 'link',
  handle: 0,
  role: true,
  source: source('$cbs'),
  target: target('me'),
});

describe('a connection is dropped that', () => {
  it.each<[string, Buffer[]]>([
    ['speaks another protocol', [Buffer.from('ssh-2.0')]],
    ['speaks something like HTTP', [Buffer.from('GET rubbish\r\n\r\n')]],
    ['speaks TLS', [Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc])]],
    ['sends rubbish', [Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256))]],
    ['begins like AMQP and is not', [Buffer.from('AMQPrubbish rubbish rubbish')]],
    ['speaks another version', [Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1])]],
    ['announces a frame of 2 GB', [protocolHeader, Buffer.from([0x7f, 0xff, 0xff, 0xff, 2, 0, 0, 0])]],
    ['announces a frame smaller than its head', [protocolHeader, Buffer.from([0, 0, 0, 4, 2, 0, 0, 0])]],
    ['announces billions of elements', [protocolHeader, listOf(0xffffffff, 0x40)]],
    [
      'announces an array of billions of nothings',
      [protocolHeader, listOf(1, 0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x40)],
    ],
    ['nests values without an end', [protocolHeader, listOf(1, ...Array<number>(5000).fill(0))]],
    ['names no performative', [protocolHeader, Buffer.from([0, 0, 0, 12, 2, 0, 0, 0, 0xa1, 2, 65, 66])]],
    [
      'wants its frames in pieces of nothing',
      [protocolHeader, frame('open', { container_id: 'raw', max_frame_size: 1 })],
    ],
    ['opens a channel out of range', [beginning.subarray(0, 8), frame('open', { container_id: 'raw' }), outOfRange()]],
    [
      'sends on a link that is not there',
      [beginning, frame('transfer', { handle: 7, delivery_id: 0, delivery_tag: Buffer.of(1) })],
    ],
    [
      'sends without credit',
      [
        beginning,
        frame('attach', { name: 'refused', handle: 0, role: false, target: target('q'), initial_delivery_count: 0 }),
        frame('transfer', { handle: 0, delivery_id: 0, delivery_tag: Buffer.of(1) }, Buffer.from('x')),
      ],
    ],
    ['attaches the same link twice', [beginning, attached, attached]],
  ])('%s', async (_, bytes) => {
    const { closed } = await dial(service.port, ...bytes);
    await closed;
  });

  it.each<[string, Buffer[]]>([
    ['says nothing', []],
    ['stops in the middle of the header', [protocolHeader.subarray(0, 5)]],
    ['stops in the middle of a frame', [beginning.subarray(0, 20)]],
  ])('%s for ten seconds', async (_, bytes) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { socket, closed } = await dial(service.port, ...bytes);
      const closedLater = async () => {
        await vi.advanceTimersByTimeAsync(10_000);
        return socket.closed;
      };
      await expect.poll(closedLater).toBe(true);
      await closed;
    } finally {
      vi.useRealTimers();
    }
  });
});

function outOfRange(): Buffer {
  const begin = frame('begin', { next_outgoing_id: 0, incoming_window: 1, outgoing_window: 1 });
  begin.writeUInt16BE(60_000, 6);
  return begin;
}

describe('a connection', () => {
  it('hears from the broker twice in the time that it allows for silence', async () => {
    const open = frame('open', { container_id: 'raw', idle_time_out: 100 });
    const { socket } = await dial(service.port, protocolHeader, open);
    const heard: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    const heartbeat = Buffer.from([0, 0, 0, 8, 2, 0, 0, 0]).toString('latin1');
    const beats = () => Buffer.concat(heard).toString('latin1').split(heartbeat).length - 1;
    await expect.poll(beats).toBeGreaterThan(2);
    socket.destroy();
  });

  it('that is silent for two minutes is told to come back, and ended', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { socket, closed } = await dial(service.port, beginning);
      const heard: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => heard.push(chunk));
      // To poll would move the clock.
      await once(socket, 'data');
      await vi.advanceTimersByTimeAsync(119_000);
      expect(socket.closed).toBe(false);
      await vi.advanceTimersByTimeAsync(1000);
      await expect.poll(() => Buffer.concat(heard).toString('latin1')).toContain('amqp:connection:forced');
      await vi.advanceTimersByTimeAsync(1000);
      await closed;
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a client may', () => {
  it.each<[string, Buffer[]]>([
    [
      'settle four billion deliveries',
      [frame('disposition', { role: true, first: 0, last: 0xffffffff, settled: true })],
    ],
    [
      'give any credit and take it back at once',
      [
        frame('flow', flow({ link_credit: 0xffffffff, delivery_count: 0 })),
        frame('flow', flow({ link_credit: 0xffffffff, delivery_count: 0, drain: true })),
      ],
    ],
  ])('%s', async (_, bytes) => {
    const startedAt = Date.now();
    const { socket, closed } = await dial(service.port, beginning, authorizedReceiver('q'), ...bytes);
    const heard: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    await expect.poll(() => Buffer.concat(heard).toString('latin1')).toContain('receiver');
    socket.end();
    await closed;
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(Buffer.concat(heard).toString('latin1')).not.toContain('amqp:unauthorized-access');
  });

  it('not have transactions, which it is told', async () => {
    const coordinator = frame('attach', {
      name: 'transactions',
      handle: 5,
      role: false,
      initial_delivery_count: 0,
      target: rhea.types.described(rhea.types.wrap_ulong(0x30), rhea.types.wrap_list([])) as object,
    });
    const { socket, closed } = await dial(service.port, beginning, coordinator);
    const heard: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    await expect.poll(() => Buffer.concat(heard).toString('latin1')).toContain('Transactions are not supported');
    expect(Buffer.concat(heard).toString('latin1')).toContain('amqp:not-implemented');
    socket.end();
    await closed;
  });

  it('be one of a thousand; the next is turned away, and those who are there are served', async () => {
    const others = await Promise.all(Array.from({ length: 999 }, () => dial(service.port, beginning)));
    const { closed } = await dial(service.port, beginning);
    await closed;
    await client.createSender('q').sendMessages({ body: 'served' });
    const receiver = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
    expect(await receiver.receiveMessages(1)).toMatchObject([{ body: 'served' }]);
    await receiver.close();
    for (const { socket } of others) socket.destroy();
    await Promise.all(others.map((other) => other.closed));
  });

  it('send without an end: no more of a message is kept than it may have, and it is refused', async () => {
    const attach = frame('attach', {
      name: 'endless',
      handle: 2,
      role: false,
      target: target('q'),
      initial_delivery_count: 0,
    });
    const { socket, closed } = await dial(service.port, beginning, authorizedReceiver('q'));
    const heard: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    const hears = (text: string) => expect.poll(() => Buffer.concat(heard).toString('latin1')).toContain(text);
    await hears('receiver');
    socket.write(attach);
    await hears('endless');
    const before = process.memoryUsage().rss;
    const part = (more: boolean) =>
      frame(
        'transfer',
        { handle: 2, delivery_id: 1, delivery_tag: Buffer.of(2), message_format: 0, more },
        Buffer.alloc(60_000),
      );
    for (let sent = 0; sent < 5000; sent++) {
      if (!socket.write(part(true))) await new Promise((resolve) => socket.once('drain', resolve));
    }
    socket.write(part(false));
    await hears('amqp:link:message-size-exceeded');
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    socket.end();
    await closed;
  });

  it('break off at any point', async () => {
    const all = Buffer.concat([beginning, attached]);
    for (let length = 1; length < all.length; length += 7) {
      const { socket } = await dial(service.port, all.subarray(0, length));
      socket.destroy();
    }
  });

  it('disappear with messages in its hands: they come back when their locks end', async () => {
    const other = new ServiceBusClient(service.connectionString);
    await other.createSender('q').sendMessages({ body: 'held' });
    const [held] = await other.createReceiver('q').receiveMessages(1, { maxWaitTimeInMs: 20_000 });
    expect(held?.body).toBe('held');
    await other.close();
    const receiver = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
    const [again] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
    expect(again).toMatchObject({ body: 'held', deliveryCount: 1 });
    await receiver.close();
  });
});

function flow(fields: object): object {
  return {
    handle: 1,
    next_incoming_id: 0,
    incoming_window: 2048,
    next_outgoing_id: 0,
    outgoing_window: 2048,
    ...fields,
  };
}

describe('administration over HTTP', () => {
  const put = (body: string | Uint8Array, path = 'made', token = namespaceToken()) =>
    fetch(`http://127.0.0.1:${service.port}/${path}`, { method: 'PUT', body, headers: { authorization: token } });

  it.each<[string, string, number]>([
    ['no XML', 'rubbish', 400],
    ['XML that is cut off', '<entry><content><QueueDescription>', 400],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><entry/>', 400],
    ['elements in one another without an end', '<a>'.repeat(50_000), 400],
    ['no description', '<entry xmlns="http://www.w3.org/2005/Atom"><content/></entry>', 400],
    [
      'a wrong description',
      '<entry><content><QueueDescription><LockDuration>x</LockDuration></QueueDescription></content></entry>',
      400,
    ],
    [
      'what is not supported',
      '<entry><content><QueueDescription><AutoDeleteOnIdle>PT5M</AutoDeleteOnIdle></QueueDescription></content></entry>',
      400,
    ],
    ['more than it should', '<a>'.repeat(200_000), 413],
  ])('refuses %s', async (_, body, status) => {
    const response = await put(body);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`<Error><Code>${status}</Code><Detail>`);
  });

  it.each([
    'PUT /made HTTP/1.1\r\nhost: localhost:',
    'PUT /made HTTP/1.1\r\nhost: localhost:PORT\r\ncontent-length: 9\r\n\r\n<',
  ])('waits a few seconds for the rest of %j', async (half) => {
    const { socket, closed } = await dial(service.port, Buffer.from(half.replace('PORT', String(service.port))));
    const heard: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    await closed;
    expect(Buffer.concat(heard).toString()).toMatch(/^HTTP\/1.1 408 /);
  });

  it('refuses who has no key, and paths that are none', async () => {
    expect((await put('', 'made', 'SharedAccessSignature nonsense')).status).toBe(401);
    expect((await put('<a/>', '%ff')).status).toBe(400);
    expect((await put('<entry><content><QueueDescription/></content></entry>', 'not%20a%20name')).status).toBe(400);
  });
});
