import { z } from 'zod';

/** Scripts whose letters neither join nor form conjuncts: a joiner between them is only a way to hide a difference. */
const unjoined = [
  'Latin',
  'Greek',
  'Cyrillic',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Hebrew',
  'Armenian',
  'Georgian',
]
  .map((script) => `\\p{Script=${script}}`)
  .join('');
/** The signs of India and Sri Lanka that take the vowel from a letter. A joiner after one may end a word, as in Malayalam. */
const virama = '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca]';
const pictograph = '[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f]';

/** The joiners U+200C and U+200D where spelling needs them, as in Persian and Sinhala, and in emoji; U+180E in Mongolian. */
const neededJoiners = new RegExp(
  [
    `(?<=(?![${unjoined}])\\p{L}\\p{M}*)[\\u200c\\u200d](?=(?![${unjoined}\\p{Script=Inherited}])[\\p{L}\\p{M}])`,
    `(?<=${virama})[\\u200c\\u200d]`,
    `(?<=${pictograph})\\u200d(?=\\p{Extended_Pictographic})`,
    `(?<=\\p{Script=Mongolian})\\u180e(?=\\p{Script=Mongolian})`,
  ].join('|'),
  'gu',
);

/** Controls, also those of direction and of lines: they change how the text around them looks. */
const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** The blank of Braille is visible to Unicode alone. */
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u;

const isText = (text: string): boolean => text.isWellFormed() && !control.test(text.replace(neededJoiners, ''));

/**
 * Characters of the first plane that no text has, and those that nobody sees, as every engine takes them in a pattern: readers of the
 * API's documents may know no Unicode properties. Both go with \s, since generators of code break on the ends of lines U+2028 and
 * U+2029 where a pattern names them. Joiners are merely unseen: only their place tells whether they are needed.
 */
export const controls = String.raw`\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb`;
export const unseen = String.raw`\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8`;
const spaces = String.raw`\x20\xa0\u1680\u2000-\u200a\u202f\u205f\u3000`;

/** Never stricter than the rule. */
const linePattern = String.raw`^[\s\u2800${unseen}]*[^\s\u2800${controls}${unseen}](?:[^\s${controls}]|[${spaces}])*\s*$`;

/**
 * The form in which texts are equal that differ in case, width or composition alone. It composes last, since a capital may be two
 * characters where the small letter is one. A small sigma has two forms.
 */
export const foldCase = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');

/** One line of text by people: trimmed, of any script, without characters that control the text, counted in code points. */
export const line = (maximum: number) =>
  z
    .string()
    .trim()
    .refine((text) => visible.test(text), { error: 'must not be empty', abort: true })
    .refine(isText, { error: 'has characters that are no text' })
    .refine((text) => Array.from(text.slice(0, 2 * maximum + 1)).length <= maximum, {
      error: `has more than ${maximum} characters`,
    })
    .meta({ minLength: 1, maxLength: maximum, pattern: linePattern });
