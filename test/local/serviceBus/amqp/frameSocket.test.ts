import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FrameSocket } from '../../../../local/serviceBus/amqp/frameSocket.ts';
import { beginning, frame, protocolHeader } from '../rawAmqp.ts';

async function pair(): Promise<{ frames: FrameSocket; client: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = await accepted;
  socket.on('error', () => undefined);
  onTestFinished(() => {
    client.destroy();
    socket.destroy();
    server.close();
  });
  return { frames: new FrameSocket(socket), client };
}

describe('the frame socket', () => {
  it('passes on whole frames, however they were cut', async () => {
    const { frames } = await pair();
    const heard: Buffer[] = [];
    frames.on('data', (bytes: Buffer) => heard.push(Buffer.from(bytes)));
    const all = Buffer.concat([protocolHeader, beginning, frame('transfer', { handle: 0 }, Buffer.alloc(3000, 1))]);
    for (let position = 0; position < all.length; position += 11) frames.receive(all.subarray(position, position + 11));
    expect(Buffer.concat(heard)).toEqual(all);
    expect(heard.length).toBeLessThanOrEqual(5);
    heard.length = 0;
    frames.receive(all);
    expect(heard).toEqual([all]);
  });

  it('says when the peer reads too slowly, and when it has caught up', async () => {
    const { frames, client } = await pair();
    client.pause();
    while (!frames.isCongested) frames.write(Buffer.alloc(256 * 1024));
    const drained = once(frames, 'drain');
    client.resume();
    await drained;
    expect(frames.isCongested).toBe(false);
  });

  it('gives up a peer that does not read at all', async () => {
    const { frames, client } = await pair();
    client.pause();
    const ended = vi.fn();
    frames.on('end', ended);
    for (let written = 0; written < 200; written++) frames.write(Buffer.alloc(256 * 1024));
    await expect.poll(() => ended).toHaveBeenCalledOnce();
    expect(frames.write(Buffer.alloc(8))).toBe(false);
  });
});
