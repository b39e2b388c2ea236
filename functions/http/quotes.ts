import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../../application/canonicalJson.ts';
import { quote as schema, type Quote } from '../../domain/quote.ts';
import { isSame } from './cursor.ts';

/** Keeps the keys of quotes apart from all other keys that the app derives from a secret. */
const label = 'daybook: quotes';

export const quotePattern = String.raw`^[\w-]+\.[\w-]{43}$`;

export type Quotes = {
  /** The quote as a text that callers bring back. The app keeps it nowhere. */
  readonly signQuote: (quote: Quote) => string;
  /** The quote in a text, also once it has expired; 'foreign' where the app has not signed it. */
  readonly readQuote: (text: string) => Quote | 'foreign';
};

const keyOf = (secret: string): KeyObject => createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', label, 32)));
const sign = (key: KeyObject, payload: string): string => createHmac('sha256', key).update(payload).digest('base64url');

/** Signs with the first secret, and verifies with all of them. */
export const createQuotes = (secrets: readonly [string, ...string[]]): Quotes => {
  const [first, ...others] = secrets;
  const signing = keyOf(first);
  const keys = [signing, ...others.map(keyOf)];

  return {
    signQuote(quote) {
      const payload = Buffer.from(canonicalJson(quote)).toString('base64url');
      return `${payload}.${sign(signing, payload)}`;
    },
    readQuote(text) {
      const [payload = '', signature = '', ...more] = text.split('.', 3);
      // Texts are compared: several texts stand for the same bytes, and only one of them is what the app wrote.
      const isSigned = keys.some((key) => isSame(signature, sign(key, payload)));
      if (more.length > 0 || !isSigned) return 'foreign';
      // Where old and new instances run side by side, the other code may sign quotes of another shape.
      const { data } = schema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
      return data ?? 'foreign';
    },
  };
};
