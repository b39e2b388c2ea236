/**
 * The condition for items after the last item seen, whose values are parameters. (a, b) comes after (x, y): a > x OR (a = x AND b >
 * y).
 */
export const behind = (
  orderBy: readonly (readonly [path: string, direction: 'ascending' | 'descending'])[],
  [value = '', ...others]: readonly string[],
): string => {
  const [[path, direction] = ['key', 'ascending'], ...rest] = orderBy;
  const further = `c.${path} ${direction === 'ascending' ? '>' : '<'} ${value}`;
  return rest.length === 0 ? further : `(${further} OR (c.${path} = ${value} AND ${behind(rest, others)}))`;
};
