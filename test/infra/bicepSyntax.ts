import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Language, Parser, type Node } from 'web-tree-sitter';

await Parser.init();
const parser = new Parser();
parser.setLanguage(
  await Language.load(createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')),
);

/** In a file of parameters, whose assignments the grammar does not know, they become variables. */
export const parseBicep = (file: string): Node => {
  const text = readFileSync(file, 'utf8');
  const tree = parser.parse(file.endsWith('.bicepparam') ? text.replaceAll(/^param (?=\w+ =)/gm, 'var ') : text);
  if (!tree) throw new Error(`${file} cannot be parsed`);
  return tree.rootNode;
};

export const namedChildren = (node: Node): Node[] => node.namedChildren.filter((child) => child.type !== 'comment');

export const childOf = (node: Node, type: string): Node | undefined =>
  namedChildren(node).find((child) => child.type === type);

/** Throws unless there is one. */
export const needChild = (node: Node, type: string): Node => {
  const child = childOf(node, type);
  if (!child) throw new Error(`No ${type} in: ${node.text}`);
  return child;
};

/** The value of a declaration: the last node in it. */
export const valueNode = (declaration: Node): Node => {
  const value = namedChildren(declaration).at(-1);
  if (!value) throw new Error(`No value: ${declaration.text}`);
  return value;
};

/** Where the parser stumbled, as `line: text`. */
export const syntaxErrors = (root: Node): string[] => {
  if (!root.hasError) return [];
  const errors: string[] = [];
  const visit = (node: Node) => {
    if (node.isError || node.isMissing) errors.push(`${node.startPosition.row + 1}: ${node.text}`);
    for (const child of node.children) visit(child);
  };
  visit(root);
  return errors;
};

export type Declaration = {
  readonly kind: 'param' | 'var' | 'resource' | 'module' | 'output';
  readonly name: string;
  readonly node: Node;
  /** The names of its decorators, and the text of its description. */
  readonly decorators: readonly string[];
  readonly description: string | undefined;
};

const kinds: Readonly<Record<string, Declaration['kind']>> = {
  parameter_declaration: 'param',
  variable_declaration: 'var',
  resource_declaration: 'resource',
  module_declaration: 'module',
  output_declaration: 'output',
};

export const declarationsOf = (root: Node): Declaration[] => {
  const nodes = namedChildren(root);
  return nodes.flatMap((node, index) => {
    const kind = kinds[node.type];
    if (!kind) return [];
    const before = nodes[index - 1];
    const calls =
      before?.type === 'decorators'
        ? namedChildren(before).map((decorator) => needChild(decorator, 'call_expression'))
        : [];
    const describing = calls.find((call) => needChild(call, 'identifier').text === 'description');
    return [
      {
        kind,
        name: needChild(node, 'identifier').text,
        node,
        decorators: calls.map((call) => needChild(call, 'identifier').text),
        description: describing && needChild(describing, 'arguments').text.slice(2, -2),
      },
    ];
  });
};

/** The properties of an object type that the file declares. */
export const propertiesOfType = (root: Node, type: string): string[] => {
  const declaration = namedChildren(root).find(
    (node) => node.type === 'type_declaration' && needChild(node, 'identifier').text === type,
  );
  if (!declaration) throw new Error(`No type ${type}`);
  const properties = namedChildren(needChild(declaration, 'object'));
  return properties.filter(({ type }) => type === 'object_property').map((node) => needChild(node, 'identifier').text);
};
