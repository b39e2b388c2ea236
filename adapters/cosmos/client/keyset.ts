import type { SqlParameter, SqlQuerySpec } from '@azure/cosmos';

type Scalar = string | number;
type Orders<Path extends string> = readonly (readonly [path: Path, direction: 'ascending' | 'descending'])[];

export type KeysetPage = {
  /** No two items may agree in all of it, where pages follow each other. */
  readonly orderBy: Orders<string>;
  readonly limit: number;
  /** The values, in that order, of the item after which the page begins; undefined for the first page. */
  readonly after?: readonly Scalar[] | undefined;
};

/** The query of a page of the items that meet all conditions. */
export const keysetQuery = (
  { orderBy, limit, after }: KeysetPage,
  conditions: readonly string[] = [],
  parameters: readonly SqlParameter[] = [],
): SqlQuerySpec => {
  const reached = (after ?? []).map((value, index) => ({ name: `@after${index}`, value }));
  const names = reached.map(({ name }) => name);
  const all = [...conditions, ...(after ? [behind(orderBy, names)] : [])];
  const order = orderBy.map(([path, direction]) => `c.${path} ${direction === 'ascending' ? 'ASC' : 'DESC'}`);
  return {
    query: [
      'SELECT TOP @limit * FROM c',
      ...(all.length > 0 ? [`WHERE ${all.join(' AND ')}`] : []),
      ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
    ].join(' '),
    parameters: [{ name: '@limit', value: limit }, ...parameters, ...reached],
  };
};

/** The values of an item by which a list is ordered. */
export const placeIn = <Path extends string>(orderBy: Orders<Path>, item: Readonly<Record<Path, Scalar>>) =>
  orderBy.map(([path]) => item[path]);

/**
 * The condition for items after the last item seen, whose values are parameters. (a, b) comes after (x, y): a > x OR (a = x AND b >
 * y).
 */
const behind = (orderBy: Orders<string>, [value = '', ...others]: readonly string[]): string => {
  const [[path, direction] = ['key', 'ascending'], ...rest] = orderBy;
  const further = `c.${path} ${direction === 'ascending' ? '>' : '<'} ${value}`;
  return rest.length === 0 ? further : `(${further} OR (c.${path} = ${value} AND ${behind(rest, others)}))`;
};
