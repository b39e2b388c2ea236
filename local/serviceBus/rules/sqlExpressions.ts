import type { Envelope, PropertyName } from '../broker/message.ts';
import type { Value } from '../broker/value.ts';

/** The value of an expression. Undefined is SQL's unknown: a missing property, and any result that depends on one. */
export type SqlValue = string | number | boolean | undefined;
export type Expression = (message: Envelope) => SqlValue;

const systemProperties = new Map<string, PropertyName>([
  ['messageid', 'messageId'],
  ['correlationid', 'correlationId'],
  ['label', 'subject'],
  ['subject', 'subject'],
  ['to', 'to'],
  ['replyto', 'replyTo'],
  ['sessionid', 'sessionId'],
  ['replytosessionid', 'replyToSessionId'],
  ['contenttype', 'contentType'],
]);

/** Throws if the property is not supported. */
export function systemProperty(name: string): PropertyName {
  const field = systemProperties.get(name.toLowerCase());
  if (!field) throw new Error(`SQL: sys.${name} is not supported.`);
  return field;
}

export function property(scope: string | undefined, name: string): Expression {
  if (scope !== 'sys') return (message) => comparable(message.applicationProperties.get(name));
  const field = systemProperty(name);
  return (message) => message[field];
}

function comparable(value: Value | undefined): SqlValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Date ? value.getTime() : undefined;
}

export const or =
  (left: Expression, right: Expression): Expression =>
  (message) => {
    const values = [left(message), right(message)];
    if (values.includes(true)) return true;
    return values.includes(undefined) ? undefined : false;
  };

export const and =
  (left: Expression, right: Expression): Expression =>
  (message) => {
    const values = [left(message), right(message)];
    if (values.includes(false)) return false;
    return values.includes(undefined) ? undefined : values.every((value) => value === true);
  };

export const not =
  (operand: Expression): Expression =>
  (message) => {
    const value = operand(message);
    return typeof value === 'boolean' ? !value : undefined;
  };

type Known = string | number | boolean;
const comparisons: Record<string, (left: Known, right: Known) => boolean> = {
  '=': (left, right) => left === right,
  '<>': (left, right) => left !== right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

export const comparisonOperators = Object.keys(comparisons);

// Values of different types are unequal, and their order is unknown.
export const compare =
  (operator: string, left: Expression, right: Expression): Expression =>
  (message) => {
    const [one, other] = [left(message), right(message)];
    if (one === undefined || other === undefined) return undefined;
    if (typeof one !== typeof other && !['=', '<>', '!='].includes(operator)) return undefined;
    return comparisons[operator]?.(one, other);
  };

/** A longer text is unknown, because a few statements could double a text beyond any bound. */
const maxTextLength = 32_768;
const joined = (one: string, other: string): SqlValue =>
  one.length + other.length > maxTextLength ? undefined : one + other;

export const calculate =
  (operator: string, left: Expression, right: Expression): Expression =>
  (message) => {
    const [one, other] = [left(message), right(message)];
    if (operator === '+' && typeof one === 'string' && typeof other === 'string') return joined(one, other);
    if (typeof one !== 'number' || typeof other !== 'number') return undefined;
    switch (operator) {
      case '+':
        return one + other;
      case '-':
        return one - other;
      case '*':
        return one * other;
      case '/':
        return one / other;
      default:
        return one % other;
    }
  };

/** Matches a pattern: `%` is any text, `_` any character, and the escape character makes the next one literal. */
export const like =
  (left: Expression, pattern: Expression, escape: Expression): Expression =>
  (message) => {
    const [text, wanted, escaping] = [left(message), pattern(message), escape(message)];
    if (typeof text !== 'string' || typeof wanted !== 'string') return undefined;
    return isLike(text, likePattern(wanted, escaping));
  };

type LikePart = { readonly any: 'one' | 'many' } | { readonly character: string };

function likePattern(pattern: string, escape: SqlValue): LikePart[] {
  const parts: LikePart[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === escape) parts.push({ character: pattern.charAt(++index) });
    else if (character === '%') parts.push({ any: 'many' });
    else parts.push(character === '_' ? { any: 'one' } : { character });
  }
  return parts;
}

/** Backtracks only to the last `%`, so that the time is at most the product of both lengths. */
function isLike(text: string, parts: readonly LikePart[]): boolean {
  let [at, part, resumeAt, resumePart] = [0, 0, 0, -1];
  while (at < text.length) {
    const wanted = parts[part];
    if (wanted && 'any' in wanted && wanted.any === 'many') {
      [resumeAt, resumePart] = [at, part++];
    } else if (wanted && ('any' in wanted || wanted.character === text.charAt(at))) {
      at++;
      part++;
    } else if (resumePart >= 0) {
      [at, part] = [++resumeAt, resumePart + 1];
    } else return false;
  }
  return parts.slice(part).every((rest) => 'any' in rest && rest.any === 'many');
}
