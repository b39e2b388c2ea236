import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSignatures } from '../../../adapters/signing/signatures.ts';
import { messagesOf, type CloudEvent } from '../../../application/publishing/message.ts';
import { commitOf, deposited } from '../../support/bank.ts';

const [former, present, next] = ['the former secret', 'the present secret', 'the next secret'];
const signatures = openSignatures([present]);
const messageOf = (amount = 5): CloudEvent => {
  const [event] = messagesOf(commitOf('account', randomUUID(), 1, [deposited(amount, amount)]));
  if (!event) throw new Error('There is an event');
  return event;
};
const event = messageOf();
const signed = signatures.sign(event);

/** As the Functions host hands it over. */
const parsed = (text: string): unknown => JSON.parse(text);

describe('a signature', () => {
  it('is known again, also after the message was written and parsed in another way', () => {
    expect(signatures.verify(event, signed, undefined)).toBe('genuine');
    const { data, ...rest } = event;
    const members = Object.entries(data as object).reverse();
    const other = { data: Object.fromEntries(members), ...Object.fromEntries(Object.entries(rest).reverse()) };
    expect(signatures.verify(parsed(JSON.stringify(other, undefined, 2)), signed, undefined)).toBe('genuine');
  });

  it('does not depend on members that JSON does not have', () => {
    const open = { ...event, data: { ...(event.data as object), reference: undefined } };
    expect(signatures.verify(parsed(JSON.stringify(open)), signatures.sign(open), undefined)).toBe('genuine');
  });

  it('names its key by something from which nobody gets the key', () => {
    expect(signed.key).toMatch(/^[\w-]{8}$/);
    expect(signatures.sign(messageOf()).key).toBe(signed.key);
    expect(openSignatures([next]).sign(event).key).not.toBe(signed.key);
  });

  it.each([
    'id',
    'aggregate',
    'aggregateid',
    'aggregateversion',
    'type',
    'schemaversion',
    'time',
    'traceparent',
    'data',
  ] as const)('is of no message with another %s, or without it', (name) => {
    const changed = { ...event, [name]: name === 'data' ? { ...(event.data as object), balance: 1_000_000 } : 7 };
    expect(signatures.verify(changed, signed, undefined)).toBe('forged');
    expect(signatures.verify({ ...event, [name]: undefined }, signed, undefined)).toBe('forged');
  });

  it('is of no other message, and made of no other signature', () => {
    expect(signatures.verify(messageOf(), signed, undefined)).toBe('forged');
    for (const signature of ['', signed.signature.slice(1), `${signed.signature}AAAA`, 'ä']) {
      expect(signatures.verify(event, { ...signed, signature }, undefined)).toBe('forged');
    }
  });

  it('of a copy is for its listener alone', () => {
    const copy = signatures.sign(event, 'accounts');
    expect(signatures.verify(event, copy, 'accounts')).toBe('genuine');
    expect(signatures.verify(event, copy, 'customers')).toBe('forged');
    expect(signatures.verify(event, copy, undefined)).toBe('forged');
    expect(signatures.verify(event, signed, 'accounts')).toBe('forged');
  });

  it.each<[string, unknown]>([
    ['no properties', undefined],
    ['no signature', { key: signed.key }],
    ['no key', { signature: signed.signature }],
    ['a number as its signature', { ...signed, signature: 7 }],
  ])('is missing where there are %s', (_, properties) =>
    expect(signatures.verify(event, properties, undefined)).toBe('unsigned'),
  );

  it.each<[string, unknown]>([
    ['text', 'hello'],
    ['null', null],
    ['nothing', undefined],
    ['an array', [event]],
    ['something very deep', parsed(`{"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
  ])('is of no body that is %s', (_, body) => expect(signatures.verify(body, signed, undefined)).toBe('forged'));
});

describe('keys are replaced in three deployments', () => {
  const [all, signing, last] = [openSignatures([former, next]), openSignatures([next, former]), openSignatures([next])];

  it.each([
    ['before them and in the first', openSignatures([former]), all],
    ['in the first and the second', all, signing],
    ['in the second and the third', signing, last],
  ])('and instances %s know the messages of each other', (_, one, other) => {
    for (const [sender, receiver] of [
      [one, other],
      [other, one],
    ] as const) {
      const message = messageOf();
      expect(receiver.verify(message, sender.sign(message), undefined)).toBe('genuine');
    }
  });

  it('after which nobody believes the former key', () => {
    const stolen = openSignatures([former]).sign(event);
    expect(all.verify(event, stolen, undefined)).toBe('genuine');
    expect(last.verify(event, stolen, undefined)).toBe('unknownKey');
  });
});
