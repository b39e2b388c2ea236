import type { DocumentPath } from '../documentPath.ts';
import type { Expression, Source } from './ast.ts';

/** The path of a document that an expression such as `c.a["b"]` names; undefined for any other expression. */
export const documentPathOf = (expression: Expression, from: Source | undefined): DocumentPath | undefined => {
  if (from === undefined) return undefined;
  if (expression.kind === 'identifier') return expression.name === from.alias ? namesOf(from.path) : undefined;
  if (expression.kind !== 'member') return undefined;
  const owner = documentPathOf(expression.object, from);
  const names = namesOf([expression.property]);
  return owner && names && [...owner, ...names];
};

const namesOf = (properties: readonly Expression[]): string[] | undefined => {
  const names: string[] = [];
  for (const property of properties) {
    if (property.kind !== 'constant' || typeof property.value !== 'string') return undefined;
    names.push(property.value);
  }
  return names;
};
