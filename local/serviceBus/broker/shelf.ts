import type { Content } from './message.ts';
import { PriorityQueue } from './priorityQueue.ts';
import type { BrokerResources } from './resources.ts';
import type { Session, Sessions } from './sessions.ts';
import { sizeOf, weightOf, type StoredMessage } from './storedMessage.ts';

/** The messages of one entity. Each is ready, deferred, or neither while it is locked. */
export class Shelf {
  private readonly path: string;
  private readonly resources: BrokerResources;
  private readonly sessions: Sessions | undefined;
  /** In the order of sequence numbers. */
  private readonly messages = new Map<number, StoredMessage>();
  /** Used only without sessions. Otherwise each session has its own ready messages. */
  readonly ready = new PriorityQueue<StoredMessage>(({ sequenceNumber }) => sequenceNumber);
  /** Ready messages with a limited time to live. Locked and deferred messages do not expire. */
  private readonly expiring = new PriorityQueue<StoredMessage>(({ expiresAt }) => expiresAt);
  /** Deferred messages that no receiver has locked. */
  private readonly deferred = new Set<StoredMessage>();
  private deferredCount = 0;
  private bytes = 0;

  constructor(path: string, resources: BrokerResources, sessions: Sessions | undefined) {
    this.path = path;
    this.resources = resources;
    this.sessions = sessions;
  }

  get size(): number {
    return this.messages.size;
  }

  get sizeInBytes(): number {
    return this.bytes;
  }

  /** The number of messages that are not deferred, including locked ones. */
  get activeCount(): number {
    return this.messages.size - this.deferredCount;
  }

  all(): Iterable<StoredMessage> {
    return this.messages.values();
  }

  /** Undefined unless the message is deferred and not locked. */
  deferredAt(sequenceNumber: number): StoredMessage | undefined {
    const message = this.messages.get(sequenceNumber);
    return message && this.deferred.has(message) ? message : undefined;
  }

  /** Adds a message, which stays unavailable until it is released. */
  put(message: StoredMessage): void {
    this.messages.set(message.sequenceNumber, message);
    if (message.state === 'deferred') this.deferredCount++;
    this.bytes += sizeOf(message);
    this.resources.hold(weightOf(message));
    const session = this.sessionOf(message);
    if (!session) return;
    session.size++;
    session.updatedAt = Math.max(session.updatedAt, message.enqueuedAt);
  }

  /** Makes a message available: as ready, or as deferred. */
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

  /** Makes a message unavailable until it is released. */
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

  /** Notes the changed message in the journal. */
  keep(message: StoredMessage): void {
    this.resources.journal.keep(this.path, message);
  }

  rewrite(message: StoredMessage, content: Content): void {
    const growth = content.bytes.length - message.content.bytes.length;
    this.bytes += growth;
    this.resources.hold(growth);
    message.content = content;
  }

  remove(message: StoredMessage): void {
    this.messages.delete(message.sequenceNumber);
    if (message.state === 'deferred') this.deferredCount--;
    const session = this.sessionOf(message);
    if (session) session.size--;
    this.take(message);
    this.bytes -= sizeOf(message);
    this.resources.hold(-weightOf(message));
    this.resources.journal.drop(message);
  }

  /** One ready message that has expired by now. Undefined if there is none. */
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
