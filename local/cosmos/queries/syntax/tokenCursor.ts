import { type CosmosError, badRequest } from '../../errors.ts';
import type { Query } from './ast.ts';
import { type Token, tokenize } from './lexer.ts';

/** Reads the tokens of a query one after the other. */
export type TokenCursor = {
  peek(ahead?: number): Token;
  next(): Token;
  /** Whether the next token is this keyword or operator. */
  sees(text: string): boolean;
  /** Moves past this keyword or operator if it is the next token, and tells whether it was. */
  takes(text: string): boolean;
  /** Moves past this keyword or operator, or throws 400. */
  expect(text: string): void;
  identifier(): string;
  /** Parses the query that begins here. */
  subquery(): Query;
  syntaxError(): CosmosError;
};

export const tokenCursor = (query: string, parseSubquery: (tokens: TokenCursor) => Query): TokenCursor => {
  const tokens = tokenize(query);
  const end: Token = { kind: 'end', text: 'end of query', at: query.length };
  let at = 0;
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? end;
  const next = (): Token => {
    const token = peek();
    at++;
    return token;
  };
  const sees = (text: string): boolean => {
    const token = peek();
    return token.text === text && (token.kind === 'keyword' || token.kind === 'operator');
  };
  const takes = (text: string): boolean => {
    const seen = sees(text);
    if (seen) at++;
    return seen;
  };
  const syntaxError = () => {
    const token = peek();
    const hint = token.kind === 'keyword' ? ' A reserved word as a property is written c["word"].' : '';
    return badRequest(`Syntax error, incorrect syntax near '${token.text}' at position ${token.at}.${hint}`);
  };
  const cursor: TokenCursor = {
    peek,
    next,
    sees,
    takes,
    expect(text) {
      if (!takes(text)) throw syntaxError();
    },
    identifier() {
      if (peek().kind !== 'identifier') throw syntaxError();
      return next().text;
    },
    subquery: () => parseSubquery(cursor),
    syntaxError,
  };
  return cursor;
};
