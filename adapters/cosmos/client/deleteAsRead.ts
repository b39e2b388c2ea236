import type { Container } from '@azure/cosmos';
import { codeOf, cosmosCall } from './failure.ts';

/** Deletes the item as it was read; without effect where it has changed since, or is gone. */
export const deleteAsRead = async (
  container: Container,
  id: string,
  partitionKey: string,
  etag: string,
): Promise<void> => {
  const condition = { accessCondition: { type: 'IfMatch', condition: etag } };
  await cosmosCall(() => container.item(id, partitionKey).delete(condition)).catch((error: unknown) => {
    if (![404, 412].includes(codeOf(error) as number)) throw error;
  });
};
