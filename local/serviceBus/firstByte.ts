import type { Socket } from 'node:net';

const firstByteOfAmqp = 0x41;
/** HTTP methods begin with a capital letter. No method used here begins with the A of AMQP. */
const isCapital = (byte: number) => byte > firstByteOfAmqp && byte <= 0x5a;

/** How long a new connection may stay silent. */
const silenceMs = 10_000;

type Protocols = {
  /** `first` is the data that has already been read. */
  amqp(first: Buffer): void;
  /** The socket still contains all data. */
  http(): void;
};

/** Recognises the protocol of a client by its first byte. Drops a connection that speaks neither. */
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
