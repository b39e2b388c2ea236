import type { Container } from '../definitions/container.ts';
import { parsePartitionKey, type PartitionKey, partitionKeyText } from '../definitions/partitionKey.ts';
import { badRequest } from '../errors.ts';
import { type Partition, partitionAt, partitionWithId } from '../partitions/layout.ts';
import { positionOf } from '../partitions/positions.ts';
import { intersect, type Scope } from '../partitions/scope.ts';
import { type CosmosRequest, header } from './http.ts';

/** The partition key that a request names in its header. */
export const partitionKeyIn = (request: CosmosRequest): PartitionKey | undefined => {
  const text = header(request, 'x-ms-documentdb-partitionkey');
  return text === undefined ? undefined : parsePartitionKey(text);
};

/** The id of the physical partition that a request names. */
export const partitionIdIn = (request: CosmosRequest): string | undefined =>
  header(request, 'x-ms-documentdb-partitionkeyrangeid');

/** The physical partition that a request is about; undefined if it is about several. Throws 410 for one that is gone. */
export const partitionOf = (
  { layout, partitionKeyPaths }: Container,
  request: CosmosRequest,
): Partition | undefined => {
  const id = partitionIdIn(request);
  if (id !== undefined) return partitionWithId(layout, id);
  const [only, ...others] = layout.partitions;
  if (others.length === 0) return only;
  const key = partitionKeyIn(request);
  return key?.length === partitionKeyPaths.length ? partitionAt(layout, positionOf(partitionKeyText(key))) : undefined;
};

/** The items that a request to a feed is about. */
export const scopeOf = (container: Container, request: CosmosRequest): Scope => {
  const key = partitionKeyIn(request);
  if (key !== undefined && key.length > container.partitionKeyPaths.length) {
    throw badRequest('The partition key supplied has more components than the container defines.');
  }
  const id = partitionIdIn(request);
  const partition = id === undefined ? undefined : partitionWithId(container.layout, id);
  const from = header(request, 'x-ms-start-epk');
  const to = header(request, 'x-ms-end-epk');
  const range = from === undefined || to === undefined ? undefined : { from, to };
  return { partitionKey: key, range: intersect(range, partition && { from: partition.min, to: partition.max }) };
};
