import { badRequest } from '../errors.ts';
import { isObject, type Json } from '../json.ts';

/** The names that lead to a property of a document: `/a/"b c"` is `['a', 'b c']`. */
export type DocumentPath = readonly string[];

const segment = /\/(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^/"']+))/gy;

/** Reads a path in the notation of policies and partition keys; throws 400 for anything else. */
export const parseDocumentPath = (text: unknown): DocumentPath => {
  if (typeof text !== 'string' || text === '') throw badRequest('A path is missing.');
  const path: string[] = [];
  let end = 0;
  for (const match of text.matchAll(segment)) {
    path.push(match[1] ?? match[2] ?? match[3] ?? '');
    end = match.index + match[0].length;
  }
  if (path.length === 0 || end !== text.length) throw badRequest(`The path '${text}' is not valid.`);
  return path;
};

/** The value at the path, or undefined if the document has none there. */
export const valueAt = (document: Json, path: DocumentPath): Json | undefined => {
  let value: Json | undefined = document;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
};
