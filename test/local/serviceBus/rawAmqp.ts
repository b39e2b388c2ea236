import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import rhea from 'rhea';

type Frames = Record<'open' | 'begin' | 'attach' | 'flow' | 'disposition' | 'transfer', (fields: object) => object> & {
  write_frame(frame: object): Buffer;
  amqp_frame(channel: number, performative: object, payload?: Buffer): object;
};
const frames = createRequire(import.meta.url)('rhea/lib/frames.js') as Frames;

type Termini = Record<'source' | 'target', (fields: object) => { described(): object }>;
const termini = createRequire(import.meta.url)('rhea/lib/terminus.js') as Termini;
export const source = (address: string) => termini.source({ address }).described();
export const target = (address: string) => termini.target({ address }).described();

export const protocolHeader = Buffer.from([...Buffer.from('AMQP'), 0, 1, 0, 0]);

/** Encodes an AMQP frame with arbitrary fields, as a hostile client might. */
export const frame = (
  kind: 'open' | 'begin' | 'attach' | 'flow' | 'disposition' | 'transfer',
  fields: object,
  payload?: Buffer,
): Buffer => frames.write_frame(frames.amqp_frame(0, frames[kind](fields), payload));

export const beginning = Buffer.concat([
  protocolHeader,
  frame('open', { container_id: 'raw', hostname: 'localhost' }),
  frame('begin', { next_outgoing_id: 0, incoming_window: 2048, outgoing_window: 2048 }),
]);

export type RawConnection = { readonly socket: Socket; readonly closed: Promise<unknown> };

/** Connects and writes these bytes. */
export async function dial(port: number, ...bytes: Buffer[]): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  for (const part of bytes) socket.write(part);
  return { socket, closed };
}

/** A token for the whole namespace, valid for a minute. */
export function namespaceToken(): string {
  const expiry = Math.floor(Date.now() / 1000) + 60;
  const resource = encodeURIComponent('sb://localhost/');
  const signature = createHmac('sha256', 'SAS_KEY_VALUE').update(`${resource}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=RootManageSharedAccessKey`;
}

/** Presents a token for the namespace, and attaches handle 1 as a receiver from this address. */
export function authorizedReceiver(address: string): Buffer {
  const request = rhea.message.encode({
    body: namespaceToken(),
    message_id: '1',
    application_properties: {
      operation: 'put-token',
      type: 'servicebus.windows.net:sastoken',
      name: 'sb://localhost/',
    },
  });
  return Buffer.concat([
    frame('attach', { name: 'cbs', handle: 0, role: false, target: target('$cbs'), initial_delivery_count: 0 }),
    frame('transfer', { handle: 0, delivery_id: 0, delivery_tag: Buffer.of(1), message_format: 0 }, request),
    frame('attach', { name: 'receiver', handle: 1, role: true, source: source(address) }),
  ]);
}
