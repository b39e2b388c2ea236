import type { Container } from '@azure/cosmos';
import { codeOf, cosmosCall } from './failure.ts';

/** Creates the item, or replaces it as it was read; 'conflict' when it is there already, has changed, or is gone. */
export const createOrReplace = async (
  container: Container,
  item: { readonly id: string; readonly [field: string]: unknown },
  partitionKey: string,
  expectedEtag: string | undefined,
): Promise<{ readonly etag: string } | 'conflict'> => {
  try {
    const { etag } = await cosmosCall(() =>
      expectedEtag === undefined
        ? container.items.create(item)
        : container.item(item.id, partitionKey).replace(item, {
            accessCondition: { type: 'IfMatch', condition: expectedEtag },
          }),
    );
    return { etag };
  } catch (error) {
    const code = codeOf(error);
    if (expectedEtag === undefined ? code === 409 : code === 412 || code === 404) return 'conflict';
    throw error;
  }
};
