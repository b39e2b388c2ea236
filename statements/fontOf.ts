import type { FontName } from './fontFiles.ts';

/** What the standard font does not have. Where a text has several of these scripts, the first one's font writes it. */
const scripts: readonly (readonly [FontName, RegExp])[] = [
  ['korean', /\p{Script=Hangul}/u],
  ['han', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u],
  ['devanagari', /\p{Script=Devanagari}/u],
  ['bengali', /\p{Script=Bengali}/u],
  ['gurmukhi', /\p{Script=Gurmukhi}/u],
  ['gujarati', /\p{Script=Gujarati}/u],
  ['tamil', /\p{Script=Tamil}/u],
  ['telugu', /\p{Script=Telugu}/u],
  ['kannada', /\p{Script=Kannada}/u],
  ['malayalam', /\p{Script=Malayalam}/u],
  ['sinhala', /\p{Script=Sinhala}/u],
  ['thai', /\p{Script=Thai}/u],
];

/** The font that has the characters of a text. It writes all of the text, so that names stand in one face. */
export const fontOf = (text: string): FontName => scripts.find(([, script]) => script.test(text))?.[0] ?? 'standard';
