import type { Container, SqlQuerySpec } from '@azure/cosmos';
import { cosmosCall } from './failure.ts';

/** One page of a query, from the start or from where a page before ended. */
export const queryPage = async (
  container: Container,
  query: SqlQuerySpec | string,
  continuation: string | undefined,
  pageSize: number,
): Promise<{ readonly resources: readonly unknown[]; readonly continuation: string | undefined }> => {
  const options = {
    maxItemCount: pageSize,
    ...(continuation !== undefined && { continuationToken: continuation }),
  };
  const { resources, continuationToken } = await cosmosCall(() =>
    container.items.query<unknown>(query, options).fetchNext(),
  );
  return { resources, continuation: continuationToken };
};
