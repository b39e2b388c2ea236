import type { SortColumns } from '../../definitions/itemIndexes.ts';
import { typeRank, type Value } from '../values.ts';
import type { Condition } from './conditions.ts';

/** A piece of SQL, with the values of its parameters. */
export type Fragment = { readonly sql: string; readonly values: readonly (string | number)[] };

/** The SQL conditions for the columns of one path; `isEqual` if only one value meets them. */
export type Bounds = { readonly fragments: readonly Fragment[]; readonly isEqual: boolean };

/**
 * A value as SQLite sorts it, or undefined for values that SQLite would not find again: strings with characters that
 * it cannot store, and arrays and objects, which it sorts by their text.
 */
const stored = (value: Value): string | number | undefined => {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0') ? value : undefined;
};

/** The margin of a bound, because SQLite may read the last digit of a fraction differently. */
const room = (value: string | number): number =>
  typeof value === 'number' && !Number.isSafeInteger(value) ? Math.abs(value) * 1e-14 : 0;

const below = (value: string | number): string | number => (typeof value === 'number' ? value - room(value) : value);
const above = (value: string | number): string | number => (typeof value === 'number' ? value + room(value) : value);

/**
 * SQLite limits the parameters and the depth of a statement. The evaluation checks the conditions beyond these limits.
 */
const mostConditions = 8;
const mostAmong = 100;

/** The part of an index that holds all values that meet the conditions on its path, and perhaps a few others. */
export const boundsFor = ({ rank, value }: SortColumns, conditions: readonly Condition[]): Bounds | undefined => {
  const [first] = conditions;
  if (first === undefined) return undefined;
  const type = typeRank(first.values[0]);
  const typed = rank === undefined ? [] : [{ sql: `${rank} = ${type}`, values: [] }];
  if (type === typeRank(null)) return rank === undefined ? undefined : { fragments: typed, isEqual: true };
  const fragments: Fragment[] = [];
  let isEqual = false;
  for (const { kind, values } of conditions.slice(0, mostConditions)) {
    const known = values.map(stored).filter((each) => each !== undefined);
    const [only] = known;
    // No value meets conditions of two types, and the evaluation finds nothing either.
    if (only === undefined || known.length < values.length || values.some((each) => typeRank(each) !== type)) continue;
    if (kind === 'among') {
      if (known.length > mostAmong || known.some((each) => room(each) > 0)) continue;
      fragments.push({ sql: `${value} IN (${known.map(() => '?').join(', ')})`, values: known });
    } else if (kind === 'equal' && room(only) === 0) {
      fragments.push({ sql: `${value} = ?`, values: [only] });
      isEqual = true;
    } else {
      if (kind !== 'high') fragments.push({ sql: `${value} >= ?`, values: [below(only)] });
      if (kind !== 'low') fragments.push({ sql: `${value} <= ?`, values: [above(only)] });
    }
  }
  return fragments.length === 0 ? undefined : { fragments: [...typed, ...fragments], isEqual };
};

/** The SQL condition for rows that may follow a row with this key. */
export const rowsAfter = ({ rank, value }: SortColumns, key: Value, descending: boolean): Fragment => {
  const operator = descending ? '<=' : '>=';
  const known = stored(key);
  const bound = known === undefined ? undefined : descending ? above(known) : below(known);
  if (rank === undefined) {
    return typeof bound === 'string' ? { sql: `${value} ${operator} ?`, values: [bound] } : { sql: 'TRUE', values: [] };
  }
  if (bound === undefined) return { sql: `${rank} ${operator} ?`, values: [typeRank(key)] };
  return { sql: `(${rank}, ${value}) ${operator} (?, ?)`, values: [typeRank(key), bound] };
};
