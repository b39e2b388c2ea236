import type { Container, RequestOptions } from '@azure/cosmos';
import { cosmosCall, isOwnerMissing, unexpectedStatus } from './failure.ts';

export type ReadItem = { readonly item: unknown; readonly etag: string };

/** Reads one item by its id; undefined where there is none. */
export const readItem = (
  container: Container,
  id: string,
  partitionKey: string,
  options: Pick<RequestOptions, 'consistencyLevel'> = {},
): Promise<ReadItem | undefined> =>
  cosmosCall(async () => {
    const response = await container.item(id, partitionKey).read<Record<string, unknown>>(options);
    const { resource, etag } = response;
    if (isOwnerMissing(response)) throw unexpectedStatus(503, 'to a read');
    return resource && { item: resource, etag };
  });
