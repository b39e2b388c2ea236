import { isObject, type Json } from '../../json.ts';
import type { Value } from '../values.ts';
import type { BuiltIn } from './builtIn.ts';

/** Longer results are undefined, so that a few nested calls cannot fill the memory. */
const longestResult = 2 * 1024 * 1024;

const bounded = (text: string): Value => (text.length > longestResult ? undefined : text);

const ofOne = (operation: (text: string) => Value): BuiltIn => ({
  fewest: 1,
  most: 1,
  apply: ([text]) => (typeof text === 'string' ? operation(text) : undefined),
});

/** A function of two texts and an optional flag to ignore case. */
const ofTwo = (operation: (text: string, other: string) => boolean): BuiltIn => ({
  fewest: 2,
  most: 3,
  apply: ([text, other, ignoreCase]) => {
    if (typeof text !== 'string' || typeof other !== 'string') return undefined;
    return ignoreCase === true ? operation(text.toLowerCase(), other.toLowerCase()) : operation(text, other);
  },
});

const ofTextAndNumber = (operation: (text: string, count: number) => Value): BuiltIn => ({
  fewest: 2,
  most: 2,
  apply: ([text, count]) =>
    typeof text === 'string' && typeof count === 'number' ? operation(text, Math.trunc(count)) : undefined,
});

const replace = (text: string, sought: string, replacement: string): Value => {
  if (sought === '') return text;
  const parts = text.split(sought);
  const length = text.length + (parts.length - 1) * (replacement.length - sought.length);
  return length > longestResult ? undefined : parts.join(replacement);
};

const toNumber = (text: string): Value => {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
};

const parsed = (text: string, isWanted: (value: Json) => boolean): Value => {
  try {
    const value = JSON.parse(text) as Json;
    return isWanted(value) ? value : undefined;
  } catch {
    // The function returns undefined for a text that is not JSON.
    return undefined;
  }
};

export const stringFunctions: Readonly<Record<string, BuiltIn>> = {
  CONTAINS: ofTwo((text, part) => text.includes(part)),
  STARTSWITH: ofTwo((text, prefix) => text.startsWith(prefix)),
  ENDSWITH: ofTwo((text, suffix) => text.endsWith(suffix)),
  STRINGEQUALS: ofTwo((text, other) => text === other),
  UPPER: ofOne((text) => text.toUpperCase()),
  LOWER: ofOne((text) => text.toLowerCase()),
  LENGTH: ofOne((text) => text.length),
  TRIM: ofOne((text) => text.trim()),
  LTRIM: ofOne((text) => text.trimStart()),
  RTRIM: ofOne((text) => text.trimEnd()),
  REVERSE: ofOne((text) => Array.from(text).reverse().join('')),
  STRINGTONUMBER: ofOne(toNumber),
  STRINGTOARRAY: ofOne((text) => parsed(text, (value) => Array.isArray(value))),
  STRINGTOBOOLEAN: ofOne((text) => parsed(text, (value) => typeof value === 'boolean')),
  STRINGTONULL: ofOne((text) => parsed(text, (value) => value === null)),
  STRINGTOOBJECT: ofOne((text) => parsed(text, isObject)),
  STRINGSPLIT: {
    fewest: 2,
    most: 2,
    apply: ([text, separator]) =>
      typeof text === 'string' && typeof separator === 'string' && separator !== '' ? text.split(separator) : undefined,
  },
  STRINGJOIN: {
    fewest: 2,
    most: 2,
    apply: ([texts, separator]) => {
      if (!Array.isArray(texts) || typeof separator !== 'string') return undefined;
      if (!texts.every((text) => typeof text === 'string')) return undefined;
      const length = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
      return length > longestResult ? undefined : texts.join(separator);
    },
  },
  LEFT: ofTextAndNumber((text, count) => text.slice(0, Math.max(count, 0))),
  RIGHT: ofTextAndNumber((text, count) => (count > 0 ? text.slice(-count) : '')),
  REPLICATE: ofTextAndNumber((text, count) =>
    count < 0 || text.length * count > longestResult ? undefined : text.repeat(count),
  ),
  INDEX_OF: {
    fewest: 2,
    most: 3,
    apply: ([text, part, from]) =>
      typeof text === 'string' && typeof part === 'string'
        ? text.indexOf(part, typeof from === 'number' ? from : 0)
        : undefined,
  },
  SUBSTRING: {
    fewest: 3,
    most: 3,
    apply: ([text, start, length]) => {
      if (typeof text !== 'string' || typeof start !== 'number' || typeof length !== 'number') return undefined;
      return text.slice(Math.max(start, 0), Math.max(start, 0) + Math.max(length, 0));
    },
  },
  REPLACE: {
    fewest: 3,
    most: 3,
    apply: ([text, sought, replacement]) =>
      typeof text === 'string' && typeof sought === 'string' && typeof replacement === 'string'
        ? replace(text, sought, replacement)
        : undefined,
  },
  CONCAT: {
    fewest: 2,
    most: 200,
    apply: (values) => (values.every((value) => typeof value === 'string') ? bounded(values.join('')) : undefined),
  },
  TOSTRING: {
    fewest: 1,
    most: 1,
    apply: ([value]) => (value === undefined || typeof value === 'string' ? value : bounded(JSON.stringify(value))),
  },
};
