import { createRequire } from 'node:module';
import rhea, {
  type Connection,
  type ConnectionOptions,
  type Container,
  type Delivery,
  type EventContext,
  type Receiver,
  type Sender,
} from 'rhea';
import { malformed, ServiceBusError } from '../errors.ts';
import { maxMessageBytes } from '../message.ts';
import { maxFrameBytes, type FrameSocket } from './frameSocket.ts';

/*
 * The only file that knows rhea from the inside. rhea is written for well-meaning peers of a client; each thing done here
 * says which behaviour of rhea 3.0.5 makes it necessary.
 */

type Performative = Record<string, unknown>;
type Frame = { readonly channel: number; readonly performative: Performative; payload?: Buffer };
type FrameHandler = 'on_open' | 'on_begin' | 'on_attach' | 'on_transfer' | 'on_disposition';
type Ring = { get_head(): { id: number } | undefined; get_tail(): { id: number } | undefined };
type PartialDelivery = { frames: Buffer[] };
type ReceiverInternals = { readonly credit: number; _incomplete?: PartialDelivery };

type SessionInternals = {
  readonly links: Record<string, unknown>;
  readonly remote: { readonly handles: Record<number, ReceiverInternals | undefined> };
  readonly incoming: { readonly deliveries: Ring };
  readonly outgoing: {
    readonly deliveries: Ring;
    readonly next_delivery_id: number;
    readonly next_pending_delivery: number;
    available(): number;
  };
  output(frame: unknown): void;
};
type ConnectionInternals = Record<FrameHandler, (frame: Frame) => void> & {
  readonly remote_channel_map: Record<number, SessionInternals | undefined>;
  accept(socket: FrameSocket): void;
  idle(): void;
  _process(): void;
  _register(): void;
};
type LinkInternals = {
  readonly state: { open_requests: number; local_open: boolean };
  readonly session: SessionInternals;
  readonly connection: ConnectionInternals;
  readonly local: { readonly attach: Performative };
  credit: number;
  delivery_count: number;
  issue_flow: boolean;
  _get_drain(): boolean;
};
type DeliveryInternals = { settled: boolean; remote_settled: boolean };

const internals = {
  connection: (connection: Connection) => connection as unknown as ConnectionInternals,
  link: (link: Sender | Receiver) => link as unknown as LinkInternals,
  delivery: (delivery: Delivery) => delivery as unknown as DeliveryInternals,
};

// There is no public way to write a frame, and rhea merges dispositions that must stay apart (see `disposition`).
const frames = createRequire(import.meta.url)('rhea/lib/frames.js') as { disposition(fields: Performative): unknown };
const termini = createRequire(import.meta.url)('rhea/lib/terminus.js') as {
  target(fields: Performative): { described(): unknown };
};
const outcomes = rhea.message as unknown as Record<
  'accepted' | 'rejected',
  (fields?: object) => { described(): unknown }
>;

/** What stands for the target of a link on which a client wants to control transactions. */
export const coordinatorAddress = '$coordinator';
const coordinatorCode = 0x30;
const coordinator = () => termini.target({ address: coordinatorAddress }).described();

const idleTimeoutMs = 60_000;
const closeGraceMs = 1000;
const channelMax = 1023;
const maxLinksPerSession = 16;
/** The smallest frame size that a peer may ask for, by the standard. */
const minFrameBytes = 512;
const maxTimerMs = 2 ** 31 - 1;
/** Stands in for format 0, since rhea decodes that itself and throws the bytes away. */
const undecodedFormat = 0xffffffff;

/** The only condition after which client libraries reconnect. */
const forced = (description: string) => ({ condition: 'amqp:connection:forced', description });

export const createContainer = (): Container => rhea.create_container({ id: 'service-bus' });

/** Serves AMQP on this socket. `fail` is told what makes it impossible to go on. */
export function acceptConnection(
  container: Container,
  socket: FrameSocket,
  fail: (error: unknown) => void,
): Connection {
  const options: object = {
    idle_time_out: idleTimeoutMs,
    max_frame_size: maxFrameBytes,
    channel_max: channelMax,
    receiver_options: { autoaccept: false, credit_window: 0, max_message_size: maxMessageBytes },
    // The core settles, and it tells a modified delivery from a released one.
    sender_options: { autosettle: false, treat_modified_as_released: false },
  };
  // The types of rhea know only clients, which must name a host.
  const connection = container.create_connection(options as ConnectionOptions);
  const inside = internals.connection(connection);
  boundWhatPeersAnnounce(inside);

  // rhea closes an idle connection with a condition after which clients stay dead for ever.
  inside.idle = () => closeConnection(connection, socket, 'The connection was inactive for too long.');
  // rhea runs this from a bare `nextTick`, where an exception would end the process.
  const process = inside._process.bind(inside);
  inside._process = () => {
    try {
      process();
    } catch (error) {
      fail(error);
    }
  };
  inside.accept(socket);
  return connection;
}

/** Ends a connection such that its client comes back; by force, if it does not answer. */
export function closeConnection(connection: Connection, socket: FrameSocket, why: string): void {
  if (!connection.is_closed()) connection.close(forced(why));
  setTimeout(() => socket.destroy(), closeGraceMs).unref();
}

/** rhea believes what a peer announces. All of these throw where rhea turns an exception into the end of the connection. */
function boundWhatPeersAnnounce(connection: ConnectionInternals): void {
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
    if (performative.aborted === true) throw new ServiceBusError('amqp:not-implemented', 'Aborted transfers.');
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

/**
 * Answers a delivery, in either direction, and settles it; without an error it is accepted. One frame per delivery:
 * rhea would merge the answers to two neighbours into one, whatever they say.
 */
export function answer(delivery: Delivery, error?: ServiceBusError): void {
  const inside = internals.delivery(delivery);
  const link = internals.link(delivery.link);
  const wasSettled = inside.remote_settled;
  inside.settled = true;
  // Both must be true, or the delivery never leaves rhea's ring, which then stops the link.
  inside.remote_settled = true;
  if (!wasSettled) {
    const refusal = error && { error: { condition: error.condition, description: error.message } };
    const state = (refusal ? outcomes.rejected(refusal) : outcomes.accepted()).described();
    const role = delivery.link.is_receiver();
    link.session.output(frames.disposition({ role, first: delivery.id, last: delivery.id, settled: true, state }));
  }
  link.connection._register();
}

/** How many messages can be sent: rhea takes off credit when it writes, not when it is told to send, and its ring is finite. */
export function usableCredit(sender: Sender): number {
  const { credit, session } = internals.link(sender);
  const unwritten = session.outgoing.next_delivery_id - session.outgoing.next_pending_delivery;
  const usable = Math.min(credit - unwritten, session.outgoing.available());
  return usable > 0 ? usable : 0;
}

/** Sends an encoded message that nobody has to settle. */
export function sendSettled(sender: Sender, bytes: Buffer, tag: Buffer): void {
  internals.delivery(sender.send(bytes, tag, 0)).settled = true;
}

/** Gives unused credit back, after all that is to be sent before. rhea would count it down one by one, from any number. */
export function returnCredit(sender: Sender): void {
  const inside = internals.link(sender);
  inside._get_drain = () => {
    inside.delivery_count += Math.max(inside.credit, 0);
    inside.credit = 0;
    inside._get_drain = () => false;
    return true;
  };
  inside.issue_flow = true;
  inside.connection._register();
}

/** Agrees to the way of settling that the client asked for; rhea would answer with its own defaults. */
export function agreeOnSettlement(sender: Sender): void {
  const { attach } = internals.link(sender).local;
  attach.snd_settle_mode = sender.snd_settle_mode;
  attach.rcv_settle_mode = sender.rcv_settle_mode;
}

/** Leaves the client without an answer to its attach, which rhea has prepared already. */
export function holdAttach(link: Sender): void {
  const { state } = internals.link(link);
  state.open_requests = 0;
  state.local_open = false;
}

/** Answers an attach that was held. */
export function answerAttach(link: Sender): void {
  link.open();
  internals.link(link).connection._register();
}

/** Ticks of .NET from the year 1 to 1970. */
const ticksBefore1970 = 621_355_968_000_000_000n;

/** Tells the client which session it got, and until when (ms since 1970). Without that it breaks. */
export function grantSession(link: Sender, address: string, sessionId: string, until: number): void {
  link.set_source({ address, filter: { 'com.microsoft:session-filter': sessionId } });
  const ticks = Buffer.alloc(8);
  ticks.writeBigInt64BE(ticksBefore1970 + BigInt(until) * 10_000n);
  const { attach } = internals.link(link).local;
  attach.properties = { 'com.microsoft:locked-until-utc': rhea.types.wrap_long(ticks) };
}

/** Ends a link that was open. */
export function detach(link: Sender | Receiver, error: ServiceBusError): void {
  if (!link.is_open()) return;
  link.close({ condition: error.condition, description: error.message });
  internals.link(link).connection._register();
}

/** Refuses a link: attached to nothing, and detached with the reason at once. rhea cannot take back a source or target. */
export function refuse(link: Sender | Receiver, error: ServiceBusError): void {
  const { attach } = internals.link(link).local;
  attach.source = undefined;
  attach.target = undefined;
  link.close({ condition: error.condition, description: error.message });
}
