import { describe, expect, it } from 'vitest';
import { toCopy, toMessage } from '../../../adapters/serviceBus/message.ts';
import { messagesOf } from '../../../application/publishing/message.ts';
import { filterableOf } from '../../../domain/filterable.ts';
import { commitOf, deposited, opened } from '../../support/bank.ts';

const id = '0199f8a2-7b1c-7000-8000-000000000000';
const events = messagesOf(commitOf('account', id, 0, [opened(), deposited(5, 5)]));
const [first, second] = events.map((event) => toMessage(event, filterableOf));

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

  it('carries the event as its body', () => expect(second?.body).toEqual(events[1]));
});

describe('a copy', () => {
  const copy = (body: unknown, properties?: Readonly<Record<string, unknown>>) => {
    const original = { messageId: 'first', properties };
    return toCopy({ messageId: 'new', subscription: 'accounts', body, original }, filterableOf);
  };

  it('of an event has its properties, except the aggregate, by which other subscriptions would take it', () => {
    const { aggregate, ...others } = second?.applicationProperties ?? {};
    expect(aggregate).toBe('account');
    expect(copy(events[1]).applicationProperties).toEqual({
      ...others,
      deliverTo: 'accounts',
      originalMessageId: 'first',
    });
  });

  it('of any other message has the properties of the original, except those of another delivery', () =>
    expect(copy('poison', { tag: 7, aggregate: 'account', DeadLetterReason: 'no', deep: {} })).toEqual({
      messageId: 'new',
      contentType: 'application/cloudevents+json',
      body: 'poison',
      applicationProperties: { tag: 7, deliverTo: 'accounts', originalMessageId: 'first' },
    }));
});
