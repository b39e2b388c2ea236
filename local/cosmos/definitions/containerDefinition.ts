import { badRequest } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type DocumentPath, parseDocumentPath } from './documentPath.ts';
import type { IndexingPolicy } from './itemIndexes.ts';

/** The properties of a container that a client decides; the service sets the others. */
export type ContainerDefinition = {
  readonly id: string;
  readonly partitionKey: { readonly paths: string[]; readonly kind: 'Hash' | 'MultiHash'; readonly version: number };
  readonly indexingPolicy: IndexingPolicy & JsonObject;
  readonly uniqueKeyPolicy: { readonly uniqueKeys: { readonly paths: string[] }[] };
  /** In seconds. -1 keeps items that have no `ttl` of their own, and undefined switches expiry off. */
  readonly defaultTtl?: number;
};

const defaultIndexingPolicy = {
  indexingMode: 'consistent',
  automatic: true,
  includedPaths: [{ path: '/*' }],
  excludedPaths: [{ path: '/"_etag"/?' }],
};

/** Throws 400 unless the value can be the id of a resource. */
export const checkId = (id: unknown): string => {
  if (typeof id !== 'string' || id.trim() === '') {
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing.");
  }
  if (Buffer.byteLength(id) > 1023) throw badRequest('The id is longer than 1,023 bytes.');
  if (/[/\\#]/.test(id) || !id.isWellFormed()) throw badRequest('The id contains characters that are not allowed.');
  return id;
};

/** Throws 400 unless the value is a time to live: -1 or a positive number of seconds. */
export const checkTimeToLive = (ttl: Json | undefined): number | undefined => {
  if (ttl === undefined || ttl === null) return undefined;
  if (typeof ttl === 'number' && Number.isInteger(ttl) && (ttl === -1 || (ttl > 0 && ttl <= 2_147_483_647))) return ttl;
  throw badRequest(
    `The input ttl '${JSON.stringify(ttl)}' is invalid. Ensure to provide a nonzero positive integer or -1.`,
  );
};

/**
 * Reads the definition of a container and fills in the defaults of Azure; throws 400 for one that Azure would refuse.
 */
export const parseContainerDefinition = (body: JsonObject): ContainerDefinition => {
  const defaultTtl = checkTimeToLive(body.defaultTtl);
  return {
    id: checkId(body.id),
    partitionKey: parsePartitionKeyDefinition(body.partitionKey),
    indexingPolicy: parseIndexingPolicy(body.indexingPolicy),
    uniqueKeyPolicy: parseUniqueKeyPolicy(body.uniqueKeyPolicy),
    ...(defaultTtl === undefined ? {} : { defaultTtl }),
  };
};

/** The paths of each unique key. */
export const uniqueKeyPaths = ({ uniqueKeyPolicy }: ContainerDefinition): DocumentPath[][] =>
  uniqueKeyPolicy.uniqueKeys.map(({ paths }) => paths.map(parseDocumentPath));

const objects = (value: Json | undefined, what: string): JsonObject[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isObject)) throw badRequest(`'${what}' is not an array of objects.`);
  return value;
};

const pathTexts = (value: Json | undefined, what: string): string[] => {
  if (!Array.isArray(value) || value.length === 0) throw badRequest(`'${what}' has no paths.`);
  return value.map((path) => {
    parseDocumentPath(path);
    return path as string;
  });
};

const parsePartitionKeyDefinition = (value: Json | undefined): ContainerDefinition['partitionKey'] => {
  if (!isObject(value)) throw badRequest("The container has no 'partitionKey'.");
  const paths = pathTexts(value.paths, 'partitionKey');
  const kind = value.kind === 'MultiHash' || paths.length > 1 ? 'MultiHash' : 'Hash';
  if (paths.length > 3) throw badRequest('A partition key has at most three paths.');
  return { paths, kind, version: 2 };
};

const parseIndexingPolicy = (value: Json | undefined): ContainerDefinition['indexingPolicy'] => {
  if (value === undefined || value === null) return defaultIndexingPolicy;
  if (!isObject(value)) throw badRequest("'indexingPolicy' is not an object.");
  for (const name of ['includedPaths', 'excludedPaths']) {
    for (const { path } of objects(value[name], name)) parseDocumentPath(path);
  }
  const composites = value.compositeIndexes ?? [];
  if (!Array.isArray(composites)) throw badRequest("'compositeIndexes' is not an array.");
  for (const composite of composites) {
    const paths = objects(composite, 'compositeIndexes');
    if (paths.length < 2) throw badRequest('A composite index has at least two paths.');
    for (const { path } of paths) parseDocumentPath(path);
  }
  return { indexingMode: 'consistent', automatic: true, ...value };
};

const parseUniqueKeyPolicy = (value: Json | undefined): ContainerDefinition['uniqueKeyPolicy'] => {
  if (value === undefined || value === null) return { uniqueKeys: [] };
  if (!isObject(value)) throw badRequest("'uniqueKeyPolicy' is not an object.");
  const keys = objects(value.uniqueKeys, 'uniqueKeys').map(({ paths }) => ({
    paths: pathTexts(paths, 'uniqueKeys'),
  }));
  if (keys.length > 10) throw badRequest('A container has at most ten unique keys.');
  return { uniqueKeys: keys };
};
