import { badRequest } from '../../errors.ts';
import type { Value } from '../values.ts';
import type { AggregateName, BinaryOperator, Expression } from './ast.ts';
import type { TokenCursor } from './tokenCursor.ts';

/** From the weakest to the strongest. Operators of one row associate to the left. */
const precedence: readonly Readonly<Record<string, BinaryOperator>>[] = [
  { '|': '|' },
  { '^': '^' },
  { '&': '&' },
  { '<<': '<<', '>>': '>>', '>>>': '>>>' },
  { '||': '||' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/', '%': '%' },
];

const comparisons: Readonly<Record<string, BinaryOperator>> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

const constants = new Map<string, Value>([
  ['NULL', null],
  ['TRUE', true],
  ['FALSE', false],
  ['UNDEFINED', undefined],
]);

const aggregates: Readonly<Record<string, AggregateName>> = {
  COUNT: 'COUNT',
  SUM: 'SUM',
  MIN: 'MIN',
  MAX: 'MAX',
  AVG: 'AVG',
};

const negate = (operand: Expression): Expression => ({ kind: 'unary', operator: 'NOT', operand });

/** Parses one scalar expression at the cursor. */
export const parseExpression = (tokens: TokenCursor): Expression => conditional(tokens);

const conditional = (tokens: TokenCursor): Expression => {
  const test = coalesce(tokens);
  if (!tokens.takes('?')) return test;
  const then = conditional(tokens);
  tokens.expect(':');
  return { kind: 'conditional', test, then, otherwise: conditional(tokens) };
};

const coalesce = (tokens: TokenCursor): Expression => {
  let left = logical(tokens, 'OR', conjunction);
  while (tokens.takes('??')) left = { kind: 'binary', operator: '??', left, right: logical(tokens, 'OR', conjunction) };
  return left;
};

const conjunction = (tokens: TokenCursor): Expression => logical(tokens, 'AND', negation);

const logical = (
  tokens: TokenCursor,
  operator: 'AND' | 'OR',
  operand: (tokens: TokenCursor) => Expression,
): Expression => {
  const first = operand(tokens);
  if (!tokens.sees(operator)) return first;
  const operands = [first];
  while (tokens.takes(operator)) operands.push(operand(tokens));
  return { kind: 'logical', operator, operands };
};

const negation = (tokens: TokenCursor): Expression =>
  tokens.takes('NOT') ? negate(negation(tokens)) : comparison(tokens);

const comparison = (tokens: TokenCursor): Expression => {
  let left = binary(tokens, 0);
  for (;;) {
    const token = tokens.peek();
    const operator = token.kind === 'operator' ? comparisons[token.text] : undefined;
    if (operator !== undefined) {
      tokens.next();
      left = { kind: 'binary', operator, left, right: binary(tokens, 0) };
      continue;
    }
    const negated = tokens.takes('NOT');
    const range = rangeOf(tokens, left);
    if (range === undefined) {
      if (negated) throw tokens.syntaxError();
      return left;
    }
    left = negated ? negate(range) : range;
  }
};

/** Parses IN, BETWEEN or LIKE after a value. */
const rangeOf = (tokens: TokenCursor, value: Expression): Expression | undefined => {
  if (tokens.takes('IN')) {
    tokens.expect('(');
    if (tokens.sees('SELECT')) throw badRequest("A subquery after 'IN' is not supported.");
    return { kind: 'in', value, candidates: list(tokens, ')') };
  }
  if (tokens.takes('BETWEEN')) {
    const low = binary(tokens, 0);
    tokens.expect('AND');
    return { kind: 'between', value, low, high: binary(tokens, 0) };
  }
  if (tokens.takes('LIKE')) {
    const pattern = binary(tokens, 0);
    return { kind: 'like', value, pattern, escape: tokens.takes('ESCAPE') ? binary(tokens, 0) : undefined };
  }
  return undefined;
};

const binary = (tokens: TokenCursor, level: number): Expression => {
  const operators = precedence[level];
  if (operators === undefined) return unary(tokens);
  let left = binary(tokens, level + 1);
  for (;;) {
    const token = tokens.peek();
    const operator = token.kind === 'operator' ? operators[token.text] : undefined;
    if (operator === undefined) return left;
    tokens.next();
    left = { kind: 'binary', operator, left, right: binary(tokens, level + 1) };
  }
};

const unary = (tokens: TokenCursor): Expression => {
  for (const operator of ['-', '+', '~'] as const) {
    if (tokens.takes(operator)) return { kind: 'unary', operator, operand: unary(tokens) };
  }
  return members(tokens);
};

const members = (tokens: TokenCursor): Expression => {
  let object = primary(tokens);
  for (;;) {
    if (tokens.takes('.')) {
      object = { kind: 'member', object, property: { kind: 'constant', value: tokens.identifier() } };
    } else if (tokens.takes('[')) {
      const property = parseExpression(tokens);
      tokens.expect(']');
      object = { kind: 'member', object, property };
    } else {
      return object;
    }
  }
};

const primary = (tokens: TokenCursor): Expression => {
  const token = tokens.peek();
  if (token.kind === 'number' || token.kind === 'string') {
    tokens.next();
    return { kind: 'constant', value: token.value };
  }
  if (token.kind === 'parameter') return { kind: 'parameter', name: tokens.next().text };
  if (token.kind === 'keyword' && constants.has(token.text)) {
    tokens.next();
    return { kind: 'constant', value: constants.get(token.text) };
  }
  if (tokens.sees('UDF')) throw badRequest("'UDF' is not supported.");
  if (tokens.takes('EXISTS')) return subquery(tokens, 'exists');
  if (tokens.takes('ARRAY')) return subquery(tokens, 'array');
  if (tokens.sees('(') && tokens.peek(1).text === 'SELECT') return subquery(tokens, 'value');
  if (tokens.takes('(')) {
    const inner = parseExpression(tokens);
    tokens.expect(')');
    return inner;
  }
  if (tokens.takes('[')) return { kind: 'array', elements: list(tokens, ']') };
  if (tokens.takes('{')) return object(tokens);
  const name = tokens.identifier();
  return tokens.takes('(') ? call(tokens, name) : { kind: 'identifier', name };
};

const call = (tokens: TokenCursor, text: string): Expression => {
  const name = text.toUpperCase();
  const aggregate = aggregates[name];
  const values = list(tokens, ')');
  if (aggregate === undefined) return { kind: 'call', name, arguments: values };
  const [argument, ...rest] = values;
  if (argument === undefined || rest.length > 0) throw badRequest(`${name} takes exactly one argument.`);
  return { kind: 'aggregate', name: aggregate, argument };
};

const object = (tokens: TokenCursor): Expression => {
  const properties: [string, Expression][] = [];
  while (!tokens.takes('}')) {
    if (properties.length > 0) tokens.expect(',');
    const token = tokens.peek();
    const name = token.kind === 'string' ? token.value : token.text;
    if (token.kind !== 'string' && token.kind !== 'identifier') throw tokens.syntaxError();
    tokens.next();
    tokens.expect(':');
    properties.push([name, parseExpression(tokens)]);
  }
  return { kind: 'object', properties };
};

const list = (tokens: TokenCursor, end: ')' | ']'): Expression[] => {
  const values: Expression[] = [];
  while (!tokens.takes(end)) {
    if (values.length > 0) tokens.expect(',');
    values.push(parseExpression(tokens));
  }
  return values;
};

const subquery = (tokens: TokenCursor, as: 'value' | 'exists' | 'array'): Expression => {
  tokens.expect('(');
  const query = tokens.subquery();
  tokens.expect(')');
  return { kind: 'subquery', as, query };
};
