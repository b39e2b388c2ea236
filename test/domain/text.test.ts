import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldCase, line } from '../../domain/text.ts';

const name = line(100);
const isAccepted = (text: string): boolean => name.safeParse(text).success;

describe('a line of text', () => {
  it.each([
    ...['Ada', 'Иван', '太郎', "O'Brien", 'Jean-Luc', 'Ὀδυσσεύς', '김민준', 'สมชาย', 'አበበ', 'דָּוִד', 'مُحَمَّد', 'Nguyễn'],
    ...['a'.repeat(100), '👩‍🚀', '👩🏽‍🚀', '❤️‍🔥', '葛\u{e0100}城'],
  ])('may be %j', (text) => expect(name.parse(text)).toBe(text));

  it('is trimmed', () => expect(name.parse(' Ada\u00a0\n')).toBe('Ada'));
  it('counts characters, not UTF-16 units', () => expect(isAccepted('😀'.repeat(100))).toBe(true));

  it.each(['a'.repeat(101), '😀'.repeat(101), 'a\u0000b', 'a\nb', 'a\u0085b', '\ud800'])('is not %j', (text) =>
    expect(isAccepted(text)).toBe(false),
  );

  it.each([
    ...['', '   ', '\u00a0', '\u2003', '\u3000', '\u200b', '\u00ad', '\u2060', '\ufeff', '\u200d', '\u034f', '\ufe0f'],
    ...['\u115f', '\u1160', '\u17b4', '\u180b', '\u2800', '\u3164', '\uffa0', '\u{e0100}', ' \u3164 \u2800 '],
  ])('is not blank: %j', (text) => expect(isAccepted(text)).toBe(false));

  // Zero width, soft hyphen, marks and controls of direction, lines and paragraphs, annotations, tags.
  it.each([
    ...['\u200b', '\u00ad', '\u2060', '\u2064', '\ufeff', '\u061c', '\u200e', '\u200f', '\u202a', '\u202b', '\u202c'],
    ...['\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\u2028', '\u2029', '\ufff9', '\u{e0041}'],
  ])('controls no text: %j', (control) => {
    expect(isAccepted(`Ada${control}B`)).toBe(false);
    expect(isAccepted(`محمد${control}علی`)).toBe(false);
  });
});

describe('a joiner', () => {
  it.each([
    ['Persian', 'حسین\u200cزاده'],
    ['Persian, with a vowel sign', 'نامِ\u200cما'],
    ['Hindi', 'रक्\u200dषा'],
    ['Marathi', 'र्\u200dया'],
    ['Bengali', 'র\u200d্যাম'],
    ['Sinhala', 'ශ්\u200dරී'],
    ['Malayalam, at the end', 'അനില്\u200d'],
    ['Kannada', 'ರಾಜ್\u200cಕುಮಾರ್'],
    ['Mongolian', 'ᠠᠨ\u180eᠠ'],
  ])('may stand in %s', (_, text) => expect(name.parse(text)).toBe(text));

  it.each([
    ['between letters that join nothing', 'A\u200dda'],
    ['between their marks', 'A\u0301\u200d\u0301da'],
    ['in another script that joins nothing', 'Ив\u200cан'],
    ['at the beginning', '\u200dनम'],
    ['at the end of a word', 'زاده\u200c'],
    ['after a vowel sign, at the end', 'नि\u200c'],
    ['before a blank', 'حسین\u200c زاده'],
    ['beside another', 'حسین\u200c\u200cزاده'],
    ['between digits', '1\u200d2'],
    ['after an emoji', '👩\u200d'],
    ['of Mongolian between other letters', 'A\u180eda'],
  ])('does not stand %s', (_, text) => expect(isAccepted(text)).toBe(false));
});

describe('texts that differ in case alone', () => {
  it.each([
    ['Ada', 'ADA'],
    ['Þórunn', 'ÞÓRUNN'],
    ['Ὀδυσσεύς', 'ὈΔΥΣΣΕΎΣ'],
    ['Zoë', 'ZOE\u0308'],
    ['Ada', 'Ａｄａ'],
  ])('are the same: %j and %j', (one, other) => expect(foldCase(other)).toBe(foldCase(one)));

  it('begin with what their beginnings fold to, letter by letter', () => {
    const letter = fc.constantFrom(...'aZéÉςΣßþÞİıñŻǅ山🦉'.split(/(?:)/u), 'o\u0308', 'ﬁ', '각', 'नि');
    fc.assert(
      fc.property(fc.array(letter), fc.array(letter), (beginning, rest) => {
        const folded = foldCase([...beginning, ...rest].join(''));
        expect(folded.slice(0, foldCase(beginning.join('')).length)).toBe(foldCase(beginning.join('')));
      }),
    );
  });
});
