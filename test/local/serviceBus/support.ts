import rhea from 'rhea';
import type { ReceiveMode, SessionConsumer } from '../../../local/serviceBus/broker/consumer.ts';
import { Entity } from '../../../local/serviceBus/broker/entity.ts';
import type { EntitySettings } from '../../../local/serviceBus/broker/entitySettings.ts';
import type { BrokerError } from '../../../local/serviceBus/broker/errors.ts';
import type { Lock } from '../../../local/serviceBus/broker/locks.ts';
import { decodeSent } from '../../../local/serviceBus/amqp/content.ts';
import { noJournal, type Journal } from '../../../local/serviceBus/broker/journal.ts';
import type { SentMessage } from '../../../local/serviceBus/broker/message.ts';
import { BrokerResources } from '../../../local/serviceBus/broker/resources.ts';
import type { StoredMessage } from '../../../local/serviceBus/broker/storedMessage.ts';

/** A message that rhea encodes, which checks the decoder against an independent encoder. */
export const sentMessage = (fields: object = {}): SentMessage => {
  const [message] = decodeSent(rhea.message.encode({ body: 'x', ...fields }), 0);
  if (!message) throw new Error('No message.');
  return message;
};

/** The application properties of a stored message. */
export const propertiesOf = (message: StoredMessage): Record<string, unknown> =>
  Object.fromEntries(message.content.readEnvelope().applicationProperties) as Record<string, unknown>;

export const idOf = (message: StoredMessage) => message.content.readEnvelope().messageId;

export const entitySettings: EntitySettings = {
  lockMs: 1000,
  maxDeliveryCount: 3,
  timeToLiveMs: Infinity,
  deadLettersExpired: true,
  requiresSession: false,
  forwardTo: '',
  forwardDeadLettersTo: '',
  canReceive: true,
};

export function entity(settings: Partial<EntitySettings> = {}, journal: Journal = noJournal): Entity {
  return new Entity('queue', { ...entitySettings, ...settings }, new BrokerResources(journal));
}

export function add(to: Entity, now: number, fields: object = {}): void {
  const { content, timeToLiveMs, envelope } = sentMessage(fields);
  const session = envelope.sessionId !== undefined && { sessionId: envelope.sessionId };
  to.add({ content, timeToLiveMs, ...session, enqueuedAt: now, state: 'active', deliveryCount: 0 }, now);
}

/** Takes up to `room` messages and remembers them. */
export class Recorder implements SessionConsumer {
  readonly mode: ReceiveMode;
  readonly received: { id: string; message: StoredMessage; lock: Lock | undefined }[] = [];
  session: { readonly id: string; readonly until: number } | undefined;
  ended: BrokerError | undefined;
  private readonly room: number;

  constructor(room = Infinity, mode: ReceiveMode = 'peekLock') {
    this.room = room;
    this.mode = mode;
  }

  get ids(): string[] {
    return this.received.map(({ id }) => id);
  }

  capacity(): number {
    return this.room - this.received.length;
  }

  deliver(message: StoredMessage, lock: Lock | undefined): void {
    this.received.push({ id: idOf(message), message, lock });
  }

  granted(id: string, until: number): void {
    this.session = { id, until };
  }

  end(error: BrokerError): void {
    this.ended = error;
  }

  tokenOf(id: string): string {
    const token = this.received.findLast((one) => one.id === id)?.lock?.token;
    if (token === undefined) throw new Error(`${id} is not locked.`);
    return token;
  }
}

/** Receives the messages that the entity hands out at this time. */
export function take(from: Entity, now: number, room?: number, mode?: ReceiveMode): Recorder {
  const recorder = new Recorder(room, mode);
  from.attach(recorder);
  from.dispatch(now);
  from.detach(recorder, now);
  return recorder;
}

export function deadLettersOf(queue: Entity): Entity {
  if (!queue.deadLetters) throw new Error('These are dead letters.');
  return queue.deadLetters;
}
