import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { skipValue } from './decode.ts';
import { malformed } from './errors.ts';

/** The frame size limit that the broker announces. */
export const maxFrameBytes = 65_536;
const headerBytes = 8;
const protocolName = 0x414d5150; // 'AMQP', which is far too large for the size of a frame
const described = 0x00;
const smallUlong = 0x53;
const listCodes = [0x45, 0xc0, 0xd0];

const farewellMs = 1000;
const congestedBytes = 1024 * 1024;
const hopelessBytes = 16 * 1024 * 1024;

/**
 * Stands between the socket and the protocol library. Emits `data` for whole frames only, after checking their
 * structure: the library itself would buffer a frame of any announced size and trust any count in it. Emits `end`
 * once, however the socket closed, and `drain` when a congested socket has room again.
 */
export class FrameSocket extends EventEmitter {
  private readonly socket: Socket;
  private chunks: Buffer[] = [];
  private bufferedBytes = 0;
  private neededBytes = headerBytes;
  private isCorked = false;

  constructor(socket: Socket) {
    super();
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => this.emit('drain'));
    socket.on('close', () => this.emit('end'));
  }

  /** True when the peer reads more slowly than the broker writes. */
  get isCongested(): boolean {
    return this.socket.writableLength > congestedBytes;
  }

  receive(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.bufferedBytes += chunk.length;
    if (this.bufferedBytes < this.neededBytes) return;
    const bytes = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    let whole: number;
    try {
      whole = this.wholeFrames(bytes);
    } catch {
      // The peer does not speak AMQP, so it would not understand an error.
      this.socket.destroy();
      return;
    }
    const rest = bytes.subarray(whole);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.bufferedBytes = rest.length;
    if (whole > 0) this.emit('data', bytes.subarray(0, whole));
  }

  /** Sends all writes of one turn together. Disconnects a peer that has stopped reading. */
  write(bytes: Buffer): boolean {
    if (this.socket.writableLength > hopelessBytes) this.socket.destroy();
    if (this.socket.destroyed) return false;
    if (!this.isCorked) {
      this.isCorked = true;
      this.socket.cork();
      process.nextTick(() => {
        this.isCorked = false;
        this.socket.uncork();
      });
    }
    return this.socket.write(bytes);
  }

  /** Closes the sending side and stops reading. The peer gets a moment to close its own side. */
  end(): void {
    this.socket.removeAllListeners('data').resume();
    this.socket.end();
    setTimeout(() => this.socket.destroy(), farewellMs).unref();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Returns how many of the bytes are complete frames, and notes how many bytes the next frame needs. */
  private wholeFrames(bytes: Buffer): number {
    let position = 0;
    for (;;) {
      this.neededBytes = headerBytes;
      if (bytes.length - position < headerBytes) return position;
      const size = bytes.readUInt32BE(position);
      if (size !== protocolName) this.neededBytes = checkedSize(size);
      if (bytes.length - position < this.neededBytes) return position;
      const end = position + this.neededBytes;
      if (size !== protocolName) checkFrame(bytes.subarray(position, end));
      position = end;
    }
  }
}

function checkedSize(size: number): number {
  if (size < headerBytes || size > maxFrameBytes) throw malformed(`a frame of ${size} bytes`);
  return size;
}

/** Accepts an empty frame (a heartbeat), or a performative (a described list) and its payload. */
function checkFrame(frame: Buffer): void {
  const start = frame.readUInt8(4) * 4;
  if (start < headerBytes || start > frame.length) throw malformed('a frame whose body is outside of it');
  if (start === frame.length) return;
  const [constructor, descriptorCode, , valueCode] = frame.subarray(start);
  if (constructor !== described || descriptorCode !== smallUlong || !listCodes.includes(valueCode ?? 0)) {
    throw malformed('a frame without a performative');
  }
  skipValue(frame, start, frame.length);
}
