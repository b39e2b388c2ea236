import type { Node } from 'web-tree-sitter';
import { bicepFunctions, callable } from './bicepFunctions.ts';
import { namedChildren, needChild } from './bicepSyntax.ts';

/** The value of a name; throws if it has none. */
export type Scope = (name: string) => unknown;

type Evaluate = (scope: Scope) => unknown;

/** Compiled, with a way to put `.name` or `[index]` behind its last operand. */
type Compiled = { readonly evaluate: Evaluate; readonly postfix: (apply: Postfix) => Compiled };
type Postfix = (target: unknown, scope: Scope) => unknown;

const atom = (evaluate: Evaluate): Compiled => ({
  evaluate,
  postfix: (apply) => atom((scope) => apply(evaluate(scope), scope)),
});

/**
 * The grammar binds `.` and `[]` weaker than every operator: `a ?? b.c` is `(a ?? b).c` in its tree. So what stands
 * behind an operator's expression is handed to its last operand.
 */
const operator = (last: Compiled, combine: (last: Evaluate) => Evaluate): Compiled => ({
  evaluate: combine(last.evaluate),
  postfix: (apply) => operator(last.postfix(apply), combine),
});

/** The value of an expression of Bicep. Throws on anything that it does not know. */
export const evaluate = (node: Node, scope: Scope): unknown => compile(node).evaluate(scope);

const compile = (node: Node): Compiled => {
  const compiler = compilers[node.type];
  if (!compiler) throw new Error(`Unknown expression ${node.type}: ${node.text}`);
  return compiler(node);
};

const operand = (node: Node, index: number): Compiled => {
  const child = namedChildren(node)[index];
  if (!child) throw new Error(`Operand ${index} is missing: ${node.text}`);
  return compile(child);
};

const operatorOf = (node: Node): string => node.children.find((child) => !child.isNamed)?.text ?? '';

const binary: Readonly<Record<string, (left: unknown, right: () => unknown) => unknown>> = {
  '==': (left, right) => (left ?? null) === (right() ?? null),
  '!=': (left, right) => (left ?? null) !== (right() ?? null),
  '&&': (left, right) => left === true && right() === true,
  '||': (left, right) => left === true || right() === true,
  '*': (left, right) => Number(left) * Number(right()),
  '/': (left, right) => Math.trunc(Number(left) / Number(right())),
  '??': (left, right) => left ?? right(),
};

const memberOf = (target: unknown, key: unknown, safe: boolean): unknown => {
  if (target === null || target === undefined) {
    if (safe) return null;
    throw new Error(`Nothing has no ${String(key)}`);
  }
  const value = (target as Record<string, unknown>)[String(key)];
  if (value === undefined && !safe) throw new Error(`No ${String(key)} in ${JSON.stringify(target)}`);
  return value ?? null;
};

const listed = (node: Node, scope: Scope): unknown[] => namedChildren(node).map((child) => evaluate(child, scope));

const compilers: Readonly<Record<string, (node: Node) => Compiled>> = {
  null: () => atom(() => null),
  boolean: (node) => atom(() => node.text === 'true'),
  number: (node) => atom(() => Number(node.text)),
  identifier: (node) => atom((scope) => scope(node.text)),
  string: (node) =>
    atom((scope) =>
      namedChildren(node)
        .map((part) => textOf(part, scope))
        .join(''),
    ),
  array: (node) => atom((scope) => listed(node, scope)),
  object: (node) => atom((scope) => objectOf(node, scope)),
  for_statement: (node) => atom((scope) => repeat(node, scope).map(({ body, scope: inner }) => evaluate(body, inner))),
  parenthesized_expression: (node) => atom(operand(node, 0).evaluate),
  resource_expression: (node) => {
    const [outer, inner] = namedChildren(node);
    if (!outer || !inner) throw new Error(`Half a resource: ${node.text}`);
    return atom((scope) => memberOf(memberOf(evaluate(outer, scope), 'nested', false), inner.text, false));
  },
  member_expression: (node) => {
    const key = needChild(node, 'property_identifier').text;
    const safe = node.children.some((child) => child.type === '.?');
    return operand(node, 0).postfix((target) => memberOf(target, key, safe));
  },
  subscript_expression: (node) => {
    const index = operand(node, 1);
    return operand(node, 0).postfix((value, scope) => memberOf(value, index.evaluate(scope), false));
  },
  unary_expression: (node) => operator(operand(node, 0), (last) => (scope) => last(scope) !== true),
  binary_expression: (node) => {
    const left = operand(node, 0);
    const apply = binary[operatorOf(node)];
    if (!apply) throw new Error(`Unknown operator in: ${node.text}`);
    return operator(operand(node, 1), (last) => (scope) => apply(left.evaluate(scope), () => last(scope)));
  },
  ternary_expression: (node) => {
    const condition = operand(node, 0);
    const yes = operand(node, 1);
    return operator(
      operand(node, 2),
      (last) => (scope) => (condition.evaluate(scope) === true ? yes.evaluate(scope) : last(scope)),
    );
  },
  lambda_expression: (node) => {
    const [parameter] = namedChildren(node);
    return operator(
      operand(node, 1),
      (last) => (scope) => (argument: unknown) => last((name) => (name === parameter?.text ? argument : scope(name))),
    );
  },
  call_expression: (node) =>
    atom((scope) => {
      const name = needChild(node, 'identifier').text;
      const known = bicepFunctions[name] ?? callable(scope(name));
      return known(...listed(needChild(node, 'arguments'), scope));
    }),
};

const textOf = (part: Node, scope: Scope): string => {
  if (part.type === 'interpolation') return String(operand(part, 0).evaluate(scope));
  return part.type === 'escape_sequence' ? part.text.slice(1) : part.text;
};

const objectOf = (node: Node, scope: Scope): Record<string, unknown> =>
  Object.fromEntries(
    namedChildren(node).flatMap((property) => {
      const [key, value] = namedChildren(property);
      // Nested resources are declarations, not values.
      if (!key || !value) return [];
      return [[key.type === 'string' ? String(evaluate(key, scope)) : key.text, evaluate(value, scope)]];
    }),
  );

/** The values of names in one turn of a loop. */
export type Turn = { readonly body: Node; readonly scope: Scope };

export const repeat = (node: Node, scope: Scope): Turn[] => {
  const [variables, items, body] = namedChildren(node);
  if (!variables || !items || !body) throw new Error(`Half a loop: ${node.text}`);
  const [item, index] = variables.type === 'identifier' ? [variables] : namedChildren(variables);
  return (evaluate(items, scope) as unknown[]).map((value, position) => ({
    body,
    scope: (name) => (name === item?.text ? value : name === index?.text ? position : scope(name)),
  }));
};
