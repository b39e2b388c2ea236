import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Node } from 'web-tree-sitter';
import { evaluate, type Scope } from './bicepExpression.ts';
import { eachTurn, runResource, type Context, type Deployed, type Resource } from './bicepResource.ts';
import { childOf, declarationsOf, namedChildren, needChild, parseBicep, valueNode } from './bicepSyntax.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * What a deployment of the template would ask Azure for, each thing after those that it names. Answers of Azure (end
 * points, ids of identities) are made up. Throws what `fail` says, and on anything that it does not understand.
 */
export const deploy = (file: string, parameters: Values): Deployed[] => {
  const deployed: Deployed[] = [];
  runTemplate({ file, group: '', deployed }, parameters);
  return deployed;
};

/** The values of a `.bicepparam` file. */
export const readParameters = (file: string): Values => {
  const nothing: Scope = (name) => {
    throw new Error(`${name} is not known in a file of parameters`);
  };
  return Object.fromEntries(
    declarationsOf(parseBicep(file)).map(({ name, node }) => [name, evaluate(valueNode(node), nothing)]),
  );
};

const once = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** Returns the outputs. */
const runTemplate = (context: Context, parameters: Values): Values => {
  const { file } = context;
  const read = (name: string) => readFileSync(path.join(path.dirname(file), name), 'utf8');
  const symbols = new Map<string, () => unknown>([
    ['loadJsonContent', () => (name: string) => JSON.parse(read(name)) as unknown],
    ['loadTextContent', () => read],
  ]);
  const scope: Scope = (name) => {
    const symbol = symbols.get(name);
    if (!symbol) throw new Error(`${file}: ${name} is not known`);
    return symbol();
  };
  const run = {
    param: (node: Node, name: string) => parameterOf(file, node, name, parameters, scope),
    var: (node: Node) => evaluate(valueNode(node), scope),
    output: (node: Node) => evaluate(valueNode(node), scope),
    resource: (node: Node) => runResource(context, node, scope),
    module: (node: Node) => runModule(context, node, scope),
  };
  const declarations = declarationsOf(parseBicep(file));
  for (const name of Object.keys(parameters)) {
    const known = declarations.some((declaration) => declaration.kind === 'param' && declaration.name === name);
    if (!known) throw new Error(`${file} has no parameter ${name}`);
  }
  for (const { kind, name, node } of declarations) {
    const value = once(() => run[kind](node, name));
    symbols.set(kind === 'output' ? `output ${name}` : name, value);
  }
  for (const symbol of symbols.values()) symbol();
  const outputs = declarations.filter(({ kind }) => kind === 'output');
  return Object.fromEntries(outputs.map(({ name }) => [name, scope(`output ${name}`)]));
};

const parameterOf = (file: string, node: Node, name: string, parameters: Values, scope: Scope): unknown => {
  const type = needChild(node, 'type');
  const byDefault = valueNode(node);
  const value = name in parameters || byDefault.equals(type) ? parameters[name] : evaluate(byDefault, scope);
  if (value === undefined) throw new Error(`${file} needs parameter ${name}`);
  const union = childOf(type, 'union_type');
  if (union && !namedChildren(union).some((allowed) => evaluate(allowed, scope) === value)) {
    throw new Error(`${file}: ${name} cannot be ${JSON.stringify(value)}`);
  }
  return value;
};

const runModule = ({ file: from, group, deployed }: Context, node: Node, scope: Scope): unknown => {
  const file = path.join(path.dirname(from), String(evaluate(needChild(node, 'string'), scope)));
  return eachTurn(node, scope, (turn) => {
    const body = evaluate(turn.body, turn.scope) as { scope?: Resource; params: Values };
    return { outputs: runTemplate({ file, group: body.scope?.id ?? group, deployed }, body.params) };
  });
};
