import type { Node } from 'web-tree-sitter';
import { evaluate, repeat, type Scope, type Turn } from './bicepExpression.ts';
import { runtimeProperties } from './bicepRuntime.ts';
import { childOf, namedChildren, needChild, valueNode } from './bicepSyntax.ts';

export type Deployed = {
  /** Without the version. */
  readonly type: string;
  readonly id: string;
  /** Its name after those of its parents: `account/database/container`. */
  readonly name: string;
  /** The id of what it is about: of a role, of diagnostics. */
  readonly scope: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
};

export type Context = {
  readonly file: string;
  /** The id of the resource group; empty in a subscription. */
  readonly group: string;
  readonly deployed: Deployed[];
};

/** The value of a resource's symbol: `name` is as declared, `fullName` begins with the names of its parents. */
export type Resource = {
  readonly id: string;
  readonly name: string;
  readonly fullName: string;
  readonly type: string;
  readonly nested: Readonly<Record<string, unknown>>;
};

/** Runs what is declared: once, not at all (its condition is false: null), or in a list for each turn of its loop. */
export const eachTurn = (node: Node, scope: Scope, run: (turn: Turn) => unknown): unknown => {
  const value = valueNode(node);
  if (value.type === 'for_statement') return repeat(value, scope).map(run);
  if (value.type !== 'if_statement') return run({ body: value, scope });
  const condition = evaluate(needChild(value, 'parenthesized_expression'), scope);
  return condition === true ? run({ body: needChild(value, 'object'), scope }) : null;
};

export const runResource = (context: Context, node: Node, scope: Scope, outer?: Resource): unknown =>
  eachTurn(node, scope, (turn) => runOne(context, node, turn, outer));

const runOne = (context: Context, node: Node, turn: Turn, outer?: Resource): Resource => {
  const { parent, scope, ...body } = evaluate(turn.body, turn.scope) as Record<string, unknown>;
  const holder = (parent as Resource | undefined) ?? outer;
  const subject = scope as Resource | undefined;
  const declared = String(evaluate(needChild(node, 'string'), turn.scope)).split('@')[0] ?? '';
  const type = outer ? `${outer.type}/${declared}` : declared;
  const name = String(body.name);
  const fullName = holder ? `${holder.fullName}/${name}` : name;
  const id = idOf(type, fullName, subject?.id ?? context.group);
  const existing = node.children.some((child) => child.type === 'existing');
  if (!existing) context.deployed.push({ type, id, name: fullName, scope: subject?.id, body });

  const nested: Record<string, unknown> = {};
  const resource = { ...runtimeProperties(type, name), id, name, fullName, type, nested };
  for (const property of namedChildren(turn.body)) {
    const inner = childOf(property, 'resource_declaration');
    if (!inner) continue;
    const symbol = needChild(inner, 'identifier').text;
    nested[symbol] = runResource(context, inner, turn.scope, resource);
  }
  return resource;
};

const idOf = (type: string, name: string, under: string): string => {
  if (type === 'Microsoft.Resources/resourceGroups') return `/resourceGroups/${name}`;
  const [provider, ...types] = type.split('/');
  const names = name.split('/');
  return `${under}/providers/${provider ?? ''}/${types.map((part, index) => `${part}/${names[index] ?? ''}`).join('/')}`;
};
