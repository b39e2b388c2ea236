import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalizeEmailAddress } from '../../domain/emailAddress.ts';

/** A letter as it is, or with marks that may be composed with it, in any case. */
const letter = fc
  .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), fc.constantFrom('', '\u030c', '\u0323\u0307'))
  .map((parts) => parts.join(''));
const address = fc.array(letter, { minLength: 1, maxLength: 5 }).map((letters) => `${letters.join('')}@example.com`);

it.each([
  ['zoë@example.com', 'ZOË@example.com'],
  ['\u01f0@example.com', 'J\u030c@example.com'],
  ['ada@example.com', '  Ada@Example.COM\n'],
])('%s is the same as %j', (one, other) => expect(normalizeEmailAddress(other)).toBe(normalizeEmailAddress(one)));

it('an address is the same however its characters are composed, and once it was normalised', () => {
  fc.assert(
    fc.property(address, (text) => {
      const normalized = normalizeEmailAddress(text);
      const others = [normalized, text.normalize('NFC'), text.normalize('NFD'), text.toLowerCase()];
      expect(others.map(normalizeEmailAddress)).toEqual(others.map(() => normalized));
    }),
  );
});

it('addresses of others are others', () =>
  expect(normalizeEmailAddress('zoe@example.com')).not.toBe(normalizeEmailAddress('zoë@example.com')));
