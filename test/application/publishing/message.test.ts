import { describe, expect, it } from 'vitest';
import { messagesOf, readMessage } from '../../../application/publishing/message.ts';
import { bankEventsOf, bankRegistry } from '../../../domain/registry.ts';
import { UnreadableEvent } from '../../../eventSourcing/event.ts';
import { commitOf, deposited, EUR, opened } from '../../support/bank.ts';

const id = '0199f8a2-7b1c-7000-8000-000000000000';
const commit = commitOf('account', id, 0, [opened(), deposited(5, 5)]);
const [first, second] = messagesOf(commit);
const { data: _, ...withoutData } = second ?? {};

describe('a message', () => {
  it('carries the event whole: what is read is what was committed', () => {
    const overTheWire = messagesOf(commit).map((event) => JSON.parse(JSON.stringify(event)) as unknown);
    expect(overTheWire.map((event) => readMessage(bankRegistry, event))).toEqual(bankEventsOf(commit));
  });

  it('has no field that is also a property of Service Bus messages', () => {
    const properties =
      'deliveryCount deadLetterSource lockToken expiresAtUtc expiresAt enqueuedTimeUtc enqueuedTime messageId contentType replyTo sequenceNumber to subject label correlationId applicationProperties userProperties sessionId replyToSessionId partitionKey transactionPartitionKey';
    const taken = new Set(properties.toLowerCase().split(' '));
    expect(Object.keys(first ?? {}).filter((field) => taken.has(field.toLowerCase()))).toEqual([]);
  });

  it.each([
    ['no object', 7],
    ['text', 'deposit'],
    ['null', null],
    ['another version of CloudEvents', { ...second, specversion: '0.3' }],
    ['an unknown type', { ...second, type: 'Nothing' }],
    ['a later schema version', { ...second, schemaversion: 99 }],
    ['an unknown aggregate', { ...second, aggregate: 'loan' }],
    ['an event of another aggregate', { ...second, aggregate: 'customer' }],
    ['an id that is none', { ...second, aggregateid: '__proto__' }],
    ['a customer of too long an id', { ...first, data: { customerId: 'c'.repeat(300), currency: EUR } }],
    ['no version', { ...second, aggregateversion: undefined }],
    ['data that does not fit', { ...second, data: {} }],
    ['no data', { ...second, data: undefined }],
    ['not even a member for data', withoutData],
    ['no time', { ...second, time: 'yesterday' }],
  ])('with %s for a body cannot be read', (_, body) =>
    expect(() => readMessage(bankRegistry, body)).toThrow(UnreadableEvent),
  );
});
