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
    .meta({ minLength: 1, maxLength: maximum });
