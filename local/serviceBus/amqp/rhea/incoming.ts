import type { Delivery, EventContext } from 'rhea';
import { maxMessageBytes } from '../../broker/message.ts';
import { malformed, notImplemented } from '../errors.ts';
import { type ConnectionInternals, type Frame, type FrameHandler, termini } from './internals.ts';

/** Replaces the target of a link on which a client wants to control transactions. */
export const coordinatorAddress = '$coordinator';
const coordinatorCode = 0x30;
const coordinator = () => termini.target({ address: coordinatorAddress }).described();

/** The highest channel number that a peer may open. */
export const channelMax = 1023;
const maxLinksPerSession = 16;
/** The smallest frame size that the standard allows a peer to ask for. */
const minFrameBytes = 512;
const maxTimerMs = 2 ** 31 - 1;
/** Replaces format 0, because rhea decodes messages of format 0 itself and discards their bytes. */
const undecodedFormat = 0xffffffff;

/** Checks the sizes and numbers that a peer announces, which rhea trusts. An exception here ends the connection. */
export function boundWhatPeersAnnounce(connection: ConnectionInternals): void {
  const sessionOf = (frame: Frame) => connection.remote_channel_map[frame.channel];

  // With frames of a few bytes, rhea would cut payloads into pieces for ever. A timer that is too long fires at once.
  before(connection, 'on_open', ({ performative }) => {
    const { max_frame_size: frameSize, idle_time_out: idle } = performative;
    if (typeof frameSize === 'number' && frameSize < minFrameBytes) throw malformed('a peer with too small frames');
    if (typeof idle === 'number') performative.idle_time_out = Math.min(idle, maxTimerMs);
    return true;
  });
  // rhea announces a maximum number of channels but does not enforce it.
  before(connection, 'on_begin', ({ channel, performative }) => {
    const isAnswer = typeof performative.remote_channel === 'number';
    if (isAnswer || channel > channelMax) throw malformed('a channel out of range');
    return true;
  });
  before(connection, 'on_attach', (frame) => {
    const links = Object.keys(sessionOf(frame)?.links ?? {}).length;
    if (links >= maxLinksPerSession) throw malformed('too many links in one session');
    const target = frame.performative.target as { descriptor?: { value?: unknown } } | null | undefined;
    // rhea does not know this target: it would write to the console and drop it.
    if (target?.descriptor?.value === coordinatorCode) frame.performative.target = coordinator();
    return true;
  });
  // rhea loops over all ids that a disposition names, and its ring returns other deliveries for old ids.
  before(connection, 'on_disposition', (frame) => {
    const session = sessionOf(frame);
    const { role, first, last } = frame.performative;
    if (!session || typeof first !== 'number') throw malformed('a disposition of nothing');
    const ring = role === true ? session.outgoing.deliveries : session.incoming.deliveries;
    const head = ring.get_head()?.id ?? Infinity;
    const tail = ring.get_tail()?.id ?? -Infinity;
    const from = Math.max(first, head);
    const to = Math.min(typeof last === 'number' ? last : first, tail);
    if (from > to) return false;
    frame.performative.first = from;
    frame.performative.last = to;
    return true;
  });
  // rhea accepts transfers without credit (and writes about them to the console), collects the parts of a delivery
  // without a limit, treats an aborted delivery as complete, and decodes format 0.
  const transferred = connection.on_transfer.bind(connection);
  connection.on_transfer = (frame) => {
    const { performative } = frame;
    if (performative.aborted === true) throw notImplemented('Aborted transfers.');
    frame.payload ??= Buffer.alloc(0);
    const link = sessionOf(frame)?.remote.handles[Number(performative.handle)];
    const begun = link?._incomplete;
    if (link && !begun && link.credit <= 0) throw malformed('a transfer without credit');
    const received = (begun ? (partialBytes.get(begun) ?? 0) : 0) + frame.payload.length;
    if (!begun && !performative.message_format) performative.message_format = undecodedFormat;
    if (begun && received > maxMessageBytes) {
      begun.frames.length = 0;
      frame.payload = Buffer.alloc(0);
    }
    if (begun) partialBytes.set(begun, received);
    transferred(frame);
    if (!begun && link?._incomplete) partialBytes.set(link._incomplete, received);
  };
}

/** How many bytes of a delivery in several frames have arrived. A too large delivery is counted but not kept. */
const partialBytes = new WeakMap<object, number>();

/** Checks a frame before rhea handles it. Drops the frame when the check returns false. */
function before(connection: ConnectionInternals, handler: FrameHandler, check: (frame: Frame) => boolean): void {
  const handle = connection[handler].bind(connection);
  connection[handler] = (frame) => {
    if (check(frame)) handle(frame);
  };
}

/** One complete delivery. `size` is the number of bytes that the client sent; above the limit, `bytes` has fewer. */
export type Incoming = {
  readonly delivery: Delivery;
  readonly bytes: Buffer;
  readonly format: number;
  readonly size: number;
};

export function incoming({ delivery, message }: EventContext): Incoming {
  const bytes: unknown = message;
  if (!delivery || !Buffer.isBuffer(bytes)) throw new Error('A message event without a message.');
  const format = delivery.format === undecodedFormat ? 0 : delivery.format;
  return { delivery, bytes, format, size: partialBytes.get(delivery) ?? bytes.length };
}
