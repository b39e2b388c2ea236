import type { Socket } from 'node:net';
import type { Container, EventContext, Receiver, Sender } from 'rhea';
import type { Target } from '../broker/broker.ts';
import { entityNotFound, notAllowed } from '../broker/errors.ts';
import type { Service } from '../service.ts';
import { serveCbs } from './cbs.ts';
import { injectedError, isRefusal, notImplemented } from './errors.ts';
import { FrameSocket } from './frameSocket.ts';
import { serveManagement } from './management.ts';
import { Peer } from './peer.ts';
import { serveReceiving, type WantedSession } from './receiving.ts';
import { acceptConnection, closeConnection } from './rhea/connections.ts';
import { coordinatorAddress } from './rhea/incoming.ts';
import { agreeOnSettlement, refuse } from './rhea/links.ts';
import { serveSending } from './sending.ts';

/** The time that a client has to open its AMQP connection. Afterwards, heartbeats detect a silent client. */
const handshakeMs = 10_000;

/** An AMQP connection of one client. `close` ends it so that the client reconnects. */
export type ServedConnection = { close(why: string): void };

/** Serves AMQP on a socket from which `first` has already been read. Never throws. */
export function serveConnection(
  socket: Socket,
  first: Buffer,
  container: Container,
  service: Service,
): ServedConnection {
  const frames = new FrameSocket(socket);
  const fail = (error: unknown) => {
    // A client's mistake is not reported. Any other error is a bug and must be visible.
    if (!isRefusal(error)) process.emitWarning(error instanceof Error ? error : String(error));
    frames.destroy();
  };
  const wire = { fail, drop: () => frames.destroy(), isCongested: () => frames.isCongested };
  const peer = new Peer(service, wire);
  const connection = acceptConnection(container, frames, fail);
  const links = new LinkEnds((link) => peer.claims.forget(link));
  const handshake = setTimeout(() => frames.destroy(), handshakeMs);

  connection.on('connection_open', () => clearTimeout(handshake));
  connection.on(
    'receiver_open',
    peer.guard(({ receiver }: EventContext) => receiver && openReceiver(receiver, peer, links)),
  );
  connection.on(
    'sender_open',
    peer.guard(({ sender }: EventContext) => sender && openSender(sender, peer, links)),
  );
  connection.on(
    'sender_close',
    peer.guard(({ sender }: EventContext) => sender && links.end(sender)),
  );
  connection.on(
    'receiver_close',
    peer.guard(({ receiver }: EventContext) => receiver && links.end(receiver)),
  );
  connection.on(
    'session_close',
    peer.guard(({ session }: EventContext) => links.endWhere((link) => link.session === session)),
  );
  // rhea itself ends the connection after these events. Without a listener it would also write to the console.
  const heard = ['connection_close', 'connection_error', 'session_error', 'sender_error', 'receiver_error'];
  for (const event of [...heard, 'protocol_error', 'error', 'disconnected']) connection.on(event, () => undefined);

  frames.on('drain', () => service.turns.request());
  frames.on('end', () => {
    clearTimeout(handshake);
    links.endWhere(() => true);
    peer.claims.close();
  });
  frames.receive(first);
  return { close: (why) => closeConnection(connection, frames, why) };
}

/** The work to do when a link closes, whether alone, with its session, or with the connection. */
class LinkEnds {
  private readonly ends = new Map<Sender | Receiver, () => void>();
  private readonly forget: (link: Sender | Receiver) => void;

  constructor(forget: (link: Sender | Receiver) => void) {
    this.forget = forget;
  }

  add(link: Sender | Receiver, end: () => void): void {
    this.ends.set(link, end);
  }

  end(link: Sender | Receiver): void {
    this.ends.get(link)?.();
    this.ends.delete(link);
    this.forget(link);
  }

  endWhere(isGone: (link: Sender | Receiver) => boolean): void {
    for (const link of [...this.ends.keys()].filter(isGone)) this.end(link);
  }
}

const management = /\/\$management$/i;

/** A link on which the client sends. */
function openReceiver(link: Receiver, peer: Peer, links: LinkEnds): void {
  const address = addressOf(link.target);
  link.set_target({ address });
  link.set_source({ address: addressOf(link.source) });
  opening(link, address, peer, () => {
    if (address === '$cbs') {
      serveCbs(link, peer);
      return;
    }
    if (address === coordinatorAddress) {
      throw notImplemented('Transactions are not supported here.');
    }
    peer.claims.authorize(link, 'Send', address);
    if (management.test(address)) {
      serveManagement(link, find(address.replace(management, ''), peer), peer);
      return;
    }
    const { topic } = find(address, peer);
    if (!topic) throw notAllowed(`Messages cannot be sent to '${address}'.`);
    links.add(link, serveSending(link, topic, peer));
  });
}

/** A link on which the client receives. */
function openSender(link: Sender, peer: Peer, links: LinkEnds): void {
  const address = addressOf(link.source);
  const target = addressOf(link.target);
  agreeOnSettlement(link);
  link.set_source({ address });
  link.set_target({ address: target });
  opening(link, address, peer, () => {
    if (address !== '$cbs') peer.claims.authorize(link, 'Listen', address);
    if (address === '$cbs' || management.test(address)) {
      links.add(link, peer.registerReplyLink(link, [link.name, target]));
      return;
    }
    const { entity } = find(address, peer);
    if (!entity) throw notAllowed(`Messages cannot be received from '${address}'.`);
    links.add(link, serveReceiving(link, entity, peer, wantedSession(link)));
  });
}

const sessionFilter = 'com.microsoft:session-filter';
const defaultWaitMs = 60_000;
const longestWaitMs = 600_000;

function wantedSession({ source, properties }: Sender): WantedSession | undefined {
  const { filter } = source as { filter?: Record<string, unknown> | null };
  if (!filter || !(sessionFilter in filter)) return undefined;
  const id = filter[sessionFilter];
  if (id !== null && typeof id !== 'string') throw notAllowed('The id of a session must be text.');
  const wait: unknown = (properties as Record<string, unknown> | undefined)?.['com.microsoft:timeout'];
  return { id: id ?? undefined, waitMs: typeof wait === 'number' ? Math.min(wait, longestWaitMs) : defaultWaitMs };
}

/** Opens the link or refuses it, and applies the injected faults. */
function opening(link: Sender | Receiver, address: string, peer: Peer, open: () => void): void {
  const isAside = address === '$cbs' || management.test(address);
  const fault = isAside ? undefined : peer.service.faults.match('attach', address.replace(/^\/+/, ''));
  try {
    if (fault?.kind === 'answer' || fault?.kind === 'reject') throw injectedError(fault);
    if (fault?.kind === 'drop') {
      peer.wire.drop();
      return;
    }
    open();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    refuse(link, error);
  }
}

function find(address: string, peer: Peer): Target {
  const target = peer.service.broker.find(address.replace(/^\/+/, ''));
  if (!target) throw entityNotFound(address);
  return target;
}

// A peer may attach without a source or target, or with an address that is not text.
function addressOf(terminus: { address?: unknown } | null | undefined): string {
  return typeof terminus?.address === 'string' ? terminus.address : '';
}
