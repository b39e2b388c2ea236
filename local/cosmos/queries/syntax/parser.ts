import { badRequest } from '../../errors.ts';
import type { Collection, Expression, Query, Selection, SortKey, Source } from './ast.ts';
import { parseExpression } from './expressionParser.ts';
import type { Token } from './lexer.ts';
import { type TokenCursor, tokenCursor } from './tokenCursor.ts';

/** Azure's limit on the text of a query, here in UTF-16 units. */
const longestQuery = 512 * 1024;

/** Parses a whole query; throws a 400 that names what the parser does not understand. */
export const parseQuery = (text: string): Query => {
  const tokens = cursorOver(text);
  const query = parseSelect(tokens);
  if (tokens.peek().kind !== 'end') throw tokens.syntaxError();
  return query;
};

/** Parses the condition of a patch, `FROM c WHERE ...`, as a query that finds the document if the condition holds. */
export const parseCondition = (text: string): Query => {
  const tokens = cursorOver(text);
  const clauses = parseClauses(tokens);
  if (tokens.peek().kind !== 'end') throw tokens.syntaxError();
  return { distinct: false, top: undefined, selection: { kind: 'all' }, ...clauses };
};

const cursorOver = (text: string): TokenCursor => {
  if (text.length > longestQuery) throw badRequest(`The query is longer than ${longestQuery} characters.`);
  return tokenCursor(text, parseSelect);
};

const parseSelect = (tokens: TokenCursor): Query => {
  tokens.expect('SELECT');
  const distinct = tokens.takes('DISTINCT');
  const top = tokens.takes('TOP') ? parseCount(tokens) : undefined;
  const selection = parseSelection(tokens);
  return { distinct, top, selection, ...parseClauses(tokens) };
};

const parseClauses = (tokens: TokenCursor): Omit<Query, 'distinct' | 'top' | 'selection'> => {
  const from = tokens.takes('FROM') ? [parseSource(tokens)] : [];
  while (from.length > 0 && tokens.takes('JOIN')) from.push(parseSource(tokens));
  const where = tokens.takes('WHERE') ? parseExpression(tokens) : undefined;
  const groupBy = takesBoth(tokens, 'GROUP') ? parseList(tokens, parseExpression) : [];
  const orderBy = takesBoth(tokens, 'ORDER') ? parseList(tokens, parseSortKey) : [];
  const offset = tokens.takes('OFFSET') ? parseCount(tokens) : undefined;
  if (offset !== undefined) tokens.expect('LIMIT');
  const limit = offset === undefined ? undefined : parseCount(tokens);
  return { from, where, groupBy, orderBy, offset, limit };
};

const parseCount = (tokens: TokenCursor): Expression => {
  const token = tokens.next();
  if (token.kind === 'number') return { kind: 'constant', value: token.value };
  if (token.kind === 'parameter') return { kind: 'parameter', name: token.text };
  throw badRequest(`Syntax error, a number or a parameter is expected at position ${token.at}.`);
};

const takesBoth = (tokens: TokenCursor, keyword: 'GROUP' | 'ORDER'): boolean => {
  if (!tokens.takes(keyword)) return false;
  tokens.expect('BY');
  return true;
};

const parseList = <T>(tokens: TokenCursor, parse: (tokens: TokenCursor) => T): T[] => {
  const found = [parse(tokens)];
  while (tokens.takes(',')) found.push(parse(tokens));
  return found;
};

const parseSortKey = (tokens: TokenCursor): SortKey => {
  const rank = tokens.peek();
  if (rank.kind === 'identifier' && rank.text.toUpperCase() === 'RANK') {
    throw badRequest("'ORDER BY RANK' is not supported.");
  }
  const expression = parseExpression(tokens);
  const descending = tokens.takes('DESC');
  if (!descending) tokens.takes('ASC');
  return { expression, descending };
};

const parseSource = (tokens: TokenCursor): Source => {
  if (tokens.peek().kind === 'identifier' && isKeyword(tokens.peek(1), 'IN')) {
    const alias = tokens.identifier();
    tokens.expect('IN');
    return { collection: parseCollection(tokens), isOfElements: true, alias };
  }
  const collection = parseCollection(tokens);
  const named = tokens.takes('AS') || tokens.peek().kind === 'identifier';
  const alias = named ? tokens.identifier() : lastName(collection, tokens);
  return { collection, isOfElements: false, alias };
};

const isKeyword = (token: Token, text: string): boolean => token.kind === 'keyword' && token.text === text;

const parseCollection = (tokens: TokenCursor): Collection => {
  if (tokens.takes('(')) {
    const query = tokens.subquery();
    tokens.expect(')');
    return { kind: 'subquery', query };
  }
  const [root, ...path] = pathOf(parseExpression(tokens), tokens);
  if (root?.kind !== 'identifier') throw tokens.syntaxError();
  return { kind: 'path', root: root.name, path };
};

/** The name of a collection without an alias. */
const lastName = (collection: Collection, tokens: TokenCursor): string | undefined => {
  if (collection.kind === 'subquery') return undefined;
  const last = collection.path.at(-1);
  if (last === undefined) return collection.root;
  if (last.kind === 'constant' && typeof last.value === 'string') return last.value;
  throw tokens.syntaxError();
};

/** The root of `c.a[0]`, followed by its properties. */
const pathOf = (expression: Expression, tokens: TokenCursor): Expression[] => {
  if (expression.kind === 'identifier') return [expression];
  if (expression.kind === 'member' && expression.property.kind === 'constant') {
    return [...pathOf(expression.object, tokens), expression.property];
  }
  throw tokens.syntaxError();
};

const parseSelection = (tokens: TokenCursor): Selection => {
  if (tokens.takes('*')) return { kind: 'all' };
  if (tokens.takes('VALUE')) return { kind: 'value', expression: parseExpression(tokens) };
  let unnamed = 0;
  const columns = parseList(tokens, () => {
    const expression = parseExpression(tokens);
    if (tokens.takes('AS') || tokens.peek().kind === 'identifier') return { name: tokens.identifier(), expression };
    return { name: nameOf(expression) ?? `$${++unnamed}`, expression };
  });
  return { kind: 'columns', columns };
};

const nameOf = (expression: Expression): string | undefined => {
  if (expression.kind === 'identifier') return expression.name;
  if (expression.kind !== 'member' || expression.property.kind !== 'constant') return undefined;
  return typeof expression.property.value === 'string' ? expression.property.value : undefined;
};
