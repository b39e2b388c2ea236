import { type Token, tokenize } from '../syntax/lexer.ts';

/** The texts of a query's clauses, and of the expressions in its lists, without aliases and directions. */
export type Clauses = {
  readonly selected: readonly string[];
  readonly from: string;
  readonly where: string;
  readonly groupBy: readonly string[];
  readonly orderBy: readonly string[];
  /** The whole ORDER BY clause. */
  readonly ordering: string;
  /** The text of the query up to its OFFSET clause. */
  readonly beforeOffset: string;
};

const beginnings = ['SELECT', 'FROM', 'WHERE', 'GROUP', 'ORDER', 'OFFSET', 'LIMIT'] as const;
type Beginning = (typeof beginnings)[number];

const opening = new Set(['(', '[', '{']);
const closing = new Set([')', ']', '}']);

/** Cuts the text of a valid query into its clauses. */
export const clausesOf = (text: string): Clauses => {
  const clauses = new Map<Beginning, Token[]>();
  const beforeOffset: Token[] = [];
  let current: Token[] = [];
  for (const { token, depth } of withDepth(tokenize(text))) {
    const beginning = depth === 0 ? beginningOf(token) : undefined;
    if (beginning === undefined) current.push(token);
    else clauses.set(beginning, (current = []));
    if (!clauses.has('OFFSET')) beforeOffset.push(token);
  }
  const tokens = (beginning: Beginning): readonly Token[] => clauses.get(beginning) ?? [];
  const list = (listed: readonly Token[]): string[] => itemsOf(listed).map((item) => textOf(text, withoutName(item)));
  return {
    selected: list(withoutOptions(tokens('SELECT'))),
    from: textOf(text, tokens('FROM')),
    where: textOf(text, tokens('WHERE')),
    // Both lists begin with BY.
    groupBy: list(tokens('GROUP').slice(1)),
    orderBy: list(tokens('ORDER').slice(1)),
    ordering: `ORDER ${textOf(text, tokens('ORDER'))}`,
    beforeOffset: textOf(text, beforeOffset),
  };
};

const withDepth = (tokens: readonly Token[]): { token: Token; depth: number }[] => {
  let depth = 0;
  return tokens.map((token) => {
    if (isOperator(token, closing)) depth--;
    const at = { token, depth };
    if (isOperator(token, opening)) depth++;
    return at;
  });
};

const isOperator = (token: Token | undefined, texts: ReadonlySet<string>): boolean =>
  token?.kind === 'operator' && texts.has(token.text);

const isKeyword = (token: Token | undefined, ...texts: readonly string[]): boolean =>
  token?.kind === 'keyword' && texts.includes(token.text);

const beginningOf = (token: Token): Beginning | undefined =>
  token.kind === 'keyword' ? beginnings.find((beginning) => beginning === token.text) : undefined;

/** The SELECT clause without DISTINCT, TOP and VALUE. */
const withoutOptions = (tokens: readonly Token[]): readonly Token[] => {
  const [first] = tokens;
  if (isKeyword(first, 'DISTINCT', 'VALUE')) return withoutOptions(tokens.slice(1));
  return isKeyword(first, 'TOP') ? withoutOptions(tokens.slice(2)) : tokens;
};

const itemsOf = (tokens: readonly Token[]): Token[][] => {
  const items: Token[][] = tokens.length === 0 ? [] : [[]];
  const comma = new Set([',']);
  for (const { token, depth } of withDepth(tokens)) {
    if (depth === 0 && isOperator(token, comma)) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
};

/** An expression without the direction, or the alias with or without AS, that follows it. */
const withoutName = (item: readonly Token[]): readonly Token[] => {
  const [previous, last] = item.slice(-2);
  if (isKeyword(last, 'ASC', 'DESC')) return item.slice(0, -1);
  if (last?.kind !== 'identifier') return item;
  if (isKeyword(previous, 'AS')) return item.slice(0, -2);
  const isOperand = previous?.kind === 'operator' && !closing.has(previous.text);
  return isOperand || isKeyword(previous, 'NOT', 'AND', 'OR', 'IN', 'LIKE', 'BETWEEN', 'ESCAPE')
    ? item
    : item.slice(0, -1);
};

const textOf = (query: string, tokens: readonly Token[]): string => {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined || last === undefined ? '' : query.slice(first.at, last.at + last.text.length);
};
