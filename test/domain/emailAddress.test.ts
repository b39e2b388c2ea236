import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailAddress, normalizeEmailAddress } from '../../domain/emailAddress.ts';

const isAccepted = (text: string): boolean => emailAddress.safeParse(text).success;

describe('an e-mail address', () => {
  it.each([
    ['dots and signs', "first.o'last+tag/x=y@mail.example.com"],
    ['letters of any script', 'приве́т@пример.рф'],
    ['a script from right to left', 'דוד@דוגמה.com'],
    ['full-width letters', 'ａｄａ@ｅｘａｍｐｌｅ.com'],
    ['a full-width dot', 'ada@example。com'],
    ['a dot at the end of the domain', 'ada@example.com.'],
    ['punycode', 'ada@xn--bcher-kva.example'],
    ['a domain that only punycode can show', 'ada@xn--mgba3gch31f060k.com'],
    ['digits in the domain', 'ada@1.163.com'],
    ['254 characters', `${'a'.repeat(250)}@b.c`],
    ['a label of 63 characters', `ada@${'a'.repeat(63)}.com`],
  ])('may have %s', (_, text) => expect(isAccepted(text)).toBe(true));

  it('is kept as it was written, trimmed', () =>
    expect(emailAddress.parse(' Ada@Bücher.Example.\n')).toBe('Ada@Bücher.Example.'));

  it.each([
    ['nothing', ''],
    ['no domain', 'ada'],
    ['an empty domain', 'ada@'],
    ['a dot alone as domain', 'ada@.'],
    ['an empty local part', '@example.com'],
    ['neither', '@'],
    ['two @', 'a@b@example.com'],
    ['a full-width @ alone', 'ada＠example.com'],
    ['another full-width @', 'a＠b@example.com'],
    ['angle brackets', '<a@b.c>'],
    ['a name before it', 'Ada <ada@example.com>'],
    ['full-width angle brackets', '＜a@b.c'],
    ['a comment', 'ada(work)@example.com'],
    ['a list', 'a@example.com,b@example.com'],
    ['a scheme', 'mailto:ada@example.com'],
    ['quotes', '"a b"@example.com'],
    ['a backslash', 'a\\b@example.com'],
    ['a blank', 'a b@x.org'],
    ['a blank in the domain', 'a@b c.org'],
    ['a blank that does not break', 'a\u00a0b@x.org'],
    ['an ideographic blank', 'a\u3000b@x.org'],
    ['a mark that has a blank in it', 'a\u00b4b@x.org'],
    ['two dots in the local part', 'a..b@example.com'],
    ['a dot at the beginning', '.a@example.com'],
    ['a dot before the @', 'a.@example.com'],
    ['dots in one character', 'a\u2025b@example.com'],
    ['two dots in the domain', 'a@example..com'],
    ['two dots at its end', 'a@example.com..'],
    ['a dot at its beginning', 'a@.example.com'],
    ['a domain of one label', 'a@localhost'],
    ['a domain that ends in a number', 'a@127.0.0.1'],
    ["a host's address", 'a@[127.0.0.1]'],
    ['an underscore in the domain', 'a@b_c.com'],
    ['a slash in the domain', 'a@b.com/c'],
    ['a port', 'a@b.com:25'],
    ['a percent sign in the domain', 'a@b%41.com'],
    ['a hyphen at the beginning of a label', 'a@-b.com'],
    ['a hyphen at the end of a label', 'a@b-.com'],
    ['hyphens where punycode has them', 'a@ab--c.com'],
    ['punycode that is none', 'a@xn--a.com'],
    ['punycode of nothing', 'a@xn--.com'],
    ['a label of 64 characters', `a@${'a'.repeat(64)}.com`],
    ['a label of 64 characters in punycode', `a@${'ü'.repeat(60)}.com`],
    ['a label that begins with a mark', 'a@\u0301b.com'],
    ['both directions in a label', 'a@אa.com'],
    ['255 characters', `${'a'.repeat(251)}@b.c`],
    ['half a character', '\ud800@b.c'],
    ['half a character in the domain', 'a@\ud800.c'],
    ['a noncharacter', 'a\uffffb@b.c'],
    ['a character without a meaning', 'a\u{e000}b@b.c'],
  ])('does not have %s', (_, text) => expect(isAccepted(text)).toBe(false));

  // NUL, line feed, DEL, soft hyphen, zero widths and joiners, marks and controls of direction, lines and paragraphs, fillers,
  // variants, tags.
  it.each([
    ...['\0', '\n', '\u007f', '\u0085', '\u00ad', '\u034f', '\u061c', '\u115f', '\u180e', '\u200b', '\u200c', '\u200d'],
    ...['\u200e', '\u200f', '\u2028', '\u2029', '\u202a', '\u202e', '\u2060', '\u2066', '\u2069', '\u3164', '\ufe0f'],
    ...['\ufeff', '\uffa0', '\u{e0041}', '\u{e0100}'],
  ])('has no invisible character: %j', (character) => {
    expect(isAccepted(`a${character}b@example.com`)).toBe(false);
    expect(isAccepted(`ab@exa${character}mple.com`)).toBe(false);
    expect(isAccepted(`ab@example.com${character}x`)).toBe(false);
  });
});

describe('one owner has', () => {
  it.each([
    ['zoë@example.com', 'ZOË@example.com'],
    ['zo\u00eb@example.com', 'zoe\u0308@example.com'],
    ['\u01f0@example.com', 'J\u030c@example.com'],
    ['ada@example.com', '  Ada@Example.COM\n'],
    ['ada@example.com', 'ada@example.com.'],
    ['ada@example.com', 'ada@example．com。'],
    ['ada@example.com', 'ａｄａ@ｅｘａｍｐｌｅ.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@bücher.example', 'ada@XN--BCHER-KVA.Example.'],
    ['ada@bücher.example', 'ada@BU\u0308CHER.example'],
    ['οδος@example.com', 'ΟΔΟΣ@example.com'],
    ['οδοσ@example.com', 'ΟΔΟΣ@example.com'],
    ['ada@xn--strae-oqa.example', 'ada@straße.example'],
  ])('%j and %j', (one, other) => expect(normalizeEmailAddress(other)).toBe(normalizeEmailAddress(one)));

  it.each([
    ['zoe@example.com', 'zoë@example.com'],
    ['ada@strasse.example', 'ada@straße.example'],
    ['ada@example.com', 'a.da@example.com'],
    ['ada@example.com', 'ada@example.org'],
  ])('not both %j and %j', (one, other) => expect(normalizeEmailAddress(other)).not.toBe(normalizeEmailAddress(one)));
});

/** A letter as it is, or with marks that may be composed with it, in any case. */
const letter = fc
  .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), fc.constantFrom('', '\u030c', '\u0323\u0307'))
  .map((parts) => parts.join(''));
const letters = fc.array(letter, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
const label = fc
  .array(fc.constantFrom('a', 'b', '0', '9', 'ü', 'ß', 'é', 'ж', 'σ', 'ς', '例', 'あ', '한', 'א', 'ｗ', '-'), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const address = fc
  .tuple(letters, fc.array(label, { minLength: 1, maxLength: 3 }))
  .map(([local, labels]) => `${local}@${labels.join('.')}.com`);

/** Shifts ASCII letters and digits to their full-width forms. */
const widened = (text: string): string =>
  text.replace(/[a-z0-9]/gi, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
const withDomain = (text: string, change: (domain: string) => string): string => {
  const at = text.lastIndexOf('@');
  return `${text.slice(0, at + 1)}${change(text.slice(at + 1))}`;
};

describe('normalising', () => {
  it('an address a second time changes nothing', () =>
    fc.assert(
      fc.property(address.filter(isAccepted), (text) => {
        const normalized = normalizeEmailAddress(text);
        expect(normalizeEmailAddress(normalized)).toBe(normalized);
      }),
      { numRuns: 500 },
    ));

  it('takes any text', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(normalizeEmailAddress(`${one}@${other}`)).toMatch(/@/);
      }),
    ));

  it('gives one form for all spellings of an address', () =>
    fc.assert(
      fc.property(address.filter(isAccepted), (text) => {
        const normalized = normalizeEmailAddress(text);
        const spellings = [
          ...[text.normalize('NFC'), text.normalize('NFD'), text.toLowerCase(), ` ${text}\t`],
          ...[widened(text), withDomain(text, (domain) => `${domain}.`), withDomain(text, widened)],
          withDomain(text, (domain) => domain.replaceAll('.', '。')),
        ];
        expect(spellings.map(normalizeEmailAddress)).toEqual(spellings.map(() => normalized));
        expect(spellings.filter((spelling) => !isAccepted(spelling))).toEqual([]);
      }),
      { numRuns: 500 },
    ));

  it('gives an address, and a domain in ASCII', () =>
    fc.assert(
      fc.property(address.filter(isAccepted), (text) => {
        const normalized = normalizeEmailAddress(text);
        expect(normalized).toMatch(/^[^@]+@[a-z0-9.-]+$/);
        expect(normalized.length > 254 || isAccepted(normalized)).toBe(true);
      }),
    ));
});
