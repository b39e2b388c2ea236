import { describe, expect, it } from 'vitest';
import { eventsOfCommit } from '../../domain/commit.ts';
import { UnreadableEvent } from '../../domain/event.ts';
import { messagesOf, readMessage } from '../../domain/message.ts';
import { commitOf, deposited, EUR, opened } from '../support/bank.ts';

const id = '0199f8a2-7b1c-7000-8000-000000000000';
const commit = commitOf('account', id, 0, [opened(), deposited(5, 5)]);
const [first, second] = messagesOf(commit);

describe('a message', () => {
  it('is correlated, ordered and named by its aggregate and version', () =>
    expect(second).toMatchObject({
      messageId: `${id}:2`,
      correlationId: id,
      sessionId: id,
      subject: 'MoneyDeposited',
      contentType: 'application/cloudevents+json',
      applicationProperties: {
        type: 'MoneyDeposited',
        aggregate: 'account',
        version: 2,
        schemaVersion: 1,
        amountMinor: 5,
        currency: 'EUR',
      },
    }));

  it('has no amount where none moved', () => {
    expect(first?.applicationProperties).not.toHaveProperty('amountMinor');
    expect(first?.applicationProperties).not.toHaveProperty('currency');
  });

  it('carries the event whole: what is read is what was committed', () => {
    const overTheWire = messagesOf(commit).map(({ body }) => JSON.parse(JSON.stringify(body)) as unknown);
    expect(overTheWire.map(readMessage)).toEqual(eventsOfCommit(commit));
  });

  it('has a body without any field that is also a property of messages', () => {
    const properties =
      'deliveryCount deadLetterSource lockToken expiresAtUtc expiresAt enqueuedTimeUtc enqueuedTime messageId contentType replyTo sequenceNumber to subject label correlationId applicationProperties userProperties sessionId replyToSessionId partitionKey transactionPartitionKey';
    const taken = new Set(properties.toLowerCase().split(' '));
    expect(Object.keys(first?.body ?? {}).filter((field) => taken.has(field.toLowerCase()))).toEqual([]);
  });

  it.each([
    ['no object', 7],
    ['text', 'deposit'],
    ['null', null],
    ['another version of CloudEvents', { ...second?.body, specversion: '0.3' }],
    ['an unknown type', { ...second?.body, type: 'Nothing' }],
    ['a later schema version', { ...second?.body, schemaversion: 99 }],
    ['an unknown aggregate', { ...second?.body, aggregate: 'loan' }],
    ['an event of another aggregate', { ...second?.body, aggregate: 'customer' }],
    ['an id that is none', { ...second?.body, aggregateid: '__proto__' }],
    ['a customer of too long an id', { ...first?.body, data: { customerId: 'c'.repeat(300), currency: EUR } }],
    ['no version', { ...second?.body, aggregateversion: undefined }],
    ['data that does not fit', { ...second?.body, data: {} }],
    ['no time', { ...second?.body, time: 'yesterday' }],
  ])('with %s for a body cannot be read', (_, body) => expect(() => readMessage(body)).toThrow(UnreadableEvent));
});
