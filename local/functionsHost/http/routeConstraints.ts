/** True if the constraint allows this value in a path. */
export type RouteConstraint = (value: string) => boolean;

const integer = (low: bigint, high: bigint): RouteConstraint => {
  return (value) =>
    /^[+-]?\d{1,20}$/.test(value) && BigInt(value.replace('+', '')) >= low && BigInt(value.replace('+', '')) <= high;
};

const long = integer(-(2n ** 63n), 2n ** 63n - 1n);

const number: RouteConstraint = (value) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);

const simple: Readonly<Record<string, RouteConstraint>> = {
  int: integer(-(2n ** 31n), 2n ** 31n - 1n),
  long,
  guid: (value) => /^(\{|\()?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}(\}|\))?$/i.test(value),
  bool: (value) => /^(true|false)$/i.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  decimal: number,
  double: number,
  float: number,
  required: (value) => value !== '',
};

const between = (size: (value: string) => number, low: number, high: number): RouteConstraint => {
  return (value) => size(value) >= low && size(value) <= high;
};

const length = (value: string): number => value.length;
const amount = (value: string): number => (long(value) ? Number(value) : NaN);

const withArguments: Readonly<Record<string, (first: number, second: number) => RouteConstraint>> = {
  min: (low) => between(amount, low, Infinity),
  max: (high) => between(amount, -Infinity, high),
  range: (low, high) => between(amount, low, high),
  minlength: (low) => between(length, low, Infinity),
  maxlength: (high) => between(length, 0, high),
  length: (low, high) => between(length, low, high),
};

/** Reads a constraint of a route template, such as `int` or `range(1,5)`. Throws if it does not know the constraint. */
export const parseConstraint = (text: string): RouteConstraint => {
  const [, name = '', , given] = /^([a-z]+)(\((.*)\))?$/is.exec(text.trim()) ?? [];
  const key = name.toLowerCase();
  if (key === 'regex' && given !== undefined) {
    const pattern = new RegExp(given, 'i');
    return (value) => pattern.test(value);
  }
  const plain = simple[key];
  if (plain && given === undefined) return plain;
  const numbers = (given ?? '').split(',').map(Number);
  const [first = NaN, second = first] = numbers;
  const parameterised = withArguments[key];
  if (parameterised && given !== undefined && numbers.every(Number.isFinite)) return parameterised(first, second);
  throw new Error(`"${text}" is not a known route constraint`);
};
