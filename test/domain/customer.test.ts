import { describe, expect, it } from 'vitest';
import { customer } from '../../domain/customer/customer.ts';
import { emailAddress, normalizeEmailAddress } from '../../domain/emailAddress.ts';
import { line } from '../../domain/text.ts';
import { created } from '../support/bank.ts';
import { given } from '../support/given.ts';

describe('creating a customer', () => {
  const command = { type: 'CreateCustomer', firstName: 'Ada', lastName: 'Lovelace', email: 'Ada@example.com' } as const;

  it('records the name and the address as written', () => given(customer).when(command).yields(created));

  it('happens once', () => given(customer, created).when(command).rejects({ code: 'CustomerAlreadyExists' }));
});

describe('an e-mail address', () => {
  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    [' ada@example.com\t', 'ada@example.com'],
    ['zoe\u0308@example.com', 'zo\u00eb@example.com'],
  ])('%j is the same as %j', (one, other) => expect(normalizeEmailAddress(one)).toBe(normalizeEmailAddress(other)));

  it.each([
    '',
    'ada',
    '@',
    'ada@',
    '@example.com',
    'a b@example.com',
    'a@b@c',
    'a\n@example.com',
    `${'a'.repeat(251)}@b.c`,
  ])('%j is refused', (text) => expect(emailAddress.safeParse(text).success).toBe(false));

  it('may have 254 characters', () => expect(emailAddress.safeParse(`${'a'.repeat(250)}@b.c`).success).toBe(true));
});

describe('a line of text', () => {
  const name = line(100);

  it.each(['Ada', 'Иван', '太郎', "O'Brien", 'a'.repeat(100), '👩‍🚀'])('%j is fine', (text) =>
    expect(name.parse(text)).toBe(text),
  );
  it('counts characters, not UTF-16 units', () => expect(name.safeParse('😀'.repeat(100)).success).toBe(true));
  it.each(['', '   ', 'a'.repeat(101), '😀'.repeat(101), 'a\u0000b', 'a\nb', '\ud800'])('%j is refused', (text) =>
    expect(name.safeParse(text).success).toBe(false),
  );
});
