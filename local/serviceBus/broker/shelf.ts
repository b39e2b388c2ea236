import type { Content } from './message.ts';
import { PriorityQueue } from './priorityQueue.ts';
import type { BrokerResources } from './resources.ts';
import type { Session, Sessions } from './sessions.ts';
import { weightOf, type StoredMessage } from './storedMessage.ts';

/** The messages of one entity: each of them is ready, deferred, or (locked) neither. */
export class Shelf {
  private readonly path: string;
  private readonly resources: BrokerResources;
  private readonly sessions: Sessions | undefined;
  /** In the order of their numbers. */
  private readonly messages = new Map<number, StoredMessage>();
  /** Where there are no sessions; where there are, each has its own. */
  readonly ready = new PriorityQueue<StoredMessage>(({ sequenceNumber }) => sequenceNumber);
  /** Of the ready messages, those that will expire: neither a locked nor a deferred message does. */
  private readonly expiring = new PriorityQueue<StoredMessage>(({ expiresAt }) => expiresAt);
  /** Those that wait to be asked for by number. */
  private readonly deferred = new Set<StoredMessage>();
  private deferredCount = 0;

  constructor(path: string, resources: BrokerResources, sessions: Sessions | undefined) {
    this.path = path;
    this.resources = resources;
    this.sessions = sessions;
  }

  get size(): number {
    return this.messages.size;
  }

  /** Messages that are not deferred, locked ones included. */
  get activeCount(): number {
    return this.messages.size - this.deferredCount;
  }

  all(): Iterable<StoredMessage> {
    return this.messages.values();
  }

  /** Undefined unless it is deferred and nobody has taken it. */
  deferredAt(sequenceNumber: number): StoredMessage | undefined {
    const message = this.messages.get(sequenceNumber);
    return message && this.deferred.has(message) ? message : undefined;
  }

  /** Takes a message in, neither ready nor deferred as yet. */
  put(message: StoredMessage): void {
    this.messages.set(message.sequenceNumber, message);
    if (message.state === 'deferred') this.deferredCount++;
    this.resources.hold(weightOf(message));
    const session = this.sessionOf(message);
    if (!session) return;
    session.size++;
    session.updatedAt = Math.max(session.updatedAt, message.enqueuedAt);
  }

  /** Anybody may take it now, or ask for it if it is deferred. */
  release(message: StoredMessage): void {
    if (message.state === 'deferred') {
      this.deferred.add(message);
      return;
    }
    const session = this.sessionOf(message);
    (session?.ready ?? this.ready).push(message);
    if (message.expiresAt !== Infinity) this.expiring.push(message);
    if (session) this.sessions?.changed(session);
  }

  /** Nobody else may take it until it is released. */
  take(message: StoredMessage): void {
    this.expiring.delete(message);
    this.deferred.delete(message);
    const session = this.sessionOf(message);
    (session?.ready ?? this.ready).delete(message);
    if (session) this.sessions?.changed(session);
  }

  defer(message: StoredMessage): void {
    if (message.state !== 'deferred') this.deferredCount++;
    message.state = 'deferred';
  }

  /** Writes down what has changed about the message. */
  keep(message: StoredMessage): void {
    this.resources.journal.keep(this.path, message);
  }

  rewrite(message: StoredMessage, content: Content): void {
    this.resources.hold(content.bytes.length - message.content.bytes.length);
    message.content = content;
  }

  remove(message: StoredMessage): void {
    this.messages.delete(message.sequenceNumber);
    if (message.state === 'deferred') this.deferredCount--;
    const session = this.sessionOf(message);
    if (session) session.size--;
    this.take(message);
    this.resources.hold(-weightOf(message));
    this.resources.journal.drop(message);
  }

  /** A ready message whose life is over by now. */
  expired(now: number): StoredMessage | undefined {
    const message = this.expiring.peek();
    return message && message.expiresAt <= now ? message : undefined;
  }

  nextExpiry(): number {
    return this.expiring.peek()?.expiresAt ?? Infinity;
  }

  private sessionOf({ sessionId }: StoredMessage): Session | undefined {
    return sessionId === undefined ? undefined : this.sessions?.get(sessionId);
  }
}
