import {
  ConsistencyLevel,
  type Container,
  type FeedOptions,
  type SqlParameter,
  type SqlQuerySpec,
} from '@azure/cosmos';
import { z } from 'zod';
import type { Searches, Page, PageKey, PageQuery } from '../../../application/queries/ports.ts';
import { generationName, type GenerationId } from '../../../eventSourcing/view.ts';
import type {
  AllOf,
  Alternatives,
  Condition,
  ElementPath,
  Order,
  Path,
  Scalar,
} from '../../../eventSourcing/viewRoute.ts';
import { keysetQuery } from '../client/keyset.ts';
import { queryAll } from '../client/queryAll.ts';
import { foundEntry, foundRow, partitionOf } from './rowItem.ts';

/** Finds pages by key, never by a continuation token: a page stays in place while rows are written. */
export const cosmosSearches = (containerOf: (view: string) => Container): Searches => {
  const page = async <Item>(
    generation: GenerationId,
    query: PageQuery,
    item: z.ZodType<Item>,
    options: FeedOptions,
    ...conditions: readonly string[]
  ): Promise<Page<Item>> => {
    const wanted = query.limit + 1;
    const spec = select(generation, query, wanted, conditions);
    const all = await queryAll(containerOf(generation.name), spec, { ...options, maxItemCount: wanted });
    const found = all.slice(0, query.limit);
    return {
      items: found.map((each) => item.parse(each)),
      next: all.length > query.limit ? keyOf(found.at(-1), query.orderBy) : undefined,
    };
  };

  return {
    rows: (generation, query) => page(generation, query, foundRow(generation.row), {}, 'c.generation = @generation'),

    async entries(generation, key, query) {
      if (!generation.entry) throw new Error(`${generation.name} has no entries`);
      // The caller has read the row: by its session token a replica shows at least that, at half the price of a quorum.
      const options = { partitionKey: partitionOf(generation, key), consistencyLevel: ConsistencyLevel.Session };
      return page(generation, query, foundEntry(generation.entry), options);
    },

    async allEntries(generation, query) {
      if (!generation.entry) throw new Error(`${generation.name} has no entries`);
      return page(generation, query, foundEntry(generation.entry), {}, 'c.generation = @generation');
    },

    async sums(generation, { where, each, by, sum }) {
      const { parameters, conditionOf } = parametersFor(generation);
      const columns = [
        ...by.map((path, index) => `${placeOf(path)} AS by${index}`),
        ...sum.map((path, index) => `SUM(${placeOf(path)}) AS sum${index}`),
      ];
      const all = ['c.generation = @generation', ...where.flatMap(conditionOf)];
      const from = each === undefined ? 'c' : `c JOIN element IN c.${each}`;
      const groups = by.map(placeOf).join(', ');
      const query = `SELECT ${columns.join(', ')} FROM ${from} WHERE ${all.join(' AND ')} GROUP BY ${groups}`;
      const found = await queryAll(containerOf(generation.name), { query, parameters });
      return found.map((resource) => {
        const group = fields.parse(resource);
        return {
          by: by.map((_, index) => scalar.parse(group[`by${index}`])),
          sums: sum.map((_, index) => z.int().parse(group[`sum${index}`])),
        };
      });
    },
  };
};

const placeOf = (path: Path | ElementPath): string => (path.startsWith('element.') ? path : `c.${path}`);

/** Passes values to a query as parameters. */
const parametersFor = (generation: GenerationId) => {
  const parameters: SqlParameter[] = [{ name: '@generation', value: generationName(generation) }];
  const parameter = (value: Scalar): string => {
    const name = `@value${parameters.length}`;
    parameters.push({ name, value });
    return name;
  };
  const simple = ([path, is, value]: Condition): string[] =>
    value === undefined ? [] : [`c.${path} ${is} ${parameter(value)}`];
  const together = (conditions: readonly string[], by: 'AND' | 'OR'): string[] =>
    conditions.length > 0 ? [`(${conditions.join(` ${by} `)})`] : [];
  const conditionOf = (condition: Condition | AllOf | Alternatives): string[] => {
    if ('allOf' in condition) return together(condition.allOf.flatMap(simple), 'AND');
    if ('anyOf' in condition) return together(condition.anyOf.flatMap(conditionOf), 'OR');
    return simple(condition);
  };
  return { parameters, conditionOf };
};

const select = (
  generation: GenerationId,
  { where = [], orderBy, after }: PageQuery,
  limit: number,
  conditions: readonly string[],
): SqlQuerySpec => {
  const { parameters, conditionOf } = parametersFor(generation);
  const [first] = orderBy;
  const all = [...conditions, ...(first ? [`IS_DEFINED(c.${first[0]})`] : []), ...where.flatMap(conditionOf)];
  return keysetQuery({ orderBy, limit, after }, all, parameters);
};

const scalar = z.union([z.string(), z.number()]);
const fields = z.record(z.string(), z.unknown());

const keyOf = (item: unknown, orderBy: readonly Order[]): PageKey => orderBy.map(([path]) => valueAt(item, path));

const valueAt = (item: unknown, path: Path): Scalar =>
  scalar.parse(path.split('.').reduce((value, name) => fields.parse(value)[name], item));
