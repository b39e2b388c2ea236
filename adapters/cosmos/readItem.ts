import type { Container, RequestOptions } from '@azure/cosmos';
import { cosmosCall, unexpectedStatus } from './failure.ts';

export type ReadItem = { readonly item: unknown; readonly etag: string } | 'unchanged' | undefined;

/** A point read: 'unchanged' where the condition says so, undefined where there is no such item. */
export const readItem = (
  container: Container,
  id: string,
  partitionKey: string,
  options: RequestOptions = {},
): Promise<ReadItem> =>
  cosmosCall(async () => {
    const { statusCode, substatus, resource, etag } = await container
      .item(id, partitionKey)
      .read<Record<string, unknown>>(options);
    if (statusCode === 304) return 'unchanged';
    // A sub-status says that it is not the item that is missing but its container, or the session.
    if (statusCode === 404 && substatus !== undefined && substatus !== 0) throw unexpectedStatus(503, 'to a read');
    return resource && { item: resource, etag };
  });
