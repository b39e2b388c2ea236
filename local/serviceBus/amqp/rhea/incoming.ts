import type { Delivery, EventContext } from 'rhea';
import { maxMessageBytes } from '../../broker/message.ts';
import { malformed, notImplemented } from '../errors.ts';
import { type ConnectionInternals, type Frame, type FrameHandler, termini } from './internals.ts';

/** What stands for the target of a link on which a client wants to control transactions. */
export const coordinatorAddress = '$coordinator';
const coordinatorCode = 0x30;
const coordinator = () => termini.target({ address: coordinatorAddress }).described();

/** The highest number of a channel that a peer may open. */
export const channelMax = 1023;
const maxLinksPerSession = 16;
/** The smallest frame size that a peer may ask for, by the standard. */
const minFrameBytes = 512;
const maxTimerMs = 2 ** 31 - 1;
/** Stands in for format 0, since rhea decodes that itself and throws the bytes away. */
const undecodedFormat = 0xffffffff;

/** rhea believes what a peer announces. All of these throw where rhea turns an exception into the end of the connection. */
export function boundWhatPeersAnnounce(connection: ConnectionInternals): void {
  const sessionOf = (frame: Frame) => connection.remote_channel_map[frame.channel];

  // A frame size of a few bytes would make rhea cut payloads into pieces for ever; a long timer fires at once.
  before(connection, 'on_open', ({ performative }) => {
    const { max_frame_size: frameSize, idle_time_out: idle } = performative;
    if (typeof frameSize === 'number' && frameSize < minFrameBytes) throw malformed('a peer with too small frames');
    if (typeof idle === 'number') performative.idle_time_out = Math.min(idle, maxTimerMs);
    return true;
  });
  // rhea announces a maximum number of channels but does not keep it.
  before(connection, 'on_begin', ({ channel, performative }) => {
    const isAnswer = typeof performative.remote_channel === 'number';
    if (isAnswer || channel > channelMax) throw malformed('a channel out of range');
    return true;
  });
  before(connection, 'on_attach', (frame) => {
    const links = Object.keys(sessionOf(frame)?.links ?? {}).length;
    if (links >= maxLinksPerSession) throw malformed('too many links in one session');
    const target = frame.performative.target as { descriptor?: { value?: unknown } } | null | undefined;
    // rhea has no such target: it would tell the console and forget it.
    if (target?.descriptor?.value === coordinatorCode) frame.performative.target = coordinator();
    return true;
  });
  // rhea loops over the range of ids that a disposition names, and in its ring finds other deliveries under old ids.
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
  // rhea takes transfers without credit (of which it tells the console), collects the parts of a delivery without a limit,
  // takes an aborted one for complete, and decodes format 0.
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

/** How much of a delivery in several frames has come; more than is kept of it, if it is too large. */
const partialBytes = new WeakMap<object, number>();

/** Looks at a frame before rhea does, and passes it over when the check says false. */
function before(connection: ConnectionInternals, handler: FrameHandler, check: (frame: Frame) => boolean): void {
  const handle = connection[handler].bind(connection);
  connection[handler] = (frame) => {
    if (check(frame)) handle(frame);
  };
}

/** What came in one delivery. `size` is what was sent, in bytes; beyond the limit the bytes themselves are gone. */
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
