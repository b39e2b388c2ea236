import type { Container, RequestOptions } from '@azure/cosmos';
import { cosmosCall, isOwnerMissing, unexpectedStatus } from './failure.ts';

export type ReadItem = { readonly item: unknown; readonly etag: string } | 'unchanged' | undefined;

/** A point read: 'unchanged' where the condition says so, undefined where there is no such item. */
export const readItem = (
  container: Container,
  id: string,
  partitionKey: string,
  options: RequestOptions = {},
): Promise<ReadItem> =>
  cosmosCall(async () => {
    const response = await container.item(id, partitionKey).read<Record<string, unknown>>(options);
    const { statusCode, resource, etag } = response;
    if (statusCode === 304) return 'unchanged';
    if (isOwnerMissing(response)) throw unexpectedStatus(503, 'to a read');
    return resource && { item: resource, etag };
  });
