import type { Container, RequestOptions } from '@azure/cosmos';
import { cosmosCall, isOwnerMissing, unexpectedStatus } from './failure.ts';

export type ReadItem = { readonly item: unknown; readonly etag: string };

/** Reads one item by its id; undefined where there is none. */
export const readItem = async (
  container: Container,
  id: string,
  partitionKey: string,
): Promise<ReadItem | undefined> => {
  const read = await pointRead(container, id, partitionKey, {});
  if (read === 'unchanged') throw new Error('Cosmos DB says that an item is unchanged, which nobody asked');
  return read;
};

/** Reads one item by its id unless it still has the known etag: 'unchanged' then; undefined where there is none. */
export const readItemIfChanged = (
  container: Container,
  id: string,
  partitionKey: string,
  knownEtag: string,
): Promise<ReadItem | 'unchanged' | undefined> =>
  pointRead(container, id, partitionKey, { accessCondition: { type: 'IfNoneMatch', condition: knownEtag } });

const pointRead = (container: Container, id: string, partitionKey: string, options: RequestOptions) =>
  cosmosCall(async () => {
    const response = await container.item(id, partitionKey).read<Record<string, unknown>>(options);
    const { statusCode, resource, etag } = response;
    if (statusCode === 304) return 'unchanged' as const;
    if (isOwnerMissing(response)) throw unexpectedStatus(503, 'to a read');
    return resource && { item: resource, etag };
  });
