/** A token of a SQL filter or action. `word` is a keyword in upper case, `symbol` an operator or bracket. */
export type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'property'; readonly scope: string | undefined; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'word' | 'symbol'; readonly value: string };

const keywords = new Set(['AND', 'OR', 'NOT', 'IN', 'LIKE', 'ESCAPE', 'IS', 'NULL', 'TRUE', 'FALSE', 'EXISTS']);

const identifier = String.raw`[A-Za-z_][\w]*|\[[^\]]+\]|"[^"]+"`;
const patterns: [RegExp, (match: RegExpExecArray) => Token | undefined][] = [
  [/\s+/y, () => undefined],
  [/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y, ([text]) => ({ kind: 'number', value: Number(text) })],
  [/'((?:[^']|'')*)'/y, ([, text = '']) => ({ kind: 'string', value: text.replaceAll("''", "'") })],
  [new RegExp(`(?:(sys|user)\\.)?(${identifier})`, 'iy'), ([, scope, name = '']) => word(scope, name)],
  [/@([A-Za-z_]\w*)/y, ([, name = '']) => ({ kind: 'parameter', name })],
  [/<=|>=|<>|!=|[=<>()+\-*/%,;]/y, ([value]) => ({ kind: 'symbol', value })],
];

/** Throws an error that shows the text that it cannot read. */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < expression.length) {
    const found = firstMatch(expression, position);
    if (!found) throw new Error(`SQL: cannot read '${expression.slice(position, position + 20)}'.`);
    if (found.token) tokens.push(found.token);
    position = found.end;
  }
  return tokens;
}

function firstMatch(expression: string, position: number): { token: Token | undefined; end: number } | undefined {
  for (const [pattern, make] of patterns) {
    pattern.lastIndex = position;
    const match = pattern.exec(expression);
    if (match) return { token: make(match), end: pattern.lastIndex };
  }
  return undefined;
}

function word(scope: string | undefined, name: string): Token {
  const upper = name.toUpperCase();
  if (scope === undefined && keywords.has(upper)) return { kind: 'word', value: upper };
  return { kind: 'property', scope: scope?.toLowerCase(), name: name.replace(/^[["](.*)[\]"]$/, '$1') };
}
