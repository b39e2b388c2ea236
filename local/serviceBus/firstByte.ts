import type { Socket } from 'node:net';

const firstByteOfAmqp = 0x41;
/** Methods of HTTP begin with a capital letter; the only one with that of AMQP is not among those used here. */
const isCapital = (byte: number) => byte > firstByteOfAmqp && byte <= 0x5a;

/** How long a connection may stay without a word. */
const silenceMs = 10_000;

type Protocols = {
  /** Gets what has been read already. */
  amqp(first: Buffer): void;
  /** Finds everything still to be read. */
  http(): void;
};

/** The first byte tells which protocol a client speaks; whoever speaks none is dropped. */
export function acceptFirst(socket: Socket, protocols: Protocols): void {
  const silence = setTimeout(() => socket.destroy(), silenceMs);
  socket.once('close', () => clearTimeout(silence));
  socket.once('data', (first: Buffer) => {
    clearTimeout(silence);
    const [byte = 0] = first;
    if (byte === firstByteOfAmqp) protocols.amqp(first);
    else if (isCapital(byte)) {
      socket.pause();
      socket.unshift(first);
      protocols.http();
      socket.resume();
    } else socket.destroy();
  });
}
