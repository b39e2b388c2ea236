import { badRequest } from '../../errors.ts';

export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly value: string; readonly text: string; readonly at: number }
  | { readonly kind: 'parameter' | 'identifier' | 'operator' | 'end'; readonly text: string; readonly at: number }
  /** `text` is in upper case, whatever case the query uses. */
  | { readonly kind: 'keyword'; readonly text: string; readonly at: number };

/** The reserved words of Azure. None can follow a dot, so queries write such properties as `c["order"]`. */
const keywords = new Set(
  (
    'AND ARRAY AS ASC BETWEEN BY DESC DISTINCT ESCAPE EXISTS FALSE FROM GROUP IN JOIN LIKE LIMIT NOT NULL OFFSET OR ORDER ' +
    'SELECT TOP TRUE UDF UNDEFINED VALUE WHERE'
  ).split(' '),
);

const space = /(?:\s+|--[^\n]*)+/y;
const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const string = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy;
const parameter = /@[A-Za-z_]\w*/y;
const word = /[A-Za-z_]\w*/y;
const operator = /\?\?|\|\||!=|<>|<=|>=|<<|>>>|>>|[-+*/%=<>(){}[\],.:?&|^~]/y;

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

const unquote = (text: string): string =>
  text
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, character: string | undefined) =>
      code === undefined ? (escapes[character ?? ''] ?? character ?? '') : String.fromCharCode(parseInt(code, 16)),
    );

/** Cuts a query into tokens. */
export const tokenize = (query: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(query)?.[0];
  };
  const next = (): Token => {
    const quoted = match(string);
    if (quoted !== undefined) return { kind: 'string', value: unquote(quoted), text: quoted, at };
    const digits = match(number);
    if (digits !== undefined) return { kind: 'number', value: Number(digits), text: digits, at };
    const name = match(word);
    if (name !== undefined) {
      const upper = name.toUpperCase();
      return keywords.has(upper) ? { kind: 'keyword', text: upper, at } : { kind: 'identifier', text: name, at };
    }
    const named = match(parameter);
    if (named !== undefined) return { kind: 'parameter', text: named, at };
    const symbol = match(operator);
    if (symbol !== undefined) return { kind: 'operator', text: symbol, at };
    throw badRequest(`Syntax error, invalid token near '${query.slice(at, at + 20)}' at position ${at}.`);
  };
  for (;;) {
    at += match(space)?.length ?? 0;
    if (at >= query.length) return tokens;
    const token = next();
    tokens.push(token);
    at += token.text.length;
  }
};
