import { badRequest } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { parseJson } from '../json.ts';
import { type DocumentPath, valueAt } from './documentPath.ts';

/** One component of a key. Documents without the property have undefined there. */
export type KeyComponent = string | number | boolean | null | undefined;
export type PartitionKey = readonly KeyComponent[];

const isScalar = (value: Json | undefined): value is KeyComponent =>
  value === null || value === undefined || typeof value !== 'object';

const isEmptyObject = (value: Json): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** Reads `x-ms-documentdb-partitionkey`: a JSON array, in which `{}` stands for undefined. */
export const parsePartitionKey = (text: string): PartitionKey => {
  const values = parseJson(text);
  if (!Array.isArray(values)) throw badRequest('The partition key supplied is not a JSON array.');
  return values.map((value) => {
    if (isEmptyObject(value)) return undefined;
    if (!isScalar(value)) throw badRequest('The partition key supplied has a component that is not a scalar.');
    return value;
  });
};

/** The key that a document carries itself. */
export const partitionKeyOf = (document: JsonObject, paths: readonly DocumentPath[]): PartitionKey =>
  paths.map((path) => {
    const value = valueAt(document, path);
    if (!isScalar(value)) throw badRequest('The partition key of the document is not a scalar.');
    return value;
  });

/** The text of a key, under which its items are stored. Equal keys have equal texts. */
export const partitionKeyText = (key: PartitionKey): string =>
  JSON.stringify(key.map((component) => (component === undefined ? {} : component)));

/** The beginning that the texts of all keys with this hierarchical prefix share. */
export const partitionKeyPrefix = (prefix: PartitionKey): string => partitionKeyText(prefix).slice(0, -1) + ',';
