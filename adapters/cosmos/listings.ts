import type { Container, SqlParameter, SqlQuerySpec } from '@azure/cosmos';
import { z } from 'zod';
import type { Listings } from '../../application/ports.ts';
import { customers } from '../../projections/customers.ts';
import { generationOf, type Entry, type Listing } from '../../projections/projection.ts';
import { cosmosCall } from './failure.ts';
import { partitionOf } from './readModels.ts';

const customerItem = z.object({ key: z.string(), row: customers.row });

/** Pages are found by key, never by a continuation token: they stay where they are while rows are written. */
export const cosmosListings = (containerOf: (projection: string) => Container): Listings => ({
  async entries<Line extends Entry>(
    projection: Listing<Line>,
    key: string,
    { before, from, to, limit }: Parameters<Listings['entries']>[2],
  ) {
    const { entry } = projection;
    if (!entry) throw new Error(`${projection.name} has no entries`);
    const query = select('IS_DEFINED(c.version)', 'ORDER BY c.version DESC', limit, [
      ['c.version < @before', '@before', before],
      ['c.occurredAt >= @from', '@from', from],
      ['c.occurredAt < @to', '@to', to],
    ]);
    const { resources } = await cosmosCall(() =>
      containerOf(projection.name)
        .items.query<unknown>(query, { partitionKey: partitionOf(projection, key), maxItemCount: limit })
        .fetchAll(),
    );
    return resources.map((item) => z.object({ entry }).parse(item).entry);
  },

  async customers({ email, after, limit }) {
    const createdAt = 'c.row.customer.createdAt';
    const query = select(`c.generation = @generation AND IS_STRING(${createdAt})`, newestFirst(createdAt), limit, [
      [undefined, '@generation', generationOf(customers)],
      ['c.row.customer.normalizedEmail = @email', '@email', email],
      [`(${createdAt} < @createdAt OR (${createdAt} = @createdAt AND c.key < @key))`, '@createdAt', after?.createdAt],
      [undefined, '@key', after?.key],
    ]);
    const { resources } = await cosmosCall(() =>
      containerOf(customers.name).items.query<unknown>(query, { maxItemCount: limit }).fetchAll(),
    );
    return resources.map((item) => customerItem.parse(item));
  },
});

const newestFirst = (createdAt: string) => `ORDER BY ${createdAt} DESC, c.key DESC`;

/** Leaves out conditions whose value is undefined. */
const select = (
  always: string,
  order: string,
  limit: number,
  conditions: readonly [condition: string | undefined, name: string, value: string | number | undefined][],
): SqlQuerySpec => {
  const given = conditions.filter(([, , value]) => value !== undefined);
  const where = [always, ...given.flatMap(([condition]) => condition ?? [])].join(' AND ');
  const parameters: SqlParameter[] = [
    { name: '@limit', value: limit },
    ...given.map(([, name, value]) => ({ name, value: value ?? null })),
  ];
  return { query: `SELECT TOP @limit * FROM c WHERE ${where} ${order}`, parameters };
};
