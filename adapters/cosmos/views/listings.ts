import {
  ConsistencyLevel,
  type Container,
  type FeedOptions,
  type SqlParameter,
  type SqlQuerySpec,
} from '@azure/cosmos';
import { z } from 'zod';
import type { Listings, Page, PageKey, PageQuery } from '../../../application/queries/ports.ts';
import { generationOf, type Generation } from '../../../projections/projection.ts';
import type { Condition, Order, Path, Scalar } from '../../../projections/route.ts';
import { cosmosCall } from '../client/failure.ts';
import { behind } from './keyset.ts';
import { partitionOf } from './readModels.ts';

/** Pages are found by key, never by a continuation token: they stay where they are while rows are written. */
export const cosmosListings = (containerOf: (projection: string) => Container): Listings => {
  const page = async <Item>(
    projection: Generation,
    query: PageQuery,
    item: z.ZodType<Item>,
    options: FeedOptions,
    ...conditions: readonly string[]
  ): Promise<Page<Item>> => {
    const wanted = query.limit + 1;
    const spec = select(projection, query, wanted, conditions);
    const { resources } = await cosmosCall(() =>
      containerOf(projection.name)
        .items.query<unknown>(spec, { ...options, maxItemCount: wanted })
        .fetchAll(),
    );
    const found = resources.slice(0, query.limit);
    return {
      items: found.map((each) => item.parse(each)),
      next: resources.length > query.limit ? keyOf(found.at(-1), query.orderBy) : undefined,
    };
  };

  return {
    rows: (projection, query) =>
      page(projection, query, z.object({ key: z.string(), row: projection.row }), {}, 'c.generation = @generation'),

    async entries(projection, key, query) {
      if (!projection.entry) throw new Error(`${projection.name} has no entries`);
      const schema = z.object({ entry: projection.entry }).transform(({ entry }) => entry);
      // The row has been read: its session token has replicas show at least that, at half the price of a quorum.
      const options = { partitionKey: partitionOf(projection, key), consistencyLevel: ConsistencyLevel.Session };
      return page(projection, query, schema, options);
    },

    async sums(projection, { where, by, sum }) {
      const { parameters, conditionOf } = parametersFor(projection);
      const columns = [
        ...by.map((path, index) => `c.${path} AS by${index}`),
        ...sum.map((path, index) => `SUM(c.${path}) AS sum${index}`),
      ];
      const all = ['c.generation = @generation', ...where.flatMap(conditionOf)];
      const groups = by.map((path) => `c.${path}`).join(', ');
      const query = `SELECT ${columns.join(', ')} FROM c WHERE ${all.join(' AND ')} GROUP BY ${groups}`;
      const { resources } = await cosmosCall(() =>
        containerOf(projection.name).items.query<unknown>({ query, parameters }).fetchAll(),
      );
      return resources.map((resource) => {
        const group = fields.parse(resource);
        return {
          by: by.map((_, index) => scalar.parse(group[`by${index}`])),
          sums: sum.map((_, index) => z.int().parse(group[`sum${index}`])),
        };
      });
    },
  };
};

/** Values go into a query as parameters. */
const parametersFor = (projection: Generation) => {
  const parameters: SqlParameter[] = [{ name: '@generation', value: generationOf(projection) }];
  const parameter = (value: Scalar): string => {
    const name = `@value${parameters.length}`;
    parameters.push({ name, value });
    return name;
  };
  const conditionOf = ([path, is, value]: Condition): string[] =>
    value === undefined ? [] : [`c.${path} ${is} ${parameter(value)}`];
  return { parameters, parameter, conditionOf };
};

const select = (
  projection: Generation,
  { where = [], orderBy, after }: PageQuery,
  limit: number,
  conditions: readonly string[],
): SqlQuerySpec => {
  const { parameters, parameter, conditionOf } = parametersFor(projection);
  const [first] = orderBy;
  const all = [
    ...conditions,
    ...(first ? [`IS_DEFINED(c.${first[0]})`] : []),
    ...where.flatMap(conditionOf),
    ...(after ? [behind(orderBy, after.map(parameter))] : []),
  ];
  const order = orderBy.map(([path, direction]) => `c.${path} ${direction === 'ascending' ? 'ASC' : 'DESC'}`);
  return {
    query: `SELECT TOP ${parameter(limit)} * FROM c WHERE ${all.join(' AND ')} ORDER BY ${order.join(', ')}`,
    parameters,
  };
};

const scalar = z.union([z.string(), z.number()]);
const fields = z.record(z.string(), z.unknown());

const keyOf = (item: unknown, orderBy: readonly Order[]): PageKey => orderBy.map(([path]) => valueAt(item, path));

const valueAt = (item: unknown, path: Path): Scalar =>
  scalar.parse(path.split('.').reduce((value, name) => fields.parse(value)[name], item));
