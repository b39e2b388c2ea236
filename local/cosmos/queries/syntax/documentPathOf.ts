import type { DocumentPath } from '../../definitions/documentPath.ts';
import type { Expression, Source } from './ast.ts';

/** The path that an expression such as `c.a["b"]` names in the document; undefined for any other expression. */
export const documentPathOf = (expression: Expression, from: readonly Source[]): DocumentPath | undefined => {
  if (expression.kind === 'identifier') {
    const [first] = from;
    if (first?.collection.kind !== 'path' || first.isOfElements) return undefined;
    return expression.name === first.alias ? namesOf(first.collection.path) : undefined;
  }
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
