import { describe, expect, it } from 'vitest';
import { toCopy, toMessage } from '../../../adapters/serviceBus/message.ts';
import { messagesOf } from '../../../application/publishing/message.ts';
import { commitOf, deposited, opened } from '../../support/bank.ts';
import { propertiesOf, signatures } from '../../support/signing.ts';

const id = '0199f8a2-7b1c-7000-8000-000000000000';
const events = messagesOf(commitOf('account', id, 0, [opened(), deposited(5, 5)]));
const [first, second] = events.map((event) => toMessage(event, propertiesOf));

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

  it('has a signature of what it says, which is no part of what it says', () => {
    expect(signatures.verify(second?.body, second?.applicationProperties, undefined)).toBe('genuine');
    expect(JSON.stringify(second?.body)).not.toContain(String(second?.applicationProperties?.signature));
  });

  it('carries the event as its body', () => expect(second?.body).toEqual(events[1]));
});

describe('a copy', () => {
  const copy = (listener?: string) => {
    const [, event] = events;
    if (!event) throw new Error('There are two events');
    const original = { messageId: 'first', enqueuedAt: '2026-01-01T00:00:00.000Z' };
    return toCopy({ messageId: 'new', subscription: 'views', listener, event, original }, propertiesOf);
  };

  it('has no property of the event by which a subscription other than its own may take it', () => {
    const { signature, key, traceparent } = second?.applicationProperties ?? {};
    expect(copy().applicationProperties).toEqual({
      ...{ signature, key, traceparent },
      deliverTo: 'views',
      originalMessageId: 'first',
      originalEnqueuedAt: '2026-01-01T00:00:00.000Z',
    });
  });

  it('for one listener names it, and is signed for it alone', () => {
    const message = copy('accounts');
    const verify = (listener?: string) => signatures.verify(message.body, message.applicationProperties, listener);
    expect(message.applicationProperties).toMatchObject({ deliverTo: 'views', listener: 'accounts' });
    expect(verify('accounts')).toBe('genuine');
    for (const other of ['customers', undefined]) {
      expect(verify(other)).toBe('forged');
    }
  });
});
